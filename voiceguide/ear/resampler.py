"""Resamples what is played to the ear's rate, a little faster or slower if the two devices' clocks differ."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear import RATE

_STEP = PLAYED_RATE / RATE
_PHASES = 320
_TAPS = 24


class Resampler:
    """Resamples from 22,050 to 16,000 Hz, block by block: each sample is a weighted sum of its neighbors."""

    def __init__(self) -> None:
        self.drift = 0.0
        """By how much the microphone's clock is slower than the loudspeaker's: 0.0001 is 100 parts in a million."""

        self._rest = np.zeros(_TAPS, np.float32)
        self._place = 0.0

    def feed(self, samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return as many samples at 16,000 Hz as the given ones, and those left over, are enough for; shape (n,)."""
        given = np.concatenate([self._rest, samples])
        step = _STEP * (1 + self.drift)
        count = max(0, int((given.size - _TAPS - self._place) / step))
        places = np.rint((self._place + np.arange(count) * step) * _PHASES).astype(np.int64)
        neighbors = given[places[:, np.newaxis] // _PHASES + np.arange(_TAPS)]
        mixed = np.einsum("nt,nt->n", neighbors, _weights()[places % _PHASES])
        reached = self._place + count * step
        self._rest, self._place = given[int(reached) :], reached % 1
        return np.asarray(mixed, np.float32)


@cache
def _weights() -> npt.NDArray[np.float32]:
    """Return the low-pass filter for each position between two samples, shape (_PHASES, _TAPS)."""
    cutoff = 0.92 / _STEP
    offsets = np.arange(_TAPS) - (_TAPS // 2 - 1) - np.arange(_PHASES)[:, np.newaxis] / _PHASES
    weights = cutoff * np.sinc(cutoff * offsets) * np.cos(np.pi * offsets / (_TAPS + 2)) ** 2
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
