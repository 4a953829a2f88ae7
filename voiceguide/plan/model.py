"""A plan as flat frozen data: what is said, rung and waited for, in order, without absolute time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from voiceguide.errors import Place
from voiceguide.script import SpanKind

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the session a cue stands, and which line of the script it comes from.

    `step` counts every time a step is met; `repetition` and `of` belong to the innermost repeat around it.
    """

    place: Place
    chapter: int
    step: int
    repetition: int | None = None
    of: int | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """A line to be spoken: one sentence, or one safety line's."""

    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class Ring:
    """A sound by name."""

    sound: str
    where: Where


@dataclass(frozen=True, slots=True)
class Announcement:
    """Words inside an interval, `at_ms` from its start, or, if `before_end`, over `at_ms` before its end.

    Several words are a count: each begins a second after the one before.
    """

    words: tuple[str, ...]
    at_ms: int
    before_end: bool = True


@dataclass(frozen=True, slots=True)
class Interval:
    """Time the listener has; its announcements stand in the order in which they give way, the last one first."""

    kind: SpanKind
    ms: int
    where: Where
    announcements: tuple[Announcement, ...] = ()
    opening: str | None = None
    closing: str | None = None


Cue = Say | Ring | Interval


@dataclass(frozen=True, slots=True)
class Plan:
    """One session's cues, in order. `chapters` are titles; cues name theirs by its index."""

    title: str
    language: str
    chapters: tuple[str, ...]
    cues: tuple[Cue, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Every distinct line to be spoken, in the order in which it is first heard."""
        return tuple(dict.fromkeys(line for cue in self.cues for line in _lines(cue)))

    @property
    def sounds(self) -> dict[str, Place]:
        """The names of the sounds that are played, with the place of the first use."""
        found: dict[str, Place] = {}
        for cue in self.cues:
            for sound in _sounds(cue):
                found.setdefault(sound, cue.where.place)
        return found


def _lines(cue: Cue) -> Iterable[str]:
    match cue:
        case Say(text):
            return (text,)
        case Interval(announcements=announcements):
            return (word for announcement in announcements for word in announcement.words)
    return ()


def _sounds(cue: Cue) -> Iterable[str]:
    match cue:
        case Ring(sound):
            return (sound,)
        case Interval(opening=opening, closing=closing):
            return (sound for sound in (opening, closing) if sound)
    return ()
