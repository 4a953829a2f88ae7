"""`lay_out`: a plan and the lengths of its lines become a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voiceguide.plan import Cue, Decision, Interval, Plan, Ring, Say, Where
from voiceguide.timeline.ladder import Lengths, Slot, Sound
from voiceguide.timeline.model import Chapter, Event, Timeline

BREATH_MS = 300
"""Between words and what they ask for, and between a chime and the next words."""

SENTENCE_MS = 400
"""Between two sentences of one step."""

STEP_MS = 800
"""Between the words of two steps."""

CHAPTER_MS = 1_500
"""Before the words of a new chapter."""


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
