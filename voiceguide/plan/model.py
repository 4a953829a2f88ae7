"""A plan as frozen data: what is said, rung and waited for, in order, without absolute time."""

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
    """What a listener chooses: how much is said, how long changing position takes, and which end of every range.

    `fitted` has the milliseconds or repeats that were chosen for single ranges, by their places, instead of `dose`.
    """

    guidance: Guidance = "teach"
    pace: Pace = "normal"
    dose: Dose = "low"
    fitted: Mapping[Place, int] = field(default_factory=dict)

    def ms(self, span: Span) -> int:
        """Return the chosen length of a span, at normal pace."""
        return self.fitted.get(span.place, span.high_ms if self.dose == "high" else span.low_ms)

    def count(self, times: Times) -> int:
        """Return the chosen number of repeats."""
        return self.fitted.get(times.place, times.high if self.dose == "high" else times.low)


@dataclass(frozen=True, slots=True)
class Where:
    """Where in the session a cue is, and which line of the script it comes from.

    `chapter` is an index. `step` goes up by one whenever a step is entered, again or for the first time. `repetition`
    and `of` are those of the innermost repeat, from 1.
    """

    place: Place
    chapter: int
    step: int
    repetition: int | None = None
    of: int | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """A line to be spoken: one sentence."""

    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class Ring:
    """A sound by name."""

    sound: str
    where: Where


Need = Literal["answer", "asked", "encouragement", "progress"]
"""Why words are inside an interval: to answer the listener, or because the author or a rule wants them there."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Words inside an interval, `at_ms` after its start or, if `before_end`, over by `at_ms` before its end.

    Several words are a count: each begins a second after the one before. Where they don't fit, they may be moved by
    `slack_ms` (if `before_end`, only to an earlier moment) or replaced by `short`; only answers and the author's words
    may be moved further. `place` is where in the script they come from. `half` marks words for the middle.
    """

    words: tuple[str, ...]
    at_ms: int
    place: Place
    before_end: bool = True
    need: Need = "progress"
    slack_ms: int = 0
    short: str | None = None
    half: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is a count."""
        return len(self.words) > 1


@dataclass(frozen=True, slots=True)
class Interval:
    """Time for the listener; if not all `announcements` fit, the last one gives way first.

    `opening` and `closing` are sounds at its start and its end. `release` has the words for its end, or for somebody
    who can't hold on that long.
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
    """Something that isn't as the script says, and why; `cue` is the index of the cue that it came up at.

    A `warning` is about words that the author wrote and that can't be said.
    """

    place: Place
    text: str
    why: str
    cue: int
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a chapter, and the index of the technique it belongs to."""

    title: str
    technique: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The cues of one session, in order; each names its chapter by index.

    `techniques` are titles; `leave` says, for each of them, how to come away from the tool in the middle.
    """

    techniques: tuple[str, ...]
    language: str
    chapters: tuple[Heading, ...]
    cues: tuple[Cue, ...]
    decisions: tuple[Decision, ...] = ()
    leave: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title of the session: those of its techniques."""
        return " · ".join(self.techniques)

    def upto(self, count: int) -> Plan:
        """Return the plan of the session's first `count` cues, at least one."""
        cues = self.cues[:count]
        return replace(self, cues=cues, chapters=self.chapters[: cues[-1].where.chapter + 1], decisions=())

    @property
    def lines(self) -> tuple[str, ...]:
        """Every distinct line to be spoken, in the order in which it is first heard."""
        return tuple(dict.fromkeys(line for cue in self.cues for line in lines_of(cue)))

    @property
    def sounds(self) -> dict[str, Place]:
        """The names of the sounds that are played, each with the place of its first use."""
        found: dict[str, Place] = {}
        for cue in self.cues:
            for sound in _sounds(cue):
                found.setdefault(sound, cue.where.place)
        return found


def lines_of(cue: Cue) -> Iterable[str]:
    """Return the lines that are spoken, or may be spoken, in a cue."""
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
