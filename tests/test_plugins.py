"""Voice engines, outputs and formats of another installed package, found by every command under their names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ENTRY_POINTS = """\
[voiceguide.voices]
beeps = example_addon.beeps
mp3 = example_addon.beeps

[voiceguide.outputs]
counting = example_addon.counting:CountingOutput

[voiceguide.formats]
words = example_addon.words
wav = example_addon.words
gone = example_addon.nowhere
"""

BEEPS = """
from array import array

from voiceguide import Clip
from voiceguide.voices import VoiceCard


def cards():
    return [VoiceCard("beeps", "example", ("fr",), "a beep for each letter")]


def open_voice(card, otherwise):
    return Beeps(card.name)


class Beeps:
    def __init__(self, name):
        self.name = name

    def identity_of(self, line):
        return f"beeps {line}"

    def words_a_minute(self):
        return None

    def warm_up(self):
        pass

    def record(self, lines, speed):
        for line in lines:
            yield line, Clip(array("h", [9_000, -9_000] * int(1_000 * len(line) / speed)).tobytes())

    def close(self):
        pass
"""

COUNTING = """
import sys

from voiceguide.outputs.silent import SilentOutput


class CountingOutput(SilentOutput):
    def close(self):
        super().close()
        print(f"{self._served_frames} frames", file=sys.stderr)
"""

WORDS = """
from voiceguide.base.moments import timestamp


def size(job):
    return 10_000


def write(job, progress, file):
    for event in job.timeline.events:
        if event.kind == "say":
            file.write(f"{timestamp(event.start_ms)} {event.text}\\n".encode())
    progress(1, 1)
"""


@pytest.fixture
def addon(tmp_path: Path) -> dict[str, str]:
    """An installed package with one of each; yields the environment in which it is found."""
    site = tmp_path / "site"
    package, info = site / "example_addon", site / "example_addon-1.0.dist-info"
    package.mkdir(parents=True)
    info.mkdir()
    (package / "__init__.py").write_text("")
    for name, text in (("beeps", BEEPS), ("counting", COUNTING), ("words", WORDS)):
        (package / f"{name}.py").write_text(text, "utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: example-addon\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    return {**os.environ, "PYTHONPATH": str(site)}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voiceguide", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


SCRIPT = "---\nlanguage: {language}\n---\n\n# Salut\n\nLève les mains. [hold 2s]\n"


def test_an_engine_s_voices_are_listed_chosen_and_recorded(addon: dict[str, str], tmp_path: Path) -> None:
    """By name, and for a language that no other voice is asked for first."""
    listed = run(addon, "voices", "--language", "fr").stdout
    assert listed.splitlines()[0].split()[:2] == ["beeps", "example"]
    script = tmp_path / "salut.md"
    script.write_text(SCRIPT.format(language="fr"), "utf-8")
    for asked in ([], ["--voice", "beeps"]):
        shown = run(addon, "show", str(script), *asked)
        assert "voice beeps" in shown.stdout.splitlines()[0], shown.stderr
    without = run(dict(os.environ), "show", str(script), "--voice", "beeps")
    assert (without.returncode, "unknown voice ‘beeps’" in without.stderr) == (2, True)


def test_an_output_is_played_to(addon: dict[str, str], tmp_path: Path) -> None:
    """And closed when the session is over, having been given all of it."""
    script = tmp_path / "salut.md"
    script.write_text(SCRIPT.format(language="en"), "utf-8")
    done = run(addon, "play", str(script), "--output", "counting", "--voice", "hum")
    assert done.returncode == 0
    assert int(done.stderr.split(" frames")[0].split()[-1]) > 22_050 * 2
    unknown = run(addon, "play", str(script), "--output", "countin")
    assert (unknown.returncode, "unknown output ‘countin’; did you mean counting?" in unknown.stderr) == (2, True)


def test_a_format_is_exported_by_its_suffix(addon: dict[str, str], tmp_path: Path) -> None:
    """By itself and in a folder of several; a name of voiceguide's own can't be taken."""
    done = run(addon, "export", "hands", "-o", str(tmp_path / "hands.words"), "--voice", "hum")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "hands.words").read_text("utf-8").splitlines()
    assert lines[0].startswith("0:00:00.000 ")
    folder = tmp_path / "out"
    done = run(addon, "export", "--all", "hands", "-o", str(folder), "--format", "words", "--voice", "hum")
    assert (folder / "hands-hum.words").read_text("utf-8").splitlines() == lines, done.stderr
    assert run(addon, "export", "hands", "-o", str(tmp_path / "hands.wav"), "--voice", "hum").returncode == 0
    assert (tmp_path / "hands.wav").read_bytes()[:4] == b"RIFF"


def test_what_cannot_be_loaded_is_a_sentence(addon: dict[str, str], tmp_path: Path) -> None:
    """A package that is broken must not end in a traceback of ours."""
    done = run(addon, "export", "hands", "-o", str(tmp_path / "hands.gone"), "--voice", "hum")
    assert done.returncode == 2
    assert "the format ‘gone’ can’t be loaded" in done.stderr
    assert "Traceback" not in done.stderr
