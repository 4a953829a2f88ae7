"""Rooms for the ear: what a microphone hears of a loudspeaker and of a listener; all samples are mono at RATE."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from speakers import RATE, Samples, loudness

LEVEL_DBFS = -23.0
"""The level of a listener's words."""

_TAPS = 32
_PHASES = 512


@dataclass(frozen=True, slots=True)
class EchoPath:
    """From handing a block to the loudspeaker to hearing it.

    `level_db` is the echo's level above a listener's; None for headphones. `drive` is how far the loudspeaker is driven
    into saturation, 0 for a linear one. `reverberation` is the time in seconds after which a sound is 60 dB down, 0 for
    a cable. `drift_ppm` is how much slower the microphone's clock is than the loudspeaker's, in parts in a million.
    """

    late_seconds: float = 0.17
    level_db: float | None = 0.0
    drive: float = 2.0
    reverberation: float = 0.2
    drift_ppm: float = 0.0

    def heard(self, played: Samples, seed: int) -> Samples:
        """What the microphone hears of what is played, as long as that."""
        if self.level_db is None or not played.any():
            return np.zeros_like(played)
        sound = saturated(played, self.drive)
        if self.reverberation:
            sound = convolved(sound, response(self.reverberation, seed))
        late = np.zeros(int(self.late_seconds * RATE), np.float32)
        sound = drifted(np.concatenate([late, sound])[: played.size], self.drift_ppm)
        return sound * np.float32(10 ** ((LEVEL_DBFS + self.level_db) / 20) / loudness(sound))


PATHS = {
    "a small room": EchoPath(),
    "headphones": EchoPath(level_db=None),
    "a weak echo": EchoPath(level_db=-12),
    "a loud loudspeaker, driven hard": EchoPath(level_db=6, drive=3),
    "late, in a room with echoes": EchoPath(late_seconds=0.5, reverberation=0.5),
    "clocks 100 ppm apart": EchoPath(drift_ppm=100),
    "clocks -50 ppm apart": EchoPath(drift_ppm=-50, level_db=-6),
    "a cable": EchoPath(late_seconds=0.06, drive=0, reverberation=0),
    "a monitor": EchoPath(late_seconds=0.0, drive=0, reverberation=0, level_db=3),
}


def response(reverberation: float, seed: int) -> Samples:
    """The response of a room with a direct path."""
    count = int(RATE * min(reverberation, 0.4))
    decay = np.exp(-np.arange(count) * 6.9 / (reverberation * RATE))
    made = np.random.default_rng(seed).normal(size=count) * decay * 0.15
    made[0] = 1.0
    return np.asarray(made, np.float32)


def convolved(samples: Samples, impulse: Samples) -> Samples:
    """As long as `samples`."""
    size = 1 << (samples.size + impulse.size).bit_length()
    product = np.fft.rfft(samples, size) * np.fft.rfft(impulse, size)
    return np.asarray(np.fft.irfft(product, size)[: samples.size], np.float32)


def saturated(samples: Samples, drive: float) -> Samples:
    """A loudspeaker that gives way at its loudest; linear if `drive` is 0."""
    peak = float(np.abs(samples).max(initial=0.0))
    return np.asarray(np.tanh(samples / peak * drive) * (peak / drive), np.float32) if drive and peak else samples


def drifted(samples: Samples, ppm: float) -> Samples:
    """The same as a clock hears it that is slower by so many parts in a million; as many samples."""
    if not ppm:
        return samples
    padded = np.pad(samples, _TAPS)
    made = np.zeros(samples.size, np.float32)
    for first in range(0, samples.size, RATE):
        places = np.rint(np.arange(first, min(first + RATE, samples.size)) * (1 + ppm * 1e-6) * _PHASES).astype(
            np.int64
        )
        starts = np.minimum(places // _PHASES + _TAPS // 2 + 1, padded.size - _TAPS)
        neighbors = padded[starts[:, np.newaxis] + np.arange(_TAPS)]
        made[first : first + RATE] = np.einsum("nt,nt->n", neighbors, _weights()[places % _PHASES])
    return made


@cache
def _weights() -> Samples:
    """Band-limited interpolation at each of _PHASES places between two samples."""
    offsets = np.arange(_TAPS) - (_TAPS // 2 - 1) - np.arange(_PHASES)[:, np.newaxis] / _PHASES
    return np.asarray(np.sinc(offsets) * np.cos(np.pi * offsets / (_TAPS + 2)) ** 2, np.float32)


def pink(count: int, draw: np.random.Generator) -> Samples:
    spectrum = np.fft.rfft(draw.normal(size=count))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count), 1 / count))
    return np.asarray(np.fft.irfft(spectrum, count), np.float32)


def at_level(samples: Samples, below_db: float) -> Samples:
    """A noise whose RMS is so far below a listener's level."""
    return samples * np.float32(10 ** ((LEVEL_DBFS - below_db) / 20) / np.sqrt(np.mean(samples**2)))


def pitched(samples: Samples, factor: float) -> Samples:
    """Higher and faster by `factor`, as if said by somebody smaller."""
    places = np.arange(int(samples.size / factor)) * factor
    return np.asarray(np.interp(places, np.arange(samples.size), samples), np.float32)
