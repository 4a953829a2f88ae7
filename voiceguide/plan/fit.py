"""Fitting a session to a total time: which value of every range brings it nearest.

How long a session is depends on what is said in it, so the length of each candidate is measured, not reckoned: `fit` is
given the way to do so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from voiceguide.errors import Place
from voiceguide.moments import SECOND
from voiceguide.script import Item, Script, Span, Step, Times

Values = Mapping[Place, int]
DurationOf = Callable[[Values], int]

TOLERANCE_PERCENT = 2
MAX_COMBINATIONS = 64
"""Repeats are tried in all their combinations up to this many; above it, only in step with each other."""

MAX_SEARCHED = 8
"""Combinations of repeats for which the times are searched."""


@dataclass(frozen=True, slots=True)
class Range:
    """One range of a script, in units of `unit`: times, or whole seconds in milliseconds."""

    place: Place
    low: int
    high: int
    unit: int

    @property
    def units(self) -> int:
        return -(-(self.high - self.low) // self.unit)

    def value(self, units: int) -> int:
        return min(self.high, self.low + units * self.unit)


def ranges(scripts: Iterable[Script]) -> Iterator[Range]:
    """Every range in the scripts, in order."""
    for script in scripts:
        yield from _ranges((*script.opening, *script.parts))


def _ranges(items: Iterable[Item]) -> Iterator[Range]:
    for step in items:
        if isinstance(step, Step):
            for loop in step.loops:
                if isinstance(loop, Times) and loop.low < loop.high:
                    yield Range(loop.place, loop.low, loop.high, 1)
            for action in step.actions:
                if isinstance(action, Span) and action.low_ms < action.high_ms:
                    yield Range(action.place, action.low_ms, action.high_ms, SECOND)
            yield from _ranges(step.items)


def fits(duration_ms: int, target_ms: int) -> bool:
    """Whether a session is as long as was asked for, within TOLERANCE_PERCENT."""
    return abs(duration_ms - target_ms) * 100 <= target_ms * TOLERANCE_PERCENT


def fit(scripts: Iterable[Script], target_ms: int, duration_of: DurationOf) -> Values:
    """The values of all ranges with which the session is as near to `target_ms` as they allow.

    All ranges grow alike as far as they can: among the combinations of repeats that can be brought to the target, the
    one is taken whose repeats are as far up their ranges as its times have to be.
    """
    # A technique that comes twice has its ranges only once: a place has one value.
    found = list(dict.fromkeys(ranges(scripts)))
    repeats = [one for one in found if one.unit == 1]
    times = [one for one in found if one.unit != 1]
    best: tuple[int, Values] | None = None
    for fixed in _candidates(repeats, times, target_ms, duration_of)[:MAX_SEARCHED]:
        missed_ms, values = _nearest(fixed, times, target_ms, duration_of)
        if best is None or missed_ms < best[0]:
            best = missed_ms, values
        if fits(target_ms + missed_ms, target_ms):
            break
    return best[1] if best else {}


def _candidates(
    repeats: Sequence[Range], times: Sequence[Range], target_ms: int, duration_of: DurationOf
) -> list[Values]:
    """Values for the repeats, the most promising first: it can be brought to the target, and grows like its times."""
    candidates: list[tuple[tuple[int, float], Values]] = []
    for counts in _combinations(repeats):
        fixed = _values(repeats, counts)
        shortest, longest = (
            duration_of({**fixed, **_values(times, units)})
            for units in ([0] * len(times), [one.units for one in times])
        )
        missed = max(0, shortest - target_ms, target_ms - longest)
        share = (target_ms - shortest) / (longest - shortest) if longest > shortest else 0.5
        rank = 0 if fits(target_ms + missed, target_ms) else missed
        candidates.append(((rank, abs(min(1.0, max(0.0, share)) - _share(repeats, counts))), fixed))
    return [fixed for _, fixed in sorted(candidates, key=lambda candidate: candidate[0])]


def _combinations(repeats: Sequence[Range]) -> Iterable[tuple[int, ...]]:
    count = 1
    for one in repeats:
        count *= one.units + 1
    if count <= MAX_COMBINATIONS:
        return product(*(range(one.units + 1) for one in repeats))
    total = sum(one.units for one in repeats)
    levels = min(total, MAX_COMBINATIONS)
    return dict.fromkeys(_level(repeats, level * total // levels) for level in range(levels + 1))


def _level(found: Sequence[Range], level: int) -> tuple[int, ...]:
    """How many units of each range make up `level` units in all, every range as far up as the others."""
    total = sum(one.units for one in found) or 1
    return tuple(
        # The units of a range come evenly spread over the levels; the first of them half a distance from the lowest.
        min(one.units, max(0, (2 * level * one.units + total) // (2 * total)))
        for one in found
    )


def _nearest(fixed: Values, times: Sequence[Range], target_ms: int, duration_of: DurationOf) -> tuple[int, Values]:
    """With the repeats fixed, by how much the target is missed at best, and the values that do so."""
    low, high = 0, sum(one.units for one in times)

    def values(level: int) -> Values:
        return {**fixed, **_values(times, _level(times, level))}

    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if duration_of(values(middle)) <= target_ms else (low, middle)
    return min(((abs(duration_of(values(level)) - target_ms), values(level)) for level in (low, high)), key=_missed)


def _missed(outcome: tuple[int, Values]) -> int:
    return outcome[0]


def _values(found: Sequence[Range], units: Sequence[int]) -> Values:
    return {one.place: one.value(count) for one, count in zip(found, units, strict=True)}


def _share(found: Sequence[Range], counts: Sequence[int]) -> float:
    """How far up their ranges the counts are, from 0 to 1."""
    total = sum(one.units for one in found)
    return sum(counts) / total if total else 0.5
