"""`lay_out`: every word, hold and chime gets its moment. A `Timeline` is what player, exports and listings read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from voiceguide.errors import Place
from voiceguide.moments import SECOND, written
from voiceguide.plan import Announcement, Cue, Interval, Plan, Ring, Say, Where
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

APART_MS = 150
"""The least silence between two sounds inside an interval."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long each line takes to say, and each sound to ring, in milliseconds."""

    lines: Mapping[str, int]
    sounds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens from `start_ms` up to `end_ms`: words, a sound, or time that the listener has.

    `cue` is the index of the plan's cue it comes from; `inside` marks words and sounds that belong to an interval.
    """

    kind: EventKind
    start_ms: int
    end_ms: int
    where: Where
    cue: int
    text: str | None = None
    sound: str | None = None
    inside: bool = False

    @property
    def audible(self) -> bool:
        return self.kind in {"say", "chime"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the session; chapters follow each other without a gap."""

    title: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the layout had to decide about a line, and why."""

    place: Place
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A session in absolute time. Events are sorted by `start_ms`, and audible ones never overlap.

    `starts[i]` is the moment at which the plan's cue `i` begins.
    """

    title: str
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
    decisions: list[Decision] = []
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
        language=plan.language,
        voice=voice,
        speed=speed,
        duration_ms=now,
        chapters=_chapters(plan, starts, now),
        events=tuple(events),
        starts=tuple(starts),
        decisions=tuple(decisions),
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
    sounding: list[Event] = []
    if interval.opening:
        ring_end = start + lengths.sounds[interval.opening]
        if ring_end <= end:
            sounding.append(Event("chime", start, ring_end, where, index, sound=interval.opening, inside=True))
        else:
            decisions.append(Decision(where.place, interval.opening, "left out: longer than the interval"))
    for announcement in interval.announcements:
        said = list(_said(announcement, interval, index, start, lengths))
        if why := _does_not_fit(said, sounding, start, end):
            decisions.append(Decision(where.place, " ".join(announcement.words), f"left out: {why}"))
        else:
            sounding += said
    yield from sorted(sounding, key=lambda event: event.start_ms)
    if interval.closing:
        ring_end = end + lengths.sounds[interval.closing]
        yield Event("chime", end, ring_end, where, index, sound=interval.closing, inside=True)


def _said(announcement: Announcement, interval: Interval, index: int, start: int, lengths: Lengths) -> Iterator[Event]:
    """The announcement's words at their moments; the words of a count begin a second apart."""
    words = announcement.words
    if announcement.before_end:
        first = start + interval.ms - announcement.at_ms - lengths.lines[words[-1]] - (len(words) - 1) * SECOND
    else:
        first = start + announcement.at_ms
    for number, word in enumerate(words):
        at = first + number * SECOND
        yield Event("say", at, at + lengths.lines[word], interval.where, index, text=word, inside=True)


def _does_not_fit(said: list[Event], sounding: list[Event], start: int, end: int) -> str | None:
    """Why the words can't be said at their moments, or None."""
    if said[0].start_ms < start or said[-1].end_ms > end:
        return f"it is longer than the {written(end - start)} it would stand in"
    for number, event in enumerate(said):
        for other in (*sounding, *said[:number]):
            if event.start_ms < other.end_ms + APART_MS and other.start_ms < event.end_ms + APART_MS:
                overlap = min(event.end_ms - other.start_ms, other.end_ms - event.start_ms) + APART_MS
                return f"it would come {written(overlap)} too near to ‘{other.text or other.sound}’"
    return None


def _chapters(plan: Plan, starts: list[int], duration_ms: int) -> tuple[Chapter, ...]:
    begins: dict[int, int] = {}
    for cue, start in zip(plan.cues, starts, strict=True):
        begins.setdefault(cue.where.chapter, start)
    ends = [*begins.values(), duration_ms][1:]
    return tuple(
        Chapter(title, start, end) for title, start, end in zip(plan.chapters, begins.values(), ends, strict=True)
    )


def cue_at(timeline: Timeline, ms: int) -> int:
    """The index of the cue that began last."""
    return max(0, bisect_right(timeline.starts, ms) - 1)


def interval_at(timeline: Timeline, ms: int) -> Event | None:
    """The interval that `ms` lies in."""
    first = timeline.events[bisect_left(timeline.events, cue_at(timeline, ms), key=lambda event: event.cue)]
    return first if not first.audible and first.start_ms <= ms < first.end_ms else None


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
