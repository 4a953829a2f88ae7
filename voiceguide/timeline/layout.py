"""`lay_out`: from a plan and the lengths of its lines to a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voiceguide.plan import Cue, Decision, Interval, Plan, Ring, Say, Where
from voiceguide.timeline.ladder import Lengths, Slot, Sound
from voiceguide.timeline.model import Chapter, Event, Timeline

BREATH_MS = 300
"""Silence between words and what is done next, and between a chime and the next words."""

SENTENCE_MS = 400
"""Silence between two sentences of one step."""

STEP_MS = 800
"""Silence between the words of two steps."""

CHAPTER_MS = 1_500
"""Silence before the words of a new chapter."""


def lay_out(plan: Plan, lengths: Lengths, voice: str = "", speed: float = 1.0) -> Timeline:
    """Return the timeline of `plan` for lines and sounds of these lengths, noting `voice` and `speed` in it."""
    events: list[Event] = []
    starts_ms: list[int] = []
    decisions = list(plan.decisions)
    now_ms = 0
    previous: Cue | None = None
    for index, cue in enumerate(plan.cues):
        now_ms += _gap_ms(previous, cue)
        starts_ms.append(now_ms)
        cue_events = list(_events(cue, index, now_ms, lengths, decisions))
        now_ms = max(event.end_ms for event in cue_events)
        events += cue_events
        previous = cue
    return Timeline(
        title=plan.title,
        techniques=plan.techniques,
        language=plan.language,
        voice=voice,
        speed=speed,
        duration_ms=now_ms,
        chapters=_chapters(plan, starts_ms, now_ms),
        events=tuple(events),
        starts_ms=tuple(starts_ms),
        decisions=tuple(sorted(decisions, key=lambda decision: decision.cue)),
    )


def _gap_ms(previous: Cue | None, cue: Cue) -> int:
    """Return the silence before `cue`: words and chimes breathe, intervals follow each other at once."""
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


def _events(cue: Cue, index: int, start_ms: int, lengths: Lengths, decisions: list[Decision]) -> Iterator[Event]:
    match cue:
        case Say(text, where):
            yield Event("say", start_ms, start_ms + lengths.lines[text], where, index, text=text)
        case Ring(sound, where):
            yield Event("chime", start_ms, start_ms + lengths.sounds[sound], where, index, sound=sound)
        case Interval():
            yield from _interval_events(cue, index, start_ms, lengths, decisions)


def _interval_events(
    interval: Interval, index: int, start_ms: int, lengths: Lengths, decisions: list[Decision]
) -> Iterator[Event]:
    """Yield the interval itself, what sounds inside it, and its closing sound, which begins as the interval ends."""
    end_ms = start_ms + interval.ms
    where = interval.where
    yield Event(interval.kind, start_ms, end_ms, where, index)
    slot = Slot(start_ms, end_ms, lengths)
    if interval.opening and (why := slot.ring(interval.opening).why):
        decisions.append(Decision(where.place, interval.opening, why, index))
    for said in interval.announcements:
        outcome = slot.say(said)
        if outcome.why:
            decisions.append(Decision(said.place, " ".join(said.words), outcome.why, index, outcome.warning))
    yield from (_inside(sound, where, index) for sound in slot.sounds)
    if interval.closing:
        rung_ms = end_ms + lengths.sounds[interval.closing]
        yield Event("chime", end_ms, rung_ms, where, index, sound=interval.closing, inside=True)


def _inside(sound: Sound, where: Where, index: int) -> Event:
    if sound.is_chime or sound.said is None:
        return Event("chime", sound.start_ms, sound.end_ms, where, index, sound=sound.text, inside=True)
    where = replace(where, place=sound.said.place)
    event = Event("say", sound.start_ms, sound.end_ms, where, index, sound.text, inside=True, faster=sound.faster)
    return replace(event, counts=sound.said.counts)


def _chapters(plan: Plan, cue_starts_ms: list[int], duration_ms: int) -> tuple[Chapter, ...]:
    starts_ms: dict[int, int] = {}
    for cue, start_ms in zip(plan.cues, cue_starts_ms, strict=True):
        starts_ms.setdefault(cue.where.chapter, start_ms)
    ends_ms = [*starts_ms.values(), duration_ms][1:]
    return tuple(
        Chapter(heading.title, heading.technique, start_ms, end_ms)
        for heading, start_ms, end_ms in zip(plan.chapters, starts_ms.values(), ends_ms, strict=True)
    )
