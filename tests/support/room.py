"""What a microphone hears, made up: words, claps, a room's noise and echoes; and the ear's core that listens to it."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear import RATE


def say(text: str, folder: Path, voice: str = "en-us", rate: int = 150) -> Any:
    """`text` in espeak's voice, mono at 16 kHz, full scale at 1."""
    from voiceguide.audio import audiofile

    request = {"text": text, "voice": voice, "rate": rate, "path": str(folder / "said.wav")}
    command = [sys.executable, "-m", "voiceguide.voices.pyttsx3_program", "once"]
    subprocess.run(command, input=json.dumps(request) + "\n", text=True, capture_output=True, check=True)
    clip = np.frombuffer(audiofile.read(folder / "said.wav").pcm, "<i2") / 32_768
    return resampled(clip, PLAYED_RATE, 16_000) * 0.3 / np.abs(clip).max()


def resampled(samples: Any, rate: int, wanted: int) -> Any:
    places = np.arange(samples.size * wanted // rate) * (rate / wanted)
    return np.interp(places, np.arange(samples.size), samples).astype(np.float32)


def speechlike(seconds: float, seed: int = 0, rate: int = PLAYED_RATE) -> Any:
    """Noise with the rhythm and the color of speech, with pauses; full scale at 1."""
    draw = np.random.default_rng(seed)
    count = int(seconds * rate)
    spectrum = np.fft.rfft(draw.normal(size=count))
    hertz = np.fft.rfftfreq(count, 1 / rate)
    noise = np.fft.irfft(spectrum / (1 + (hertz / 500) ** 2), count)
    syllables = draw.choice([0.0, 0.3, 1.0], count * 5 // rate + 2)
    smooth = np.interp(np.arange(count) * 5 / rate, np.arange(syllables.size), syllables)
    return (noise * smooth / np.abs(noise * smooth).max() * 0.3).astype(np.float32)


def pcm(samples: Any) -> bytes:
    return bytes(np.rint(samples * 32_767).astype("<i2").tobytes())


def echoed(played: Any, late_seconds: float, ppm: float = 0.0) -> Any:
    """What a microphone hears through a cable, by a clock that is slower by `ppm`; at RATE."""
    places = (np.arange(int(played.size / PLAYED_RATE * RATE)) * (1 + ppm * 1e-6) / RATE - late_seconds) * PLAYED_RATE
    return np.interp(places, np.arange(played.size), played, left=0.0).astype(np.float32)


def level_db(samples: Any) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


def room_tone(seconds: float) -> Any:
    return np.random.default_rng(1).normal(0, 3e-4, int(seconds * 16_000)).astype(np.float32)


def clap(seconds: float, level: float = 0.5) -> Any:
    """Silence with a clap in it at the beginning."""
    burst = np.random.default_rng(2).normal(size=int(0.12 * 16_000)) * np.exp(-np.arange(0.12 * 16_000) / 160)
    sound = np.pad(np.diff(burst, prepend=0.0) * level / 3, (0, int(seconds * 16_000) - burst.size))
    return sound.astype(np.float32) + room_tone(seconds)


@cache
def understanding() -> Any:
    from voiceguide.ear.understanding import Understanding

    return Understanding()


def hearing() -> Any:
    """The core, with a recognizer that answers at once."""
    from voiceguide.ear.hearing import Hearing
    from voiceguide.ear.keywords import Spotter

    def understand(utterance: Any) -> Future[Any]:
        answer: Future[Any] = Future()
        answer.set_result(understanding().of(utterance))
        return answer

    return Hearing(understand, Spotter())


def heard(mic: Any, played: bytes = b"", says: tuple[str, ...] = ()) -> list[Any]:
    """What the core makes of a microphone's stream and of what the loudspeaker is handed, 50 ms at a time."""
    core = hearing()
    pcm = np.clip(mic * 32_768, -32_768, 32_767).astype(np.int16)
    found, handed = [], 0
    for start in range(0, pcm.size, 800):
        wanted = (start + 800) * PLAYED_RATE // 16_000 * 2
        core.played(played[handed:wanted], says)
        handed = wanted
        found += core.heard(pcm[start : start + 800])
    return found
