"""Finds claps in a short stretch of sound, and tells them from anything else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voiceguide.ear import RATE

_FRAME_SAMPLES = RATE // 200
"""5 ms."""

APART_SECONDS = (0.15, 0.8)
"""The shortest and the longest time between the two claps that are a command."""

_RISE_DB = 14.0
_FALL_DB = 14.0
_BODY_SECONDS = 0.07
"""A clap has fallen by _FALL_DB within this time; no syllable has."""

_ALIKE_DB = 12.0
_BRIGHT = 0.25
"""The least part of a clap's power that lies above 1,500 Hz."""


def claps(samples: npt.NDArray[np.float32]) -> list[float] | None:
    """Return the seconds at which the claps in `samples` begin; None if there is anything else in them.

    `samples` are mono at RATE, shape (n,), with full scale at 1.
    """
    frames = samples[: samples.size // _FRAME_SAMPLES * _FRAME_SAMPLES].reshape(-1, _FRAME_SAMPLES)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-10)
    loud = levels > levels.max(initial=-100.0) - _ALIKE_DB
    starts = np.flatnonzero(loud & ~np.concatenate([[False], loud[:-1]]))
    found: list[float] = []
    for start in starts:
        if found and start * _FRAME_SAMPLES / RATE - found[-1] < _BODY_SECONDS:
            continue  # still the last one, on its way down
        if not _is_clap(samples, levels, int(start)):
            return None
        found.append(float(start * _FRAME_SAMPLES / RATE))
    return found


def _is_clap(samples: npt.NDArray[np.float32], levels: npt.NDArray[np.float32], start: int) -> bool:
    body = int(_BODY_SECONDS * RATE) // _FRAME_SAMPLES
    peak = levels[start : start + body].max()
    before = levels[max(0, start - 8) : max(0, start - 1)]
    after = levels[start + body : start + 2 * body]
    if not before.size or peak - np.median(before) < _RISE_DB or (after.size and peak - after.max() < _FALL_DB):
        return False
    return _brightness(samples[start * _FRAME_SAMPLES : (start + body) * _FRAME_SAMPLES]) > _BRIGHT


def _brightness(samples: npt.NDArray[np.float32]) -> float:
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float(power[np.fft.rfftfreq(samples.size, 1 / RATE) > 1500].sum() / (power.sum() + 1e-12))
