"""A limiter for one clip: no peak above a ceiling, not between the samples either, and no audible step."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from voiceguide.audio.clip import RATE

Samples = npt.NDArray[np.float32]

OVERSAMPLING = 4
"""As in ITU-R BS.1770, annex 2: what is found so is at most half a dB below the true peak."""

BLOCK = RATE // 1000
"""Frames that have one gain at their beginning, and go over to that of the next ones: a millisecond."""

LOOK_BLOCKS = 3
"""How long before a peak the limiter begins to give way, and how long after it it is back."""

_BETWEEN = 1.12
"""By how much speech, which has little near half the rate, is higher between samples than at them: 1 dB at most."""

_TAPS = 24
"""Samples from which one between them is found."""


def limited(samples: Samples, ceiling: float) -> Samples:
    """`samples` with none above `ceiling`; both in parts of full scale."""
    return _below(samples, np.abs(samples), ceiling)


def truly_limited(samples: Samples, ceiling: float) -> Samples:
    """The same for what is between the samples, which takes more time."""
    if not samples.size or np.abs(samples).max() * _BETWEEN <= ceiling:
        return samples
    return _below(samples, true_peaks(samples), ceiling)


def _below(samples: Samples, peaks: Samples, ceiling: float) -> Samples:
    if not samples.size or peaks.max() <= ceiling:
        return samples
    begins = gains(by_block(peaks).max(axis=0), ceiling)
    way = np.arange(BLOCK, dtype=np.float32) / BLOCK
    gain = (begins[:-1, None] + np.diff(begins)[:, None] * way).reshape(-1)
    return (samples * gain[: samples.size]).astype(np.float32)


def by_block(samples: Samples) -> Samples:
    """Each block in a column of its own, which is quicker than in a row; the last one is made full by silence."""
    return np.ascontiguousarray(np.pad(samples, (0, -samples.size % BLOCK)).reshape(-1, BLOCK).T)


def gains(highest: Samples, ceiling: float) -> Samples:
    """What the limiter multiplies with where each block begins, and where the last one ends, given the peak of each."""
    return _eased(np.minimum(1.0, ceiling / np.maximum(highest, 1e-9)))


def true_peaks(samples: Samples) -> Samples:
    """The largest magnitude at each sample and before the next."""
    peaks = np.abs(samples)
    for taps in _between():
        peaks = np.maximum(peaks, np.abs(np.convolve(samples, taps)[_TAPS // 2 - 1 :][: samples.size]))
    found: Samples = peaks.astype(np.float32)
    return found


@cache
def _between() -> tuple[Samples, ...]:
    """What finds the samples a quarter, a half and three quarters of the way to the next: a sinc in a window."""
    whole = np.arange(_TAPS) - (_TAPS // 2 - 1)
    distances = (whole - part / OVERSAMPLING for part in range(1, OVERSAMPLING))
    windowed = (np.sinc(at) * np.cos(np.pi * at / (_TAPS + 1)) ** 2 for at in distances)
    return tuple(taps[::-1].astype(np.float32) for taps in windowed)


def _eased(wanted: npt.NDArray[np.floating]) -> Samples:
    """Gains at the edges of blocks that are nowhere above what is `wanted` in a block, and bend instead of jumping."""
    edge = 2 * LOOK_BLOCKS + 2
    low = _lowest(np.pad(wanted, edge, mode="edge"), LOOK_BLOCKS + 1)
    # Two means, one after the other, are one with a triangular window, which reaches less far than the lowest does.
    window = np.ones(LOOK_BLOCKS + 1) / (LOOK_BLOCKS + 1)
    eased = np.convolve(np.convolve(low, window, mode="same"), window[::-1], mode="same")
    begins: Samples = np.minimum(eased[edge : edge + wanted.size + 1], np.minimum(*_neighbours(wanted)))
    return begins.astype(np.float32)


def _neighbours(wanted: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """What is wanted on either side of each edge between blocks."""
    return np.append(wanted[:1], wanted), np.append(wanted, wanted[-1:])


def _lowest(gain: npt.NDArray[np.floating], reach: int) -> npt.NDArray[np.floating]:
    """The least of `gain` within `reach` on either side."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(gain, reach, mode="edge"), gain.size)
    lowest: npt.NDArray[np.floating] = around.min(axis=0)
    return lowest
