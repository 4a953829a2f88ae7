"""What a script says, as flat frozen data; everything carries the place it was written at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiceguide.base.errors import Place

SpanKind = Literal["hold", "move", "settle", "rest", "wait"]
Mark = Literal["half", "start", "end", "every"]


@dataclass(frozen=True, slots=True)
class Inside:
    """Words inside a span: `[at half: …]`; `ms` counts from its start, before its end, or from one time to the next."""

    words: str
    place: Place
    mark: Mark
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Quiet:
    """`[quiet]`: nothing is announced by rule."""

    place: Place


@dataclass(frozen=True, slots=True)
class Release:
    """`[release: …]`: what to do when a hold ends."""

    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time the listener spends doing something: `[hold 20s]`, or, elastic, `[hold 30s-90s]`.

    A `wait` is `[until ready, 30s]`: as long as the listener needs, `high_ms` at most.
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
    """`[5 times]`, or, elastic, `[3-4 times]`."""

    low: int
    high: int
    place: Place


@dataclass(frozen=True, slots=True)
class EachSide:
    """`[each side]`: once on the left, once on the right; `switch_ms` is the time to change over."""

    switch_ms: int
    place: Place


Instruction = Span | Chime
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
    actions: tuple[Instruction, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """A safety line: spoken whole, whatever the guidance."""

    words: str
    place: Place


Item = Step | Caution


@dataclass(frozen=True, slots=True)
class Ignored:
    """A warning's code that the author has switched off."""

    code: str
    place: Place


@dataclass(frozen=True, slots=True)
class Script:
    """One technique. `opening` is what stands before the first part; `daily` is how often a day at most,
    `day` is when it was written, as 2026-11-23.

    `leave` is how to come away from the tool, for somebody who stops in the middle. `formal` says how the listener is
    addressed, in languages that know two ways. `pronounce` has words in small letters, and how each is read.
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
