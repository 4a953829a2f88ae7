"""`record`, with the real program at a real source: whoever reads the lines hears themselves in the session."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from support import sink
from support.needed import need
from voiceguide.audio.clip import RATE

pytestmark = [pytest.mark.device, pytest.mark.timeout(120), pytest.mark.xdist_group("alone")]

SCRIPT = "# Calves\n\nSit down.\n\nGet up.\n"
LATEST_SECONDS = 20


@pytest.fixture(autouse=True)
def _everything_is_there() -> None:
    need(sink.missing())


class Reader:
    """Somebody at the terminal of `record`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.seen = ""

    def sees(self, text: str) -> None:
        """Waits until it is asked."""
        assert self.process.stdout
        deadline = time.monotonic() + LATEST_SECONDS
        while text not in self.seen:
            assert select.select([self.process.stdout], [], [], deadline - time.monotonic())[0], self.seen
            told = os.read(self.process.stdout.fileno(), 4096).decode()
            assert told, self.seen
            self.seen += told
        self.seen = self.seen.partition(text)[2]

    def answers(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{text}\n".encode())
        self.process.stdin.flush()


@contextmanager
def reading(tmp_path: Path, environment: dict[str, str], *arguments: str) -> Iterator[Reader]:
    script = tmp_path / "calves.md"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "voiceguide", "record", str(script), "--as", "anna", *arguments]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            yield Reader(process)
        finally:
            process.kill()


def tone(file: Path, hertz: float, seconds: float, peak: float) -> Path:
    """Something to be said into the microphone."""
    samples = 32_767 * peak * np.sin(2 * np.pi * hertz * np.arange(int(seconds * 16_000)) / 16_000)
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(16_000)
        opened.writeframes(samples.clip(-32_768, 32_767).astype("<i2").tobytes())
    return file


@pytest.mark.long
def test_lines_are_recorded_one_after_the_other(tmp_path: Path) -> None:
    """Too quiet, too loud, not good enough, skipped, and taken up again: only what was kept is there."""
    with sink.server(tmp_path) as environment:
        sink.plug_in(environment)
        kept = Path(environment["XDG_DATA_HOME"], "voiceguide", "voices", "anna")
        with reading(tmp_path, environment) as reader:
            reader.sees("Calves")
            reader.sees("q ends: ")
            reader.answers("s")
            reader.sees("Sit down.")
            reader.sees("q ends: ")
            reader.answers("")
            reader.sees("Enter ends it: ")
            reader.answers("")
            reader.sees("nothing was heard")
            reader.sees("q ends: ")
            reader.answers("")
            reader.sees("Enter ends it: ")
            sink.say_into(environment, tone(tmp_path / "loud.wav", 300, 0.5, 1.5))
            reader.answers("")
            reader.sees("it is distorted")
            reader.sees("q ends: ")
            for answer in ("r", ""):
                reader.answers("")
                reader.sees("Enter ends it: ")
                sink.say_into(environment, tone(tmp_path / "words.wav", 440, 1.0, 0.2))
                reader.answers("")
                reader.sees("Enter keeps it")
                assert not list(kept.glob("*.wav"))
                reader.answers(answer)
                if answer:
                    reader.sees("Enter ends it: ")
                    reader.answers("")
                    reader.sees("q ends: ")
            reader.sees("Get up.")
            reader.answers("q")
            reader.sees("1 of ")
            assert reader.process.wait(10) == 0
        assert [file.name for file in kept.glob("*.wav")] == ["sit-down.wav"]
        with wave.open(str(kept / "sit-down.wav")) as opened:
            assert (opened.getframerate(), opened.getnchannels(), opened.getsampwidth()) == (RATE, 1, 2)
            samples = np.frombuffer(opened.readframes(opened.getnframes()), "<i2").astype(float)
        assert float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples)) == pytest.approx(440, abs=2)
        loud = np.flatnonzero(np.abs(samples) > 1_000)
        assert (loud[-1] - loud[0]) / RATE == pytest.approx(1.0, abs=0.05)
        with reading(tmp_path, environment, "--again", "sit") as reader:
            reader.sees("1 of 1")
            reader.answers("q")
            assert reader.process.wait(10) == 0


def test_without_a_microphone_there_is_a_sentence(tmp_path: Path) -> None:
    """And nothing is written."""
    nowhere = {**os.environ, "PULSE_SERVER": "unix:/nowhere", "XDG_RUNTIME_DIR": "/nowhere", "HOME": str(tmp_path)}
    with reading(tmp_path, nowhere) as reader:
        reader.sees("there is no microphone")
        assert reader.process.wait(10) == 1
