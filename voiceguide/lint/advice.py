"""What the linter says about a script: what may not be meant, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from voiceguide.base.errors import Place
from voiceguide.base.moments import format_length
from voiceguide.script import Span


@dataclass(frozen=True, slots=True, order=True)
class Advice:
    """One warning about a script that works as it is; the author can switch it off by its `code`."""

    place: Place
    code: str
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.place}: warning: {self.what}; {self.instead} [{self.code}]"


class Found(NamedTuple):
    """What a check has found; its code is in the table of checks."""

    place: Place
    what: str
    instead: str


def bracket(span: Span) -> str:
    """Return the bracket that a span was written as: `[hold 30s-1m]`."""
    time = (
        format_length(span.low_ms)
        if span.low_ms == span.high_ms
        else f"{format_length(span.low_ms)}-{format_length(span.high_ms)}"
    )
    return f"[until ready, {time}]" if span.kind == "wait" else f"[{span.kind} {time}]"


def listed(things: list[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    return " and ".join(part for part in (", ".join(things[:-1]), *things[-1:]) if part)
