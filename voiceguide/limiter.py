"""A limiter for one clip: no peak above a ceiling, not between the samples either, and no audible step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voiceguide.clip import RATE

Samples = npt.NDArray[np.float32]

OVERSAMPLING = 4
"""As in ITU-R BS.1770, annex 2: what is found so is at most half a dB below the true peak."""

LOOK_FRAMES = RATE * 3 // 1000
"""How long before a peak the limiter begins to give way, and how long after it it is back."""

_BETWEEN = 1.12
"""By how much speech, which has little near half the rate, is higher between samples than at them: 1 dB at most."""

_MARGIN = 64
"""Silence around a clip, so that its end doesn't ring into its beginning when it is oversampled."""


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
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9)).astype(np.float32)
    return (samples * _eased(wanted)).astype(np.float32)


def true_peaks(samples: Samples) -> Samples:
    """The largest magnitude at each sample and before the next."""
    padded = np.pad(samples, _MARGIN)
    size = 1 << (padded.size - 1).bit_length()
    spectrum = np.fft.rfft(padded, size)
    fine = np.fft.irfft(spectrum, size * OVERSAMPLING) * OVERSAMPLING
    peaks = np.abs(fine).reshape(-1, OVERSAMPLING).max(axis=1)
    found: Samples = peaks[_MARGIN : _MARGIN + samples.size].astype(np.float32)
    return found


def _eased(wanted: Samples) -> Samples:
    """A gain that is nowhere above `wanted`, and bends instead of jumping."""
    lowest = _lowest(np.pad(wanted, 2 * LOOK_FRAMES, mode="edge"), LOOK_FRAMES)
    # Two means, one after the other, are one with a triangular window, which reaches just as far as the lowest does.
    eased = _mean(_mean(lowest, LOOK_FRAMES + 1), LOOK_FRAMES + 1)[LOOK_FRAMES:-LOOK_FRAMES]
    return np.minimum(eased, wanted)


def _mean(gain: Samples, width: int) -> Samples:
    """The mean of every `width` neighbours, where there are so many."""
    sums = np.cumsum(np.pad(gain.astype(np.float64), (1, 0)))
    mean: Samples = ((sums[width:] - sums[:-width]) / width).astype(np.float32)
    return mean


def _lowest(gain: Samples, reach: int) -> Samples:
    """The least of `gain` within `reach` on either side."""
    lowest, width = gain.copy(), 1
    while width < 2 * reach + 1:
        step = min(width, 2 * reach + 1 - width)
        lowest[:-step] = np.minimum(lowest[:-step], lowest[step:])
        width += step
    return np.roll(lowest, reach)
