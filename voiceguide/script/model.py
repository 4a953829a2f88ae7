"""A script as frozen data; everything carries the place where it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiceguide.base.errors import Place

SpanKind = Literal["hold", "move", "settle", "rest", "wait"]
"""What the listener does in a span of time."""

Mark = Literal["half", "start", "end", "every"]
"""What the moment of words inside a span is counted from."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Words inside a span: `[at half: …]`; `ms` is from its start, before its end, or from one time to the next."""

    words: str
    place: Place
    mark: Mark
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Quiet:
    """`[quiet]`: voiceguide adds no announcements of its own."""

    place: Place


@dataclass(frozen=True, slots=True)
class Release:
    """`[release: …]`: what to do when a hold ends."""

    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Span:
    """Time that the listener spends doing something: `[hold 20s]`, or, with a range, `[hold 30s-90s]`.

    A `wait` is `[until ready, 30s]`: as long as the listener needs, but at most `high_ms`.
    """

    kind: SpanKind
    low_ms: int
    high_ms: int
    place: Place
    inside: tuple[Inside, ...] = ()
    quiet: Quiet | None = None
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Chime:
    """A sound by name: `[chime bell]`."""

    sound: str
    place: Place


@dataclass(frozen=True, slots=True)
class Times:
    """`[5 times]`, or, with a range, `[3-4 times]`."""

    low: int
    high: int
    place: Place


@dataclass(frozen=True, slots=True)
class EachSide:
    """`[each side]`: once on the left, once on the right; `switch_ms` is the time to change sides."""

    switch_ms: int
    place: Place


Instruction = Span | Chime
Loop = Times | EachSide


@dataclass(frozen=True, slots=True)
class Step:
    """Words and what follows them: a paragraph, an item or, with `items` below it, a group or a part.

    `loops` are in the order in which they were written, the outermost first. `again` is said instead of `words` from
    the second time on; if it is None, `words` are said again.
    """

    words: str
    place: Place
    again: str | None = None
    loops: tuple[Loop, ...] = ()
    actions: tuple[Instruction, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """A safety line: spoken in full, whatever the guidance."""

    words: str
    place: Place


Item = Step | Caution


@dataclass(frozen=True, slots=True)
class Ignored:
    """The code of a warning that the author has switched off."""

    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class Script:
    """One technique. `opening` is what comes before the first part.

    `day` is when it was written, as 2026-11-23, and `daily` how many times a day it may be done. `leave` says how to
    come away from the tool, for somebody who stops in the middle. `formal` matters in languages with two forms of
    address. `pronounce` has pairs of a word in small letters and how it is read.
    """

    file: str
    title: str
    language: str
    place: Place
    day: str | None = None
    tools: str | None = None
    settle: Span | None = None
    daily: int | None = None
    leave: str | None = None
    formal: bool = False
    ignore: tuple[Ignored, ...] = ()
    pronounce: tuple[tuple[str, str], ...] = ()
    opening: tuple[Item, ...] = ()
    parts: tuple[Step, ...] = ()
