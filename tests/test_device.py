"""The real program at a real sink: what comes out of it, and when, recorded from its monitor."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sink

from voiceguide.clip import FRAME_BYTES, RATE
from voiceguide.moments import frame_at

pytestmark = [pytest.mark.device, pytest.mark.timeout(900)]

PROGRAM = [sys.executable, "-m", "voiceguide"]
MATCH_FRAMES = RATE // 10
TOLERANCE_FRAMES = RATE * 20 // 1000

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


@pytest.fixture(autouse=True)
def _a_sink_can_be_had() -> None:
    if program := sink.missing():
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")


@dataclass(frozen=True)
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


def expected(technique: str, folder: Path) -> Expected:
    shown = subprocess.run([*PROGRAM, "show", technique, "--json"], capture_output=True, text=True, check=True).stdout
    file = folder / "expected.wav"
    subprocess.run([*PROGRAM, "export", technique, "-o", str(file)], capture_output=True, check=True)
    with wave.open(str(file)) as opened:
        return Expected(opened.readframes(opened.getnframes()), json.loads(shown))


def found_at(recorded: bytes, needle: bytes, start_frame: int = 0) -> int:
    """The frame at which `needle` sounds in the recording, -1 if it doesn't."""
    position = recorded.find(needle, start_frame * FRAME_BYTES)
    while position > 0 and position % FRAME_BYTES:
        position = recorded.find(needle, position + 1)
    return position // FRAME_BYTES if position >= 0 else -1


def played(technique: str, output: str, folder: Path, act: Callable[[int], None] | None = None) -> bytes:
    """What a sink of its own hears of `play`; `act` may press keys at the terminal it runs in."""
    folder.mkdir()
    with sink.server(folder) as environment, sink.recording(environment, folder / "heard.raw"):
        command = [*PROGRAM, "play", technique, "--output", output]
        if act is None:
            subprocess.run(command, env=environment, capture_output=True, check=True)
        else:
            _at_a_terminal(command, environment, act)
    return sink.samples(folder / "heard.raw").tobytes()


def _at_a_terminal(command: list[str], environment: dict[str, str], act: Callable[[int], None]) -> bytes:
    """Runs a program at a terminal of its own, while `act` presses keys there; returns what the screen showed."""
    terminal, inside = pty.openpty()
    environment = {**environment, "TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    with (
        subprocess.Popen(command, env=environment, stdin=inside, stdout=inside, stderr=inside) as process,
        ThreadPoolExecutor(1) as screen,
    ):
        os.close(inside)
        seen = screen.submit(_drain, terminal)
        try:
            act(terminal)
            assert process.wait(120) == 0
        finally:
            process.kill()
        shown = seen.result()
    os.close(terminal)
    return shown


def _drain(terminal: int) -> bytes:
    """Reads the screen until the program is gone."""
    shown = b""
    try:
        while chunk := os.read(terminal, 65_536):
            shown += chunk
    except OSError:
        pass
    return shown


@pytest.fixture
def short(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "short.md"
    file.write_text(SHORT)
    return file


def test_a_whole_session_is_on_time_from_its_first_to_its_last_sound(tmp_path: Path) -> None:
    """Every first word and chime within 20 ms of its place, through the whole session, without drift."""
    wanted = expected("foam-roller", tmp_path)
    with ThreadPoolExecutor() as pool:
        runs = {output: pool.submit(played, "foam-roller", output, tmp_path / output) for output in outputs()}
    for output, run in runs.items():
        recorded = run.result()
        audible = [event for event in wanted.shown["events"] if event["kind"] in {"say", "chime"}]
        origin = found_at(recorded, wanted.needle(audible[0])) - wanted.at(audible[0])
        for event in audible:
            place = origin + wanted.at(event)
            heard = found_at(recorded, wanted.needle(event), place - TOLERANCE_FRAMES)
            assert abs(heard - place) <= TOLERANCE_FRAMES, f"{output}: {event} is {(heard - place) / RATE:.3f} s off"


@pytest.mark.parametrize("output", outputs())
def test_a_pause_in_a_hold_leaves_its_rest(short: Path, tmp_path: Path, output: str) -> None:
    """Five seconds of pause are five seconds more between the chimes, and everything after them is as it was."""
    wanted = expected(str(short), tmp_path)
    hold = wanted.first("hold")
    pressed: list[float] = []

    def act(terminal: int) -> None:
        for at in (hold["start_ms"] / 1000 + 4, 5):
            time.sleep(at)
            os.write(terminal, b" ")
            pressed.append(time.monotonic())

    recorded = played(str(short), output, tmp_path / "sink", act)
    opened = found_at(recorded, wanted.needle(wanted.first("chime", "start")))
    closed = found_at(recorded, wanted.needle(wanted.first("chime", "release")), opened)
    paused = (closed - opened) / RATE - (hold["end_ms"] - hold["start_ms"]) / 1000
    assert paused == pytest.approx(pressed[1] - pressed[0], abs=0.25)
    rest = wanted.pcm[wanted.at(wanted.first("say", "Three.")) * FRAME_BYTES :].rstrip(b"\0")
    assert found_at(recorded, rest, opened) > 0


@pytest.mark.parametrize("output", outputs())
def test_a_pause_in_a_sentence_says_it_again(short: Path, tmp_path: Path, output: str) -> None:
    """Cut in the middle, silent in the pause, then whole from its beginning, and the rest of the session with it."""
    wanted = expected(str(short), tmp_path)
    sentence = wanted.first("say", "Lift")

    def act(terminal: int) -> None:
        # The program needs a moment to begin: the key only has to come somewhere in a sentence of four seconds.
        time.sleep(sentence["start_ms"] / 1000 + 2)
        os.write(terminal, b" ")
        time.sleep(5)
        os.write(terminal, b" ")

    recorded = played(str(short), output, tmp_path / "sink", act)
    first = found_at(recorded, wanted.needle(sentence))
    again = found_at(recorded, wanted.needle(sentence), first + 1)
    rest = wanted.pcm[wanted.at(sentence) * FRAME_BYTES :].rstrip(b"\0")
    assert found_at(recorded, rest) == again > first
    assert 5 < (again - first) / RATE < 10
    pause = recorded[(again - 4 * RATE) * FRAME_BYTES : again * FRAME_BYTES]
    assert not any(pause)


def test_a_server_that_is_killed_and_comes_back(short: Path, tmp_path: Path) -> None:
    """The session pauses by itself, keeps its place when the key comes too early, and goes on to its end."""
    folder = tmp_path / "sink"
    folder.mkdir()
    with ExitStack() as first, ExitStack() as second:
        environment = first.enter_context(sink.server(folder))

        def act(terminal: int) -> None:
            time.sleep(4)
            os.kill(int(environment["SINK_PROCESS"]), signal.SIGKILL)
            first.close()
            time.sleep(3)
            os.write(terminal, b" ")
            time.sleep(2)
            second.enter_context(sink.server(folder))
            os.write(terminal, b" ")

        seen = _at_a_terminal([*PROGRAM, "play", str(short)], environment, act)
    assert b"The sound device is gone" in seen
    assert b"Not yet" in seen
    assert b"Let go." in seen


@pytest.mark.parametrize("paused", [False, True])
def test_a_server_that_hangs_does_not_keep_the_program(short: Path, tmp_path: Path, paused: bool) -> None:
    """Quit is quit, whatever the sound server is doing."""
    folder = tmp_path / "sink"
    folder.mkdir()
    with sink.server(folder) as environment:
        stopped: list[float] = []

        def act(terminal: int) -> None:
            time.sleep(4)
            os.kill(int(environment["SINK_PROCESS"]), signal.SIGSTOP)
            if paused:
                time.sleep(2)
            os.write(terminal, b"q")
            stopped.append(time.monotonic())

        _at_a_terminal([*PROGRAM, "play", str(short)], environment, act)
        assert time.monotonic() - stopped[0] < 5


def test_without_a_device_the_session_guides_on_the_screen(short: Path, tmp_path: Path) -> None:
    """No sound is said loudly, and the words come all the same."""
    nowhere = {**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"}
    done = subprocess.run([*PROGRAM, "play", str(short)], env=nowhere, capture_output=True, text=True)
    assert done.returncode == 0
    assert "NO SOUND" in done.stderr
    assert "ALSA" not in done.stderr
    assert "Let go." in done.stdout
    assert "hold 12s" in done.stdout
