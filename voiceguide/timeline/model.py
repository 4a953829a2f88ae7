"""The timeline itself: every word, hold and chime of a session, each with its moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiceguide.plan import Decision, Where
from voiceguide.script import SpanKind

EventKind = Literal["say", "chime"] | SpanKind
"""What happens: words, a sound, or time for the listener."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens from `start_ms` up to `end_ms`: words, a sound, or time for the listener.

    `cue` is the index of the plan's cue that it comes from; `inside` marks words and sounds that belong to an interval;
    `faster` marks words that are said FASTER than the others, `counts` the words of a count.
    """

    kind: EventKind
    start_ms: int
    end_ms: int
    where: Where
    cue: int
    text: str | None = None
    sound: str | None = None
    inside: bool = False
    faster: bool = False
    counts: bool = False

    @property
    def audible(self) -> bool:
        """Whether it can be heard: words or a sound."""
        return self.kind in {"say", "chime"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the session; chapters follow each other without a gap. `technique` is an index."""

    title: str
    technique: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A session in absolute time. Events are sorted by `start_ms`, and audible ones never overlap.

    `techniques` are titles; `starts_ms[i]` is the moment at which the plan's cue `i` begins.
    """

    title: str
    techniques: tuple[str, ...]
    language: str
    voice: str
    speed: float
    duration_ms: int
    chapters: tuple[Chapter, ...]
    events: tuple[Event, ...]
    starts_ms: tuple[int, ...]
    decisions: tuple[Decision, ...] = ()
