"""A real sink on a machine that has no time, and one that is put to sleep: what is heard is what was exported."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support import sink
from support.runs import MATCH_FRAMES, SHORT, Run, expectation, found_at, outputs, played
from voiceguide.audio.clip import RATE

pytestmark = [
    pytest.mark.device,
    pytest.mark.long,
    pytest.mark.xdist_group("alone"),
    pytest.mark.skipif(sink.missing() is not None, reason="PulseAudio is not installed"),
]


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Somebody else wants the processors, too."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.parametrize("output", outputs())
def test_a_busy_machine_plays_every_sample(tmp_path: Path, output: str) -> None:
    """Both processors taken by others: the sink hears the exported file, sample for sample, from the first word on."""
    script = tmp_path / "short.md"
    script.write_text(SHORT)
    expected = expectation(str(script), tmp_path, tmp_path / "cache")
    with busy(2):
        run = played(tmp_path / "run", tmp_path / "cache", script, "--output", output, goes_first=False)
    assert run.status == 0
    first = expected.first("say")
    start = found_at(run.heard, expected.needle(first)) - expected.at(first)
    assert start >= 0
    end = expected.at(expected.shown["events"][-1]) + MATCH_FRAMES
    assert run.heard[start * 2 : (start + end) * 2] == expected.pcm[: end * 2]


def _suspend(run: Run, process: object, press: object) -> None:
    run.wait_for("hold")
    time.sleep(2)
    run.pulse("suspend-sink", "n", "1")
    time.sleep(4)
    run.pulse("suspend-sink", "n", "0")


def test_a_sink_that_is_suspended_is_no_rush(tmp_path: Path) -> None:
    """The desktop puts the sound card to sleep for four seconds: nothing is lost, nothing comes in a heap."""
    script = tmp_path / "short.md"
    script.write_text(SHORT)
    expected = expectation(str(script), tmp_path, tmp_path / "cache")
    run = played(tmp_path / "run", tmp_path / "cache", script, act=_suspend, goes_first=False)
    assert run.status == 0
    release, last = expected.first("chime", "release"), expected.first("say", "Let go.")
    released = found_at(run.heard, expected.needle(release))
    let_go = found_at(run.heard, expected.needle(last), released)
    assert released > 0
    assert abs((let_go - released) - (expected.at(last) - expected.at(release))) < RATE // 50
