"""Doses: how long and how many times, from a script's ranges and a listener's choices."""

from __future__ import annotations

from collections.abc import Callable

from voiceguide.base.choices import Pace
from voiceguide.base.errors import Place
from voiceguide.base.moments import format_length
from voiceguide.plan.model import Choices
from voiceguide.script import EachSide, Span, SpanKind, Times

PACE_PERCENT: dict[Pace, int] = {"slow": 150, "normal": 100, "brisk": 70}
"""The share of their length that settling, moving and resting take at each pace; a hold or a wait never changes."""

PACED: frozenset[SpanKind] = frozenset({"settle", "move", "rest"})
"""The kinds of span whose length the pace changes."""

Decide = Callable[[Place, str, str], None]
"""A function that notes what isn't as the script says: its place, what it is, and what it becomes and why."""


class Doses:
    """The doses of one session; every choice is passed to `decide`."""

    def __init__(self, choices: Choices, decide: Decide) -> None:
        self.choices = choices
        self.decide = decide

    def ms(self, span: Span) -> int:
        """Return how many milliseconds a span lasts: what was chosen of its range, at the listener's pace."""
        ms = self.choices.ms(span)
        if span.low_ms < span.high_ms:
            ends = f"{span.kind} {format_length(span.low_ms)}-{format_length(span.high_ms)}"
            self.decide(span.place, ends, f"is {format_length(ms)}: {self._why(span.place)}")
        return self._paced(span.kind, ms, span.place)

    def switch_ms(self, loop: EachSide) -> int:
        """Return how many milliseconds a change of sides takes."""
        return self._paced("settle", loop.switch_ms, loop.place)

    def count(self, times: Times) -> int:
        """Return how many times something is done."""
        count = self.choices.count(times)
        if times.low < times.high:
            self.decide(times.place, f"{times.low}-{times.high} times", f"is {count} times: {self._why(times.place)}")
        return count

    def _paced(self, kind: SpanKind, ms: int, place: Place) -> int:
        percent = PACE_PERCENT[self.choices.pace]
        if kind not in PACED or percent == 100:
            return ms
        paced = max(1, ms * percent // 100)
        self.decide(place, f"{kind} {format_length(ms)}", f"is {format_length(paced)}: the pace is {self.choices.pace}")
        return paced

    def _why(self, place: Place) -> str:
        fitted = place in self.choices.fitted
        return "fitted to the total time" if fitted else f"the {self.choices.dose} end of the range"
