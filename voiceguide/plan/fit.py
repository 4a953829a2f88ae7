"""Fitting a session to a total time: which value of every range brings it nearest.

How long a session is depends on what is said in it, so the length of each candidate is measured, not reckoned: `fit` is
given the way to do so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from voiceguide.errors import Place
from voiceguide.moments import HOUR, SECOND
from voiceguide.script import Item, Script, Span, Step, Times

Values = Mapping[Place, int]
Counts = tuple[int, ...]
DurationOf = Callable[[Values], int]

TOLERANCE_PERCENT = 2
MAX_COMBINATIONS = 64
"""Repeats are tried in all their combinations up to this many; above it, only in step with each other."""

MAX_SEARCHED = 4
"""Combinations of repeats for which the times are searched."""

TOO_LONG_MS = 1_000 * HOUR
"""The duration of a session that can't be, because it is too long or too large."""


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


def fit(
    scripts: Iterable[Script], target_ms: int, duration_of: DurationOf, combinations: int = MAX_COMBINATIONS
) -> Values:
    """The values of all ranges with which the session is as near to `target_ms` as they allow.

    Not more than so many `combinations` of repeats are all tried. All ranges grow alike as far as they can: among the
    combinations that can be brought to the target, the one is taken whose repeats are as far up their ranges as its
    times have to be.
    """
    # A technique that comes twice has its ranges only once: a place has one value.
    found = list(dict.fromkeys(ranges(scripts)))
    repeats = [one for one in found if one.unit == 1]
    times = [one for one in found if one.unit != 1]
    best: tuple[int, Values] | None = None
    tried = _combinations(repeats, combinations) or _around(repeats, times, target_ms, duration_of)
    for fixed in _ranked(tried, repeats, times, target_ms, duration_of)[:MAX_SEARCHED]:
        missed_ms, values = _nearest(fixed, times, target_ms, duration_of)
        if best is None or missed_ms < best[0]:
            best = missed_ms, values
        if fits(target_ms + missed_ms, target_ms):
            break
    return best[1] if best else {}


def _combinations(repeats: Sequence[Range], most: int) -> list[Counts]:
    """All combinations of the repeats; none, if there are more than `most`."""
    if prod(one.units + 1 for one in repeats) > most:
        return []
    return list(product(*(range(one.units + 1) for one in repeats)))


def _around(
    repeats: Sequence[Range], times: Sequence[Range], target_ms: int, duration_of: DurationOf
) -> Iterable[Counts]:
    """The combinations about the one at which the target is met when all ranges grow in step."""
    total = sum(one.units for one in repeats)
    time_units = sum(one.units for one in times)

    def grown(level: int) -> Values:
        times_level = _level(times, level * time_units // total)
        return {**_values(repeats, _level(repeats, level)), **_values(times, times_level)}

    low, high = 0, total
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if duration_of(grown(middle)) <= target_ms else (low, middle)
    return dict.fromkeys(_level(repeats, min(total, max(0, level))) for level in range(low - 1, high + 2))


def _ranked(
    tried: Iterable[Counts],
    repeats: Sequence[Range],
    times: Sequence[Range],
    target_ms: int,
    duration_of: DurationOf,
) -> list[Values]:
    """Values for the repeats, the most promising first: it can be brought to the target, and grows like its times."""
    ranked: list[tuple[tuple[int, float], Values]] = []
    shortest_times, longest_times = (_values(times, [end * one.units for one in times]) for end in (0, 1))
    for counts in tried:
        fixed = _values(repeats, counts)
        shortest = duration_of({**fixed, **shortest_times})
        longest = duration_of({**fixed, **longest_times}) if times else shortest
        missed = max(0, shortest - target_ms, target_ms - longest)
        share = (target_ms - shortest) / (longest - shortest) if longest > shortest else 0.5
        rank = 0 if fits(target_ms + missed, target_ms) else missed
        ranked.append(((rank, abs(min(1.0, max(0.0, share)) - _share(repeats, counts))), fixed))
    return [fixed for _, fixed in sorted(ranked, key=lambda one: one[0])]


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
