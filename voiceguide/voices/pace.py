"""How much faster a voice really speaks for what its engine is told, so that a speed means the same everywhere."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from math import exp, log

Pace = tuple[tuple[float, float], ...]
"""Pairs of a speed and the slowness that an engine has to be told for it, the slowest first; speed 1 is slowness 1."""

SLOWNESSES = (
    *(2.4, 2.0, 1.8, 1.6, 1.45, 1.3, 1.2, 1.1, 1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.42),
)
"""What is tried to find a voice's pace: closely, as a sound lasts a whole number of frames, and many change at once."""


def setting_for(speed: float, pace: Pace) -> tuple[float, float]:
    """The slowness that an engine is told for `speed`, and the tempo by which the rest is made up for.

    That is 1 inside of what was measured.
    """
    reached = min(max(speed, pace[0][0]), pace[-1][0])
    return _slowness_for(reached, pace), speed / reached


def _slowness_for(speed: float, pace: Pace) -> float:
    for (slower, above), (faster, below) in itertools.pairwise(pace):
        if speed <= faster:
            part = (log(speed) - log(slower)) / (log(faster) - log(slower))
            return exp(log(above) + part * (log(below) - log(above)))
    return pace[-1][1]


def measured(lasting: Callable[[float], int]) -> Pace:
    """A pace from how long the same words last at a slowness, in milliseconds.

    Raises ValueError if they don't get shorter.
    """
    usual = lasting(1.0)
    pace = tuple((round(usual / lasting(slowness), 4), slowness) for slowness in SLOWNESSES)
    if not is_rising(pace):
        raise ValueError("its speech doesn't follow its speed")
    return pace


def is_rising(pace: Sequence[tuple[float, float]]) -> bool:
    """Whether each speed is above the one before, at less slowness."""
    steps = list(itertools.pairwise(pace))
    return bool(steps) and all(0 < before[0] < after[0] and before[1] > after[1] > 0 for before, after in steps)
