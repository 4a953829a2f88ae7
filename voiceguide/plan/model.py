"""A plan as flat frozen data: what is said, rung and waited for, in order, without absolute time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from voiceguide.base.choices import Dose, Guidance, Pace
from voiceguide.base.errors import Place
from voiceguide.phrases import Side
from voiceguide.script import Span, SpanKind, Times


@dataclass(frozen=True, slots=True)
class Choices:
    """What a listener chooses: how much is said, how long it takes to get around, and which end of every range.

    `fitted` has the milliseconds or times that were chosen for single ranges, by their places; it goes before `dose`.
    """

    guidance: Guidance = "teach"
    pace: Pace = "normal"
    dose: Dose = "low"
    fitted: Mapping[Place, int] = field(default_factory=dict)

    def ms(self, span: Span) -> int:
        return self.fitted.get(span.place, span.high_ms if self.dose == "high" else span.low_ms)

    def count(self, times: Times) -> int:
        return self.fitted.get(times.place, times.high if self.dose == "high" else times.low)


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


Need = Literal["answer", "asked", "encouragement", "progress"]
"""For whom words inside an interval are: the listener who has just asked, the author who asked for them, or anyone."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Words inside an interval, `at_ms` from its start, or, if `before_end`, over `at_ms` before its end.

    Several words are a count: each begins a second after the one before. Where they don't fit, they may be moved by
    `slack_ms` (only to be over earlier, if `before_end`), or said as `short`; only an answer, and what was asked for by
    the author, is moved further. `place` is the line that asks for them. `half` tells that its moment is the middle.
    """

    words: tuple[str, ...]
    at_ms: int
    place: Place
    before_end: bool = True
    need: Need = "progress"
    slack_ms: int = 0
    short: str | None = None
    half: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """Time the listener has; its announcements stand in the order in which they give way, the last one first.

    `release` is what to do when it is over, also for somebody who can't hold on so long.
    """

    kind: SpanKind
    ms: int
    where: Where
    announcements: tuple[Announcement, ...] = ()
    opening: str | None = None
    closing: str | None = None
    release: str = ""


Cue = Say | Ring | Interval


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that isn't as the script says, and why; `cue` is the index of the cue beside which it came about.

    A `warning` is about words that the author has asked for and that can't be said.
    """

    place: Place
    text: str
    why: str
    cue: int
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter's title, and the index of the technique it belongs to."""

    title: str
    technique: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One session's cues, in order; cues name their chapter by its index.

    `techniques` are titles, and `leave` tells for each how to come away from the tool in the middle of it.
    """

    techniques: tuple[str, ...]
    language: str
    chapters: tuple[Heading, ...]
    cues: tuple[Cue, ...]
    decisions: tuple[Decision, ...] = ()
    leave: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return " · ".join(self.techniques)

    def upto(self, count: int) -> Plan:
        """The session's first `count` cues."""
        cues = self.cues[:count]
        return replace(self, cues=cues, chapters=self.chapters[: cues[-1].where.chapter + 1], decisions=())

    @property
    def lines(self) -> tuple[str, ...]:
        """Every distinct line to be spoken, in the order in which it is first heard."""
        return tuple(dict.fromkeys(line for cue in self.cues for line in lines_of(cue)))

    @property
    def sounds(self) -> dict[str, Place]:
        """The names of the sounds that are played, with the place of the first use."""
        found: dict[str, Place] = {}
        for cue in self.cues:
            for sound in _sounds(cue):
                found.setdefault(sound, cue.where.place)
        return found


def lines_of(cue: Cue) -> Iterable[str]:
    """What is spoken in a cue."""
    match cue:
        case Say(text):
            return (text,)
        case Interval(announcements=announcements):
            return (word for said in announcements for word in (*said.words, said.short) if word)
    return ()


def _sounds(cue: Cue) -> Iterable[str]:
    match cue:
        case Ring(sound):
            return (sound,)
        case Interval(opening=opening, closing=closing):
            return (sound for sound in (opening, closing) if sound)
    return ()
