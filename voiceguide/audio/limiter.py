"""A limiter for one clip: no peak above a ceiling, if need be not even between samples, and no audible step."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from voiceguide.audio.clip import RATE

Samples = npt.NDArray[np.float32]
"""Mono samples at RATE, one dimension, where 1 is full scale."""

OVERSAMPLING = 4
"""As in ITU-R BS.1770, annex 2: a peak found this way is at most half a dB below the true peak."""

BLOCK_FRAMES = RATE // 1000
"""Frames from one gain to the next, a millisecond; between the two, the gain changes linearly."""

LOOK_BLOCKS = 3
"""How many blocks before a peak the gain begins to fall, and how many after it it is back."""

_BETWEEN = 1.12
"""How much higher speech can be between samples than at them: 1 dB, as it has little energy near half the rate."""

_TAPS = 24
"""The number of samples from which one between them is interpolated."""


def limited(samples: Samples, ceiling_amplitude: float) -> Samples:
    """Return `samples` limited so that no sample exceeds `ceiling_amplitude`, a part of full scale."""
    return _below(samples, np.abs(samples), ceiling_amplitude)


def truly_limited(samples: Samples, ceiling_amplitude: float) -> Samples:
    """Return `samples` limited so that not even a peak between them exceeds `ceiling_amplitude`; takes longer."""
    if not samples.size or np.abs(samples).max() * _BETWEEN <= ceiling_amplitude:
        return samples
    return _below(samples, true_peaks(samples), ceiling_amplitude)


def _below(samples: Samples, peaks: Samples, ceiling_amplitude: float) -> Samples:
    if not samples.size or peaks.max() <= ceiling_amplitude:
        return samples
    at_edges = gain_factors(by_block(peaks).max(axis=0), ceiling_amplitude)
    way = np.arange(BLOCK_FRAMES, dtype=np.float32) / BLOCK_FRAMES
    factors = (at_edges[:-1, None] + np.diff(at_edges)[:, None] * way).reshape(-1)
    return (samples * factors[: samples.size]).astype(np.float32)


def by_block(samples: Samples) -> Samples:
    """Return `samples` as an array of BLOCK_FRAMES rows, one block in each column; silence fills up the last one.

    Reducing along columns is quicker than along rows.
    """
    return np.ascontiguousarray(np.pad(samples, (0, -samples.size % BLOCK_FRAMES)).reshape(-1, BLOCK_FRAMES).T)


def gain_factors(block_peaks: Samples, ceiling_amplitude: float) -> Samples:
    """Return the limiter's linear gains at the edges of blocks with these peaks: one more than there are blocks."""
    return _eased(np.minimum(1.0, ceiling_amplitude / np.maximum(block_peaks, 1e-9)))


def true_peaks(samples: Samples) -> Samples:
    """Return the largest magnitude from each sample up to the next, as an array of the same size."""
    peaks = np.abs(samples)
    for taps in _between():
        peaks = np.maximum(peaks, np.abs(np.convolve(samples, taps)[_TAPS // 2 - 1 :][: samples.size]))
    found: Samples = peaks.astype(np.float32)
    return found


@cache
def _between() -> tuple[Samples, ...]:
    """Return the taps that interpolate at a quarter, a half and three quarters of the way: a windowed sinc each."""
    whole = np.arange(_TAPS) - (_TAPS // 2 - 1)
    distances = (whole - part / OVERSAMPLING for part in range(1, OVERSAMPLING))
    windowed = (np.sinc(at) * np.cos(np.pi * at / (_TAPS + 1)) ** 2 for at in distances)
    return tuple(taps[::-1].astype(np.float32) for taps in windowed)


def _eased(wanted: npt.NDArray[np.floating]) -> Samples:
    """Return gains at the edges of blocks: never above what is `wanted` in a block, and bending instead of jumping."""
    edge = 2 * LOOK_BLOCKS + 2
    low = _lowest(np.pad(wanted, edge, mode="edge"), LOOK_BLOCKS + 1)
    # Two means in a row amount to one with a triangular window, which reaches less far than the minimum does.
    window = np.ones(LOOK_BLOCKS + 1) / (LOOK_BLOCKS + 1)
    eased = np.convolve(np.convolve(low, window, mode="same"), window[::-1], mode="same")
    at_edges: Samples = np.minimum(eased[edge : edge + wanted.size + 1], np.minimum(*_neighbors(wanted)))
    return at_edges.astype(np.float32)


def _neighbors(wanted: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """Return what is wanted before each edge of a block, and what is wanted after it."""
    return np.append(wanted[:1], wanted), np.append(wanted, wanted[-1:])


def _lowest(factors: npt.NDArray[np.floating], reach_blocks: int) -> npt.NDArray[np.floating]:
    """Return the least of `factors` within `reach_blocks` on either side of each."""
    shifted = np.lib.stride_tricks.sliding_window_view(np.pad(factors, reach_blocks, mode="edge"), factors.size)
    lowest: npt.NDArray[np.floating] = shifted.min(axis=0)
    return lowest
