"""What a script says, as flat frozen data; everything carries the place it was written at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiceguide.errors import Place

SpanKind = Literal["hold", "move", "settle", "rest"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time the listener spends doing something: `[hold 20s]`."""

    kind: SpanKind
    ms: int
    place: Place


@dataclass(frozen=True, slots=True)
class Chime:
    """A sound by name: `[chime bell]`."""

    sound: str
    place: Place


@dataclass(frozen=True, slots=True)
class Times:
    """`[5 times]`."""

    count: int
    place: Place


@dataclass(frozen=True, slots=True)
class EachSide:
    """`[each side]`: once on the left, once on the right; `switch_ms` is the time to change over."""

    switch_ms: int
    place: Place


Action = Span | Chime
Loop = Times | EachSide


@dataclass(frozen=True, slots=True)
class Step:
    """Words and what follows them: a paragraph, an item or, with `items` below it, a group or a part.

    `loops` stand as they were written, the outermost first. `again` is what is said in place of `words` from the second
    time on; None says `words` again.
    """

    words: str
    place: Place
    again: str | None = None
    loops: tuple[Loop, ...] = ()
    actions: tuple[Action, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """A safety line: spoken whole, at every verbosity, never sped up."""

    words: str
    place: Place


Item = Step | Caution


@dataclass(frozen=True, slots=True)
class Script:
    """One technique. `opening` is what stands before the first part; `daily` is how often a day at most."""

    file: str
    title: str
    language: str
    place: Place
    tools: str | None = None
    settle: Span | None = None
    daily: int | None = None
    opening: tuple[Item, ...] = ()
    parts: tuple[Step, ...] = ()
