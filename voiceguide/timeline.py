"""`lay_out`: every word, hold and chime gets its moment. A `Timeline` is what player, exports and listings read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from voiceguide.ladder import Lengths, Slot, Sound
from voiceguide.moments import frame_at
from voiceguide.plan import Cue, Decision, Interval, Plan, Ring, Say, Where
from voiceguide.script import SpanKind

EventKind = Literal["say", "chime"] | SpanKind

BREATH_MS = 300
"""Between words and what they ask for, and between a chime and the next words."""

SENTENCE_MS = 400
"""Between two sentences of one step."""

STEP_MS = 800
"""Between the words of two steps."""

CHAPTER_MS = 1_500
"""Before the words of a new chapter."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens from `start_ms` up to `end_ms`: words, a sound, or time that the listener has.

    `cue` is the index of the plan's cue it comes from; `inside` marks words and sounds that belong to an interval;
    `faster` words are said FASTER than the session's others.
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

    @property
    def audible(self) -> bool:
        return self.kind in {"say", "chime"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the session, and the index of its technique; chapters follow each other without a gap."""

    title: str
    technique: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A session in absolute time. Events are sorted by `start_ms`, and audible ones never overlap.

    `techniques` are the titles of what it is made of; `starts[i]` is the moment at which the plan's cue `i` begins.
    """

    title: str
    techniques: tuple[str, ...]
    language: str
    voice: str
    speed: float
    duration_ms: int
    chapters: tuple[Chapter, ...]
    events: tuple[Event, ...]
    starts: tuple[int, ...]
    decisions: tuple[Decision, ...] = ()


def lay_out(plan: Plan, lengths: Lengths, voice: str = "", speed: float = 1.0) -> Timeline:
    """The timeline of `plan` when its lines and sounds are as long as `lengths` says."""
    events: list[Event] = []
    starts: list[int] = []
    decisions = list(plan.decisions)
    now = 0
    previous: Cue | None = None
    for index, cue in enumerate(plan.cues):
        now += _gap_ms(previous, cue)
        starts.append(now)
        cue_events = list(_events(cue, index, now, lengths, decisions))
        now = max(event.end_ms for event in cue_events)
        events += cue_events
        previous = cue
    return Timeline(
        title=plan.title,
        techniques=plan.techniques,
        language=plan.language,
        voice=voice,
        speed=speed,
        duration_ms=now,
        chapters=_chapters(plan, starts, now),
        events=tuple(events),
        starts=tuple(starts),
        decisions=tuple(sorted(decisions, key=lambda decision: decision.cue)),
    )


def _gap_ms(previous: Cue | None, cue: Cue) -> int:
    """The silence before `cue`: words and chimes breathe, intervals follow each other at once."""
    match previous, cue:
        case None, _:
            return 0
        case _, Say() if previous.where.chapter != cue.where.chapter:
            return CHAPTER_MS
        case Say(), Say():
            return SENTENCE_MS if previous.where.step == cue.where.step else STEP_MS
        case (Say(), _) | (_, Say()) | (Ring() | Interval(closing=str()), Ring()):
            return BREATH_MS
    return 0


def _events(cue: Cue, index: int, now: int, lengths: Lengths, decisions: list[Decision]) -> Iterator[Event]:
    match cue:
        case Say(text, where):
            yield Event("say", now, now + lengths.lines[text], where, index, text=text)
        case Ring(sound, where):
            yield Event("chime", now, now + lengths.sounds[sound], where, index, sound=sound)
        case Interval():
            yield from _interval_events(cue, index, now, lengths, decisions)


def _interval_events(
    interval: Interval, index: int, start: int, lengths: Lengths, decisions: list[Decision]
) -> Iterator[Event]:
    """The interval itself, what sounds inside it, and its closing sound, which begins as the interval ends."""
    end = start + interval.ms
    where = interval.where
    yield Event(interval.kind, start, end, where, index)
    slot = Slot(start, end, lengths)
    if interval.opening and (why := slot.ring(interval.opening).why):
        decisions.append(Decision(where.place, interval.opening, why, index))
    for said in interval.announcements:
        outcome = slot.say(said)
        if outcome.why:
            decisions.append(Decision(said.place, " ".join(said.words), outcome.why, index, outcome.warning))
    yield from (_inside(sound, where, index) for sound in slot.sounds)
    if interval.closing:
        ring_end = end + lengths.sounds[interval.closing]
        yield Event("chime", end, ring_end, where, index, sound=interval.closing, inside=True)


def _inside(sound: Sound, where: Where, index: int) -> Event:
    if sound.is_chime or sound.said is None:
        return Event("chime", sound.start_ms, sound.end_ms, where, index, sound=sound.text, inside=True)
    where = replace(where, place=sound.said.place)
    return Event("say", sound.start_ms, sound.end_ms, where, index, sound.text, inside=True, faster=sound.faster)


def _chapters(plan: Plan, starts: list[int], duration_ms: int) -> tuple[Chapter, ...]:
    begins: dict[int, int] = {}
    for cue, start in zip(plan.cues, starts, strict=True):
        begins.setdefault(cue.where.chapter, start)
    ends = [*begins.values(), duration_ms][1:]
    return tuple(
        Chapter(heading.title, heading.technique, start, end)
        for heading, start, end in zip(plan.chapters, begins.values(), ends, strict=True)
    )


def full_title(timeline: Timeline, chapter: Chapter) -> str:
    """A chapter's title, in a session of several techniques with that of its own before it."""
    technique = timeline.techniques[chapter.technique]
    several = len(timeline.techniques) > 1 and chapter.title != technique
    return f"{technique}: {chapter.title}" if several else chapter.title


def cue_at(timeline: Timeline, ms: int) -> int:
    """The index of the cue that began last."""
    return max(0, bisect_right(timeline.starts, ms) - 1)


def cue_end(timeline: Timeline, cue: int) -> int:
    """The moment at which a cue is over, with all that sounds in it."""
    first = bisect_left(timeline.events, cue, key=lambda event: event.cue)
    end = bisect_right(timeline.events, cue, key=lambda event: event.cue)
    return max(event.end_ms for event in timeline.events[first:end])


def interval_of(timeline: Timeline, cue: int) -> Event | None:
    """The interval that a cue is; None if it is words or a sound, or not there."""
    index = bisect_left(timeline.events, cue, key=lambda event: event.cue)
    first = timeline.events[index] if index < len(timeline.events) else None
    return first if first and not first.audible and first.cue == cue else None


def interval_at(timeline: Timeline, ms: int) -> Event | None:
    """The interval that `ms` lies in."""
    interval = interval_of(timeline, cue_at(timeline, ms))
    return interval if interval and interval.start_ms <= ms < interval.end_ms else None


def starting(timeline: Timeline, first: int, end: int, rate: int) -> tuple[Event, ...]:
    """The events that begin in frames `first` to `end`, at `rate` frames a second."""
    events = timeline.events

    def at(frame: int) -> int:
        return bisect_left(events, frame, key=lambda event: frame_at(event.start_ms, rate))

    return events[at(first) : at(end)]


def sounding_at(timeline: Timeline, ms: int) -> Event | None:
    """What can be heard at `ms`: words or a sound."""
    last = next((event for event in begun(timeline, ms) if event.audible), None)
    return last if last and ms < last.end_ms else None


def begun(timeline: Timeline, ms: int) -> Iterator[Event]:
    """The events that have begun at `ms`, the last one first."""
    return (timeline.events[index] for index in range(_to_come(timeline, ms) - 1, -1, -1))


def coming(timeline: Timeline, ms: int) -> Iterator[Event]:
    """The events that begin after `ms`, the next one first."""
    return (timeline.events[index] for index in range(_to_come(timeline, ms), len(timeline.events)))


def _to_come(timeline: Timeline, ms: int) -> int:
    return bisect_right(timeline.events, ms, key=lambda event: event.start_ms)
