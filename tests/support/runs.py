"""Runs of the real program at a terminal, each at a sink of its own, and what it should sound like."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
import wave
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support import sink
from support.own_settings import prefer_the_system
from support.program import PROGRAM
from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.base.moments import frame_at

MATCH_FRAMES = RATE // 10

SHORT = """# Short

Lift your hips, and let the roller travel toward your shoulders. [move 2s]

Press. [hold 12s]

Let go.
"""


def outputs() -> list[str]:
    """simpleaudio is an extra for Python 3.11; a machine that runs this for the project has it."""
    try:
        import simpleaudio  # noqa: F401
    except ImportError:
        if os.environ.get("CI") and sys.version_info < (3, 12):
            raise
        return ["miniaudio"]
    return ["miniaudio", "simpleaudio"]


@dataclass
class Expected:
    """What the sink should play: the exported file, and the timeline beside it."""

    pcm: bytes
    shown: dict[str, Any]

    def at(self, event: dict[str, Any]) -> int:
        return frame_at(event["start_ms"], RATE)

    def needle(self, event: dict[str, Any]) -> bytes:
        """The beginning of an event's sound, enough of it to be found."""
        start = self.at(event) * FRAME_BYTES
        return self.pcm[start : start + MATCH_FRAMES * FRAME_BYTES]

    def first(self, kind: str, text: str = "") -> dict[str, Any]:
        return next(
            event
            for event in self.shown["events"]
            if event["kind"] == kind and text in (event.get("text") or event.get("sound") or "")
        )


@dataclass
class Run:
    """One run of the program at a terminal, with a sink of its own, and what came of it."""

    folder: Path
    environment: dict[str, str]
    heard: bytes = b""
    screen: bytes = b""
    status: int | None = None
    pressed: list[float] = field(default_factory=list)

    @property
    def log(self) -> list[dict[str, Any]]:
        file = self.folder / "log.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def all(self, what: str, text: str = "") -> list[dict[str, Any]]:
        return [entry for entry in self.log if entry["what"] == what and text in entry.get("text", "")]

    def wait_for(self, what: str, text: str = "", seconds: float = 60) -> dict[str, Any]:
        """The first such entry of the log, as soon as it is there."""
        deadline = time.monotonic() + seconds
        while not (found := self.all(what, text)):
            assert time.monotonic() < deadline, f"no {what} {text} in {self.log}"
            time.sleep(0.05)
        return found[0]

    def pulse(self, *command: str) -> str:
        """Has the server do something."""
        done = subprocess.run(["pactl", *command], env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()


Act = Callable[[Run, "subprocess.Popen[bytes]", Callable[[bytes], None]], None]


def played(
    folder: Path, cache: Path, technique: Path | str, *options: str, act: Act | None = None, goes_first: bool = True
) -> Run:
    """Play a session; `act` may press keys at its terminal, and do worse; who `goes_first` isn't starved by others."""
    folder.mkdir(parents=True)
    with sink.server(folder) as environment, sink.recording(environment, folder / "heard.raw"):
        run = Run(
            folder, {**environment, "XDG_CACHE_HOME": str(cache), "TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
        )
        first = sink.FIRST if goes_first else []
        command = [*first, *PROGRAM, "play", str(technique), "--log", str(folder / "log.jsonl"), *options]
        _at_a_terminal(run, command, act)
    run.heard = sink.samples(folder / "heard.raw").tobytes()
    return run


def _at_a_terminal(run: Run, command: list[str], act: Act | None) -> None:
    terminal, inside = pty.openpty()

    def press(keys: bytes) -> None:
        os.write(terminal, keys)
        run.pressed.append(time.monotonic())

    with (
        subprocess.Popen(command, env=run.environment, stdin=inside, stdout=inside, stderr=inside) as process,
        ThreadPoolExecutor(1) as screen,
    ):
        os.close(inside)
        seen = screen.submit(_drain, terminal)
        try:
            if act:
                act(run, process, press)
            run.status = process.wait(1_500)
        finally:
            process.kill()
        run.screen = seen.result()
    os.close(terminal)


def _drain(terminal: int) -> bytes:
    """Reads the screen until the program is gone."""
    shown = b""
    try:
        while chunk := os.read(terminal, 65_536):
            shown += chunk
    except OSError:
        pass
    return shown


def expectation(technique: str, folder: Path, cache: Path) -> Expected:
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "XDG_CONFIG_HOME": str(folder / "config")}
    prefer_the_system(folder / "config")
    file = folder / "expected.wav"
    show = [*PROGRAM, "show", technique, "--json"]
    shown = subprocess.run(show, env=environment, capture_output=True, text=True, check=True).stdout
    export = [*PROGRAM, "export", technique, "-o", str(file), "--loudness", "as-played"]
    subprocess.run(export, env=environment, capture_output=True, check=True)
    with wave.open(str(file)) as opened:
        return Expected(opened.readframes(opened.getnframes()), json.loads(shown))


def found_at(recorded: bytes, needle: bytes, start_frame: int = 0, end_frame: int | None = None) -> int:
    """The frame at which `needle` sounds in the recording, -1 if it doesn't."""
    end = len(recorded) if end_frame is None else end_frame * FRAME_BYTES + len(needle)
    position = recorded.find(needle, max(0, start_frame) * FRAME_BYTES, end)
    while position > 0 and position % FRAME_BYTES:
        position = recorded.find(needle, position + 1, end)
    return position // FRAME_BYTES if position >= 0 else -1
