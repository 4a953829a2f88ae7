"""A listener on the floor: the real program at one sound server, commands said into its microphone, and its log read.

Every moment is `time.monotonic`. When the words end is heard at the microphone itself: a recorder at its monitor counts
frames, and the earliest of its blocks tell when the first one was there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from support import sink
from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear import grammar
from voiceguide.voices import open_voice

RATE = 16_000
Samples = npt.NDArray[np.float32]
Say = Callable[[str], Samples]
"""A voice: the words to mono samples at RATE, full scale at 1."""

SCRIPT = """# Lying down

1. Lie on it. [hold 120s] [quiet] [release: Let go.]
2. Stay on it. [hold 120s] [quiet]
3. Rest on it. [hold 120s] [quiet]
"""

START = "READY"
ORDER = (
    *("PAUSE", "HOW_LONG", "GO_ON", "LONGER", "SLOWER", "FASTER", "LOUDER", "SOFTER"),
    *("REPEAT", "NEXT", "BACK", "EASE_OFF", "GO_ON"),
)
"""Each in a state in which it does something."""

END = "STOP"

ANSWER_SECONDS = 4.0
"""Who isn't answered by then wasn't understood."""

TALKS = frozenset({"HOW_LONG", "REPEAT", "NEXT", "BACK", "EASE_OFF", "GO_ON", "READY"})
"""What the guide may say something after."""

TONE = 3e-4
"""A microphone's own noise, in parts of full scale."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command that was said, and the entries of the log that came of it."""

    said: str
    wanted: str
    asked: tuple[dict[str, Any], ...]
    seconds: float
    """From the end of the words to the first entry."""

    @property
    def result(self) -> str:
        """Understood, mistaken or missed."""
        if not self.asked:
            return "missed"
        right = all(entry["command"] == self.wanted.lower() for entry in self.asked) and len(self.asked) == 1
        return "understood" if right else "mistaken"

    def __str__(self) -> str:
        became = ", ".join(f"{entry['command']} ({entry['heard']}, {entry['done']})" for entry in self.asked)
        late = f" after {self.seconds:.2f} s" if self.asked else ""
        return f"{self.said}: {self.result}{late}{': ' if became else ''}{became}"


class Log:
    """The program's log, read as it grows."""

    def __init__(self, file: Path) -> None:
        self.entries: list[tuple[float, dict[str, Any]]] = []
        self._file = file
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def asked(self, since: int) -> list[tuple[float, dict[str, Any]]]:
        return [(at, entry) for at, entry in self.entries[since:] if entry["what"] == "asked"]

    def silent(self) -> float:
        """For how many seconds nothing has been said or rung; less than none while it still is."""
        heard = [at + entry["lasts"] for at, entry in self.entries if entry["what"] in {"say", "chime"}]
        return time.monotonic() - max(heard, default=time.monotonic())

    def _follow(self) -> None:
        while not self._file.exists() and not self._over.wait(0.01):
            pass
        rest = ""
        with self._file.open(encoding="utf-8") as opened:
            while not self._over.is_set():
                if not (read := opened.read()):
                    time.sleep(0.005)
                    continue
                *lines, rest = (rest + read).split("\n")
                self.entries += [(time.monotonic(), json.loads(line)) for line in lines]


class Microphone:
    """What is said into the microphone, and when it was there."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment = environment
        self._file = folder / "said.wav"
        self._began = float("inf")
        self._blocks: list[bytes] = []
        self._frames = 0
        record = ["parec", "-d", "m.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=20"]
        self._process = subprocess.Popen(record, env=environment, stdout=subprocess.PIPE, bufsize=0)
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def say(self, samples: Samples) -> float:
        """Says it, with a bit of a microphone's noise around it; returns when the last of the words was there."""
        around = np.zeros(RATE // 2, np.float32)
        mixed = np.concatenate([around, samples, around])
        mixed += np.random.default_rng(1).normal(0, TONE, mixed.size).astype(np.float32)
        wav(mixed, self._file)
        first = self._frames
        sink.say_into(self._environment, self._file)
        time.sleep(0.1)
        heard = np.frombuffer(b"".join(self._blocks), "<i2")[first:]
        last = int(np.flatnonzero(np.abs(heard.astype(np.int32)) > np.abs(samples).max() * 32_768 / 100)[-1])
        return self._began + (first + last) / RATE

    def _listen(self) -> None:
        while block := self._process.stdout.read(4_096):  # type: ignore[union-attr]
            self._blocks.append(block)
            self._frames += len(block) // 2
            self._began = min(self._began, time.monotonic() - self._frames / RATE)


class Floor:
    """One session that is played, and whoever is lying there."""

    def __init__(self, log: Log, microphone: Microphone, process: subprocess.Popen[bytes]) -> None:
        self.log = log
        self.process = process
        self._microphone = microphone
        self._silent = 0.7

    def say(self, command: str, voice: Say) -> Spoken:
        """A command in its first phrase, once the guide has fallen silent."""
        phrase = grammar.ENGLISH[command][0]
        self._until(lambda: self.log.silent() > self._silent)
        before = len(self.log.entries)
        ended = self._microphone.say(voice(f"{phrase[0].upper()}{phrase[1:]}."))
        self._until(lambda: bool(self.log.asked(before)), ANSWER_SECONDS)
        time.sleep(1.8 if command in TALKS else 0.6)  # its words begin, or a second entry comes
        self._silent = 1.6 if command in TALKS else 0.7  # between two sentences there is less
        asked = self.log.asked(before)
        return Spoken(phrase, command, tuple(entry for _, entry in asked), asked[0][0] - ended if asked else 0.0)

    def _until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)


def session(floor: Floor, voice: Say) -> list[Spoken]:
    """A whole session by voice alone; what starts and stops it is said again, up to three times."""
    spoken = _insisted(floor, START, voice, lambda: len(floor.log.asked(0)) > 0)
    spoken += [floor.say(command, voice) for command in ORDER]
    return spoken + _insisted(floor, END, voice, lambda: floor.log.asked(0)[-1][1]["command"] == "stop")


def _insisted(floor: Floor, command: str, voice: Say, done: Callable[[], bool]) -> list[Spoken]:
    spoken: list[Spoken] = []
    while len(spoken) < 3 and not (spoken and done()):
        spoken.append(floor.say(command, voice))
    return spoken


@contextmanager
def lying(folder: Path, environment: dict[str, str]) -> Iterator[Floor]:
    """The program, asking at a server with a microphone whether the listener is ready, and listening."""
    folder.mkdir()
    script = folder / "lying.md"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "voiceguide", "play", str(script), "--listen", "--start-when-ready", "--plain"]
    microphone, log = Microphone(environment, folder), Log(folder / "log.jsonl")
    with (folder / "screen").open("wb") as screen:
        process = subprocess.Popen(
            [*command, "--log", str(folder / "log.jsonl")],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=screen,
            stderr=screen,
        )
    try:
        _until_it_listens(environment, log)
        yield Floor(log, microphone, process)
        process.wait(20)
    finally:
        process.kill()
        process.wait()
        log.close()
        microphone.close()


def _until_it_listens(environment: dict[str, str], log: Log) -> None:
    """The program's own stream from the microphone is there, beside the two of this end, and its question was asked."""
    deadline = time.monotonic() + 30
    streams = ["pactl", "list", "short", "source-outputs"]
    while time.monotonic() < deadline:
        listed = subprocess.run(streams, env=environment, capture_output=True, text=True, check=True).stdout
        if len(listed.splitlines()) > 2 and any(entry["what"] == "say" for _, entry in log.entries):
            return
        time.sleep(0.2)
    raise TimeoutError("nothing listens, or nothing is asked")


def system_voice() -> Say:
    """The system's own voice, at the level of somebody who speaks, without silence around the words."""
    voice = open_voice("gmw/en", "en")

    def say(text: str) -> Samples:
        [(_, clip)] = voice.record([text], 0.9)
        samples = np.frombuffer(clip.pcm, "<i2").astype(np.float32) / 32_768
        places = np.arange(samples.size * RATE // PLAYED_RATE) * (PLAYED_RATE / RATE)
        said: Samples = np.interp(places, np.arange(samples.size), samples).astype(np.float32)
        loud = np.flatnonzero(np.abs(said) > np.abs(said).max() / 100)
        return np.asarray(said[loud[0] : loud[-1] + 1] * np.float32(0.3 / np.abs(said).max()), np.float32)

    return say


def wav(samples: Samples, file: Path) -> None:
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(RATE)
        opened.writeframes(np.rint(samples * 32_767).astype("<i2").tobytes())
