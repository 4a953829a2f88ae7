"""Engines that misbehave, in place of the system's: each is found out, stopped, and told of in a sentence."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from support.program import PROGRAM

SCRIPT = "# T\n\n" + "".join(f"Line number {n}.\n\n" for n in range(100))

ENGINE = """
import ctypes, os, signal, sys, time, types, wave

engine = types.SimpleNamespace(default_engine_by_sys_platform=lambda: "fake")

class Engine:
    driver_name = "fake"

    def setProperty(self, name, value):
        pass

    def getProperty(self, name):
        return [types.SimpleNamespace(id="fake", name="Fake", languages=["en"])]

    def connect(self, topic, heard):
        self.heard = heard

    def save_to_file(self, text, path):
        self.path = path

    def runAndWait(self):
        with open(os.environ["FAKE_LOG"], "a") as log:
            log.write("x")
        speak(self.path)
        self.heard()

def init():
    return Engine()

def speak(path):
    {speak}
"""

ENDLESS = """
    with open(path, "wb") as file:
        while True:
            file.write(bytes(1_000_000))
"""
LONG = """
    with wave.open(path, "wb") as file:
        file.setparams((1, 2, 22_050, 0, "NONE", None))
        for _ in range(120):
            file.writeframes(b"\\1\\40" * 22_050)
"""
FAULTS = {
    "crashes": ("ctypes.string_at(0)", "the engine"),
    "aborts": ("os.abort()", "the engine"),
    "leaves": ("os._exit(3)", "nothing was written"),
    "raises": ("raise ValueError('no \\x1b[2J voice')", "no "),
    "says nothing": ("wave.open(path, 'wb').setparams((1, 2, 22_050, 0, 'NONE', None))", ""),
    "writes nothing": ("pass", ""),
    "writes rubbish": ("open(path, 'wb').write(b'x' * 4_000)", "what was written is not a sound"),
    "never ends its file": (ENDLESS, ""),
    "speaks for minutes": (LONG, "ms"),
}


@pytest.mark.voice
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.cold_cache
def test_an_engine_that_misbehaves_is_told_of_once(tmp_path: Path, fault: str) -> None:
    """A hundred lines, and each would fail: a few tries, then the line and the voice; no loop, and no full disk."""
    speak, says = FAULTS[fault]
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake/pyttsx3.py").write_text(ENGINE.replace("{speak}", speak.strip("\n").strip()))
    (tmp_path / "config/voiceguide/config.toml").unlink()
    (tmp_path / "t.md").write_text(SCRIPT)
    (tmp_path / "temporary").mkdir()
    environment = {
        **os.environ,
        "TMPDIR": str(tmp_path / "temporary"),
        "PYTHONPATH": str(tmp_path / "fake"),
        "FAKE_LOG": str(tmp_path / "log"),
    }
    command = [*PROGRAM, "export", str(tmp_path / "t.md"), "-o", str(tmp_path / "t.wav"), "--voice", "fake"]
    began = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert time.monotonic() - began < 30
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("voiceguide: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "fake can't say ‘" in done.stderr
    assert says in done.stderr
    assert not {"\x1b", "Traceback"} & {*done.stderr, *done.stderr.split()}
    assert len((tmp_path / "log").read_text()) < 60
    assert not (tmp_path / "t.wav").exists()
    assert not list((tmp_path / "temporary").iterdir())
