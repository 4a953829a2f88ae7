"""Fitting a session to a total time: which value of every range comes nearest to it.

How long a session is depends on what is said in it. So the duration of each candidate is measured, not computed, by a
function that `fit` is given.
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
"""The value chosen for each range, by its place: milliseconds, or times."""

Counts = tuple[int, ...]
"""For each range of repeats, how many units it is above its low end."""

DurationOf = Callable[[Values], int]
"""A function that measures the duration of a session, in milliseconds, with these values."""

TOLERANCE_PERCENT = 2
"""By how much a fitted session may miss its target."""

MAX_TRIES = 200
"""How many durations are measured at most, unless fewer are allowed."""

MAX_SEARCHED = 4
"""Combinations of repeats, out of those tried together, for which the best times are searched."""

TOO_LONG_MS = 1_000 * HOUR
"""The duration of a session that is too long or too large to be made."""


@dataclass(frozen=True, slots=True)
class Range:
    """One range of a script. Its values are multiples of `unit` above `low`: 1 for repeats, 1,000 ms for times."""

    place: Place
    low: int
    high: int
    unit: int

    @property
    def units(self) -> int:
        """How many units there are from `low` to `high`, rounded up."""
        return -(-(self.high - self.low) // self.unit)

    def value(self, units: int) -> int:
        """Return the value that is so many units above `low`, at most `high`."""
        return min(self.high, self.low + units * self.unit)


def ranges(scripts: Iterable[Script]) -> Iterator[Range]:
    """Yield every range in the scripts, in order."""
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
    """Tell whether a duration is that of the target, within TOLERANCE_PERCENT."""
    return abs(duration_ms - target_ms) * 100 <= target_ms * TOLERANCE_PERCENT


def fit(scripts: Iterable[Script], target_ms: int, duration_of: DurationOf, tries: int = MAX_TRIES) -> Values:
    """Return the values of all ranges that bring the session as near to `target_ms` as they allow.

    All ranges grow together as far as they can: of the combinations of repeats that can reach the target, the one is
    taken whose repeats are as far up their ranges as its times have to be. If `tries` measurements aren't enough for
    all combinations, the search starts around the one at which everything grows in step, and moves on to neighbors
    that come nearer.
    """
    # A technique that is played twice has its ranges only once: a place has one value.
    search = _Search(list(dict.fromkeys(ranges(scripts))), target_ms, duration_of)
    combinations = search.combinations(most=tries // 3)
    if combinations:
        search.try_all(combinations)
        return search.best
    nearby = search.in_step()
    while nearby and not search.has_met and search.tried < tries:
        search.try_all(nearby)
        nearby = search.neighbors()
    return search.best


class _Search:
    """The search for the values of one session; `best` are those that came nearest so far."""

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
        """Return all combinations of the repeats; none if there are more than `most`."""
        if prod(one.units + 1 for one in self.repeats) > most:
            return []
        return list(product(*(range(one.units + 1) for one in self.repeats)))

    def in_step(self) -> list[Counts]:
        """Return the combinations around the one that meets the target when all ranges grow in step."""
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

    def neighbors(self) -> list[Counts]:
        """Return untried combinations with one unit more or less than the best, or with one moved to another range."""
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
        """Bring the most promising of `combinations` as near to the target as their times allow, until one meets it."""
        for _, counts in sorted(self._ranked(combinations))[:MAX_SEARCHED]:
            missed_ms, values = self._nearest(_values(self.repeats, counts))
            if missed_ms < self.missed_ms:
                self.missed_ms, self.best, self.best_counts = missed_ms, values, counts
            if self.has_met:
                return

    def _ranked(self, combinations: Iterable[Counts]) -> Iterator[tuple[tuple[int, float], Counts]]:
        """Yield each combination with its rank: first those that can reach the target, of these first the most even."""
        shortest_times, longest_times = (_values(self.times, [end * one.units for one in self.times]) for end in (0, 1))
        for counts in combinations:
            self.seen.add(counts)
            fixed = _values(self.repeats, counts)
            shortest_ms = self.measured({**fixed, **shortest_times})
            longest_ms = self.measured({**fixed, **longest_times}) if self.times else shortest_ms
            missed_ms = max(0, shortest_ms - self.target_ms, self.target_ms - longest_ms)
            share = (self.target_ms - shortest_ms) / (longest_ms - shortest_ms) if longest_ms > shortest_ms else 0.5
            rank = 0 if fits(self.target_ms + missed_ms, self.target_ms) else missed_ms
            yield (rank, abs(min(1.0, max(0.0, share)) - _share(self.repeats, counts))), counts

    def _nearest(self, fixed: Values) -> tuple[int, Values]:
        """Return the fewest milliseconds by which the target is missed with these repeats, and the values for it."""
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
    """Return how many units of each range make up `level` units in all, every range as far up as the others."""
    total = sum(one.units for one in found) or 1
    # The units of a range are evenly spread over the levels, the first of them half a distance above the lowest.
    return tuple(min(one.units, max(0, (2 * level * one.units + total) // (2 * total))) for one in found)


def _values(found: Sequence[Range], units: Sequence[int]) -> Values:
    return {one.place: one.value(count) for one, count in zip(found, units, strict=True)}


def _share(found: Sequence[Range], counts: Sequence[int]) -> float:
    """Return how far up their ranges the counts are, from 0 to 1."""
    total = sum(one.units for one in found)
    return sum(counts) / total if total else 0.5
