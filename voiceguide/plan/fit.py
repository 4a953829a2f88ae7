"""Fitting a session to a total time: which value of every range brings it nearest.

How long a session is depends on what is said in it, so the length of each candidate is measured, not reckoned: `fit` is
given the way to do so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from voiceguide.base.errors import Place
from voiceguide.base.moments import HOUR, SECOND
from voiceguide.script import Item, Script, Span, Step, Times

Values = Mapping[Place, int]
Counts = tuple[int, ...]
DurationOf = Callable[[Values], int]

TOLERANCE_PERCENT = 2
MAX_TRIES = 200
"""How many durations are measured, if nobody asks for fewer."""

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


def fit(scripts: Iterable[Script], target_ms: int, duration_of: DurationOf, tries: int = MAX_TRIES) -> Values:
    """The values of all ranges with which the session is as near to `target_ms` as they allow.

    All ranges grow alike as far as they can: among the combinations of repeats that can be brought to the target, the
    one is taken whose repeats are as far up their ranges as its times have to be. If `tries` durations are not enough
    for all combinations, those around the one at which everything grows in step are tried, and from there on whatever
    brings it nearer.
    """
    # A technique that comes twice has its ranges only once: a place has one value.
    search = _Search(list(dict.fromkeys(ranges(scripts))), target_ms, duration_of)
    combinations = search.combinations(most=tries // 3)
    if combinations:
        search.try_all(combinations)
        return search.best
    nearby = search.in_step()
    while nearby and not search.has_met and search.tried < tries:
        search.try_all(nearby)
        nearby = search.neighbours()
    return search.best


class _Search:
    """The search for the doses of one session; `best` is the nearest so far."""

    def __init__(self, found: Sequence[Range], target_ms: int, duration_of: DurationOf) -> None:
        self.repeats = [one for one in found if one.unit == 1]
        self.times = [one for one in found if one.unit != 1]
        self.target_ms = target_ms
        self.duration_of = duration_of
        self.tried = 0
        self.seen: set[Counts] = set()
        self.missed_ms = TOO_LONG_MS
        self.best: Values = {}
        self.best_counts: Counts = ()

    @property
    def has_met(self) -> bool:
        return fits(self.target_ms + self.missed_ms, self.target_ms)

    def measured(self, values: Values) -> int:
        self.tried += 1
        return self.duration_of(values)

    def combinations(self, most: int) -> list[Counts]:
        """All combinations of the repeats; none, if there are more than `most`."""
        if prod(one.units + 1 for one in self.repeats) > most:
            return []
        return list(product(*(range(one.units + 1) for one in self.repeats)))

    def in_step(self) -> list[Counts]:
        """The combinations about the one at which the target is met when all ranges grow in step."""
        total = sum(one.units for one in self.repeats)
        time_units = sum(one.units for one in self.times)

        def grown(level: int) -> Values:
            times_level = _level(self.times, level * time_units // total)
            return {**_values(self.repeats, _level(self.repeats, level)), **_values(self.times, times_level)}

        low, high = 0, total
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.measured(grown(middle)) <= self.target_ms else (low, middle)
        levels = (min(total, max(0, level)) for level in range(low - 1, high + 2))
        return list(dict.fromkeys(_level(self.repeats, level) for level in levels))

    def neighbours(self) -> list[Counts]:
        """What differs from the best by one more, one less, or one here in place of one there, and is still untried."""
        changes: list[Counts] = []
        for one, other in product(range(len(self.repeats)), repeat=2):
            for by in (1, -1):
                counts = list(self.best_counts)
                counts[one] += by
                if other != one:
                    counts[other] -= by
                changes.append(tuple(counts))
        return [counts for counts in dict.fromkeys(changes) if self._is_new(counts)]

    def _is_new(self, counts: Counts) -> bool:
        inside = all(0 <= count <= one.units for count, one in zip(counts, self.repeats, strict=True))
        return inside and counts not in self.seen

    def try_all(self, combinations: Iterable[Counts]) -> None:
        """Brings the most promising of some combinations of repeats as near to the target as their times can."""
        for _, counts in sorted(self._ranked(combinations))[:MAX_SEARCHED]:
            missed_ms, values = self._nearest(_values(self.repeats, counts))
            if missed_ms < self.missed_ms:
                self.missed_ms, self.best, self.best_counts = missed_ms, values, counts
            if self.has_met:
                return

    def _ranked(self, combinations: Iterable[Counts]) -> Iterator[tuple[tuple[int, float], Counts]]:
        """First what can be brought to the target, and of that first what grows like its times."""
        shortest_times, longest_times = (_values(self.times, [end * one.units for one in self.times]) for end in (0, 1))
        for counts in combinations:
            self.seen.add(counts)
            fixed = _values(self.repeats, counts)
            shortest = self.measured({**fixed, **shortest_times})
            longest = self.measured({**fixed, **longest_times}) if self.times else shortest
            missed = max(0, shortest - self.target_ms, self.target_ms - longest)
            share = (self.target_ms - shortest) / (longest - shortest) if longest > shortest else 0.5
            rank = 0 if fits(self.target_ms + missed, self.target_ms) else missed
            yield (rank, abs(min(1.0, max(0.0, share)) - _share(self.repeats, counts))), counts

    def _nearest(self, fixed: Values) -> tuple[int, Values]:
        """With the repeats fixed, by how much the target is missed at best, and the values that do so."""
        low, high = 0, sum(one.units for one in self.times)

        def values(level: int) -> Values:
            return {**fixed, **_values(self.times, _level(self.times, level))}

        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.measured(values(middle)) <= self.target_ms else (low, middle)
        ends = {level: abs(self.measured(values(level)) - self.target_ms) for level in (low, high)}
        level = min(ends, key=lambda one: ends[one])
        return ends[level], values(level)


def _level(found: Sequence[Range], level: int) -> Counts:
    """How many units of each range make up `level` units in all, every range as far up as the others."""
    total = sum(one.units for one in found) or 1
    # The units of a range are evenly spread over the levels; the first of them half a distance from the lowest.
    return tuple(min(one.units, max(0, (2 * level * one.units + total) // (2 * total))) for one in found)


def _values(found: Sequence[Range], units: Sequence[int]) -> Values:
    return {one.place: one.value(count) for one, count in zip(found, units, strict=True)}


def _share(found: Sequence[Range], counts: Sequence[int]) -> float:
    """How far up their ranges the counts are, from 0 to 1."""
    total = sum(one.units for one in found)
    return sum(counts) / total if total else 0.5
