"""How exactly each sound is heard at a PulseAudio sink, on an idle and on a busy machine, beside other players."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from figures import HERE, progress, verdict
from playing import PROGRAM, started
from works import A

from support import sink
from voiceguide.audio.clip import RATE
from voiceguide.base.moments import frame_at

NEEDED = ("pulseaudio", "parec", "pactl", "mpv", "simpleaudio")
MPV = ("mpv", "--no-video", "--ao=pulse", "--really-quiet")
STEPS = 10
AIM_MS = 5.0
"""What the onsets of 99 sounds in 100 may be off."""

SAME = 0.5
"""From this correlation on, it is the sound that is looked for."""

WHOLE = 0.98
"""From this one on, nothing of it is missing."""

REACH_SECONDS = 0.5
"""How far a sound is looked for from where it should be, if it is as late as the one before."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sound:
    """One word or chime of the session: when it should begin, in frames from the session's beginning."""

    frame: int
    samples: Samples


@dataclass(frozen=True, slots=True)
class Session:
    """A script, its export, and every sound of it."""

    script: Path
    exported: Path
    sounds: list[Sound]


def prepared(folder: Path, steps: int, environment: dict[str, str]) -> Session:
    """A session whose lines are recorded. Each step is a sentence, a chime, a hold, and a chime."""
    script, exported = folder / "exact.md", folder / "exact.wav"
    script.write_text("# Exact\n\n" + "".join(f"1. {line} [hold 4s]\n" for line in A.sentences[:steps]))
    for command in (["export", str(script), "-o", str(exported)], ["show", "--json", str(script)]):
        done = subprocess.run([*PROGRAM, *command], env=environment, capture_output=True, check=True)
    with wave.open(str(exported)) as opened:
        pcm = in_floats(opened.readframes(opened.getnframes()))
    spans = [
        (frame_at(event["start_ms"], RATE), frame_at(event["end_ms"], RATE))
        for event in json.loads(done.stdout)["events"]
        if event["kind"] in {"say", "chime"}
    ]
    return Session(script, exported, [Sound(start, pcm[start:end]) for start, end in spans])


def in_floats(pcm: bytes) -> Samples:
    """Whatever whole samples there are."""
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float32)


def found(recorded: Samples, sound: Samples, first: int, last: int) -> tuple[int, float]:
    """Where in `recorded`, from frame `first` to `last`, a sound begins most probably, and the correlation there."""
    first = max(0, first)
    window = recorded[first : last + sound.size]
    places = window.size - sound.size + 1
    if places < 1:
        return first, 0.0
    size = 1 << (window.size + sound.size).bit_length()
    product = np.fft.rfft(window, size) * np.conj(np.fft.rfft(sound, size))
    energy = np.cumsum(np.concatenate(([0.0], window.astype(float) ** 2)))
    heard = np.sqrt(np.maximum(energy[sound.size :] - energy[:places], 1.0))
    likeness = np.fft.irfft(product, size)[:places] / heard / np.linalg.norm(sound)
    best = int(likeness.argmax())
    return first + best, float(likeness[best])


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found of a session: how far each sound is off, in seconds, when it should be, and what is damaged."""

    of: int
    at: Samples
    off: Samples
    damaged: int
    first: float

    @property
    def p99_ms(self) -> float:
        return float(np.percentile(np.abs(self.off), 99) * 1000)

    def row(self, label: str, aim: float | None) -> str:
        if self.off.size < 2:
            return f"| {label} | {self.off.size} of {self.of} | | | | | | | |"
        off_ms = np.abs(self.off) * 1000
        slope, *_ = np.polyfit(self.at, self.off, 1)
        met = "" if aim is None else f"p99 {aim:g} ms {verdict(self.p99_ms <= aim and self.off.size == self.of)}"
        cells = (
            f"{self.off.size} of {self.of}",
            f"{self.damaged}",
            f"{self.first:.2f}",
            *(f"{ms:.2f}" for ms in (np.median(off_ms), self.p99_ms, off_ms.max())),
            f"{slope * 1e6:+.1f}",
            met,
        )
        return f"| {label} | {' | '.join(cells)} |"


def compared(recorded: Samples, sounds: Sequence[Sound], late: float) -> Heard:
    """Looks for each sound where it should be after the first; `late` is how long before the first the player began."""
    start, likeness = found(recorded, sounds[0].samples, 0, recorded.size)
    begun, at, off, damaged, shift = start - sounds[0].frame, [], [], 0, 0
    for sound in sounds if likeness > SAME else ():
        reach = int(REACH_SECONDS * RATE)
        place = begun + sound.frame + shift
        frame, likeness = found(recorded, sound.samples, place - reach, place + reach)
        if likeness > SAME:
            shift = frame - begun - sound.frame
            at.append(sound.frame / RATE)
            off.append(shift / RATE)
            damaged += likeness < WHOLE
    return Heard(len(sounds), np.array(at, np.float32), np.array(off, np.float32), damaged, start / RATE - late)


@contextmanager
def busy() -> Iterator[None]:
    """More loops than there are processors."""
    with ExitStack() as loops:
        for _ in range((os.cpu_count() or 1) + 1):
            loop = loops.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            loops.callback(loop.kill)
        yield


def heard(command: Sequence[str], session: Session, environment: dict[str, str]) -> Heard:
    """One run of a player, recorded at the sink."""
    recording = session.script.with_suffix(".raw")
    with sink.recording(environment, recording):
        began = time.monotonic()
        recorded_before = recording.stat().st_size / 2 / RATE
        process, terminal = started(command, environment)
        process.wait()
        os.close(terminal)
        lasted = time.monotonic() - began
    recorded = in_floats(recording.read_bytes())
    if recorded.size / RATE < lasted:
        progress(f"the recorder lost {lasted - recorded.size / RATE:.1f} s")
    return compared(recorded, session.sounds, recorded_before)


def players(session: Session) -> dict[str, tuple[list[str], float | None]]:
    """The command of each player, and its aim."""
    cues = session.script.with_suffix(".json")
    cues.write_text(json.dumps([(sound.frame, sound.frame + sound.samples.size) for sound in session.sounds]))
    play = [*PROGRAM, "play", str(session.script), "--pre-roll", "0s", "--output"]
    timer = [sys.executable, str(HERE / "peer_timer.py"), str(session.exported), str(cues)]
    return {
        "voiceguide play": ([*play, "miniaudio"], AIM_MS),
        "voiceguide play, by simpleaudio": ([*play, "simpleaudio"], AIM_MS),
        "peer: mpv, the exported file": ([*MPV, str(session.exported)], None),
        "peer: a timer that plays, waits and sleeps (simpleaudio)": ([*timer, "sleep"], None),
        "peer: a timer with deadlines and one device (miniaudio)": ([*timer, "deadline"], None),
    }


METHOD = f"""
### How accuracy was measured

A session of {STEPS} steps, each a sentence, a hold of four seconds, and a chime at either end of it, in the system’s
voice, all recorded before. The sink is a PulseAudio null sink without rewinds, whose clock is the system’s; its monitor
is recorded. Each sound is looked for by correlation with the exported file around its place in the timeline, counted
from the first sound; “damaged” is what correlates by less than {WHOLE:g}: something of it is missing. “First” is from
the start of the program to the first sound, to some 20 ms. p99 of so few sounds is nearly the worst of them. Drift is
the slope of what they are off. Busy is a loop for each processor and one more. The timers play the sounds of the same
file: one sleeps for each pause once a sound is over, the other until the next one should begin.
"""


def measured(quick: bool) -> Iterator[str]:
    """Each player, idle and busy."""
    with tempfile.TemporaryDirectory(prefix="voiceguide-benchmark-") as name:
        folder = Path(name)
        with sink.server(folder) as found_at:
            environment = {**found_at, "XDG_CACHE_HOME": str(folder / "cache"), "TERM": "xterm"}
            session = prepared(folder, 1 if quick else STEPS, environment)
            head = ("sounds", "damaged", "first s", "off: median ms", "p99", "most", "drift ppm", "aim")
            for load in ("idle", "busy"):
                yield f"| {load} | {' | '.join(head)} |\n|---|{'--:|' * (len(head) - 1)}---|"
                for label, (command, aim) in players(session).items():
                    progress(f"{label}, {load}")
                    with busy() if load == "busy" else ExitStack():
                        yield heard(command, session, environment).row(label, aim)
                yield ""
    yield METHOD
