"""Times and repeats as a person would write them: “hold 30 to 90 seconds, 3 times each side”."""

from __future__ import annotations

from collections.abc import Sequence

from voiceguide.base.moments import HOUR, MINUTE, SECOND
from voiceguide.phrases import Phrases
from voiceguide.phrases.leaflet import Labels
from voiceguide.script import EachSide, Inside, Loop, Span, Times

_IN_SECONDS_MS = 2 * MINUTE
"""Ranges up to here are written in seconds, unless they are in whole minutes: 30 to 90 seconds."""


class Doses:
    """Writes the doses of one script in the words of its language."""

    def __init__(self, labels: Labels, pack: Phrases) -> None:
        self.labels = labels
        self.pack = pack

    def span(self, span: Span) -> str:
        """Return the dose of a span; "" for time to settle, which needs no dose."""
        match span.kind:
            case "hold":
                return self.labels.hold.format(time=self.range_ms(span))
            case "rest":
                return self.labels.rest.format(time=self.range_ms(span))
            case "move":
                return self.range_ms(span)
            case "wait":
                return self.labels.wait
        return ""

    def range_ms(self, span: Span) -> str:
        """Return the length of a span, or its range of lengths."""
        low, high = span.low_ms, span.high_ms
        if low == high:
            return self.time(low)
        for unit, many in ((MINUTE, self.pack.units[1].many), (SECOND, self.pack.units[0].many)):
            if low % unit == high % unit == 0 and (unit == MINUTE or high <= _IN_SECONDS_MS):
                return f"{self._range(low // unit, high // unit)} {many}"
        return self.labels.range.format(low=self.time(low), high=self.time(high))

    def time(self, ms: int) -> str:
        """Return a length in digits and units: “1 minute 30 seconds”."""
        amounts = (ms // HOUR, ms % HOUR // MINUTE, ms % MINUTE / SECOND)
        written = (
            f"{amount:g} {unit.one if amount == 1 else unit.many}"
            for amount, unit in zip(amounts, reversed(self.pack.units), strict=True)
            if amount
        )
        return " ".join(written)

    def loops(self, loops: Sequence[Loop]) -> str:
        """Return how many times, and whether on each side; if a step has both loops, the first is the outer one."""
        times = next((self.count(loop) for loop in loops if isinstance(loop, Times)), "")
        if not any(isinstance(loop, EachSide) for loop in loops):
            return times
        said = f"{times} {self.labels.each_side}".strip()
        return f"{said}, {self.labels.changing}" if isinstance(loops[0], Times) else said

    def count(self, times: Times) -> str:
        """Return how many times: “3 times”."""
        if times.low == times.high == 1:
            return self.labels.once
        return self.labels.times.format(n=self.number(times))

    def number(self, times: Times) -> str:
        """Return the number of a repeat, or its range: “3 to 4”."""
        return str(times.low) if times.low == times.high else self._range(times.low, times.high)

    def moment(self, inside: Inside) -> str:
        """Return when to think of something inside a span."""
        moments = {"half": self.labels.half, "start": self.labels.start, "end": self.labels.end}
        return moments.get(inside.mark, self.labels.every).format(time=self.time(inside.ms) if inside.ms else "")

    def _range(self, low: int, high: int) -> str:
        return self.labels.range.format(low=low, high=high)
