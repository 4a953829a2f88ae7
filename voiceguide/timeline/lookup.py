"""Looking things up in a timeline: what happens at a moment, and before and after it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from voiceguide.base.moments import frame_at
from voiceguide.timeline.model import Chapter, Event, Timeline


def full_title(timeline: Timeline, chapter: Chapter) -> str:
    """Return a chapter's title, in a session of several techniques after that of its technique."""
    technique = timeline.techniques[chapter.technique]
    several = len(timeline.techniques) > 1 and chapter.title != technique
    return f"{technique}: {chapter.title}" if several else chapter.title


def cue_at(timeline: Timeline, ms: int) -> int:
    """Return the index of the cue that began last at `ms`."""
    return max(0, bisect_right(timeline.starts_ms, ms) - 1)


def cue_end(timeline: Timeline, cue: int) -> int:
    """Return the millisecond at which a cue is over, with all that sounds in it; `cue` is its index."""
    first = bisect_left(timeline.events, cue, key=lambda event: event.cue)
    end = bisect_right(timeline.events, cue, key=lambda event: event.cue)
    return max(event.end_ms for event in timeline.events[first:end])


def interval_of(timeline: Timeline, cue: int) -> Event | None:
    """Return the interval that a cue is; None if it is words or a sound, or isn't there."""
    index = bisect_left(timeline.events, cue, key=lambda event: event.cue)
    first = timeline.events[index] if index < len(timeline.events) else None
    return first if first and not first.audible and first.cue == cue else None


def interval_at(timeline: Timeline, ms: int) -> Event | None:
    """Return the interval that `ms` lies in, or None."""
    interval = interval_of(timeline, cue_at(timeline, ms))
    return interval if interval and interval.start_ms <= ms < interval.end_ms else None


def starting(timeline: Timeline, start_frame: int, end_frame: int, rate: int) -> tuple[Event, ...]:
    """Return the events that begin from `start_frame` up to `end_frame`, at `rate` frames a second."""
    events = timeline.events

    def first_from(frame: int) -> int:
        return bisect_left(events, frame, key=lambda event: frame_at(event.start_ms, rate))

    return events[first_from(start_frame) : first_from(end_frame)]


def sounding_at(timeline: Timeline, ms: int) -> Event | None:
    """Return the words or the sound that can be heard at `ms`, or None."""
    last = next((event for event in begun(timeline, ms) if event.audible), None)
    return last if last and ms < last.end_ms else None


def sounding_between(timeline: Timeline, start_ms: int, end_ms: int) -> Iterator[Event]:
    """Yield the words and sounds that can be heard from `start_ms` up to `end_ms`, the last one first."""
    for event in begun(timeline, end_ms - 1):
        if event.audible:
            if event.end_ms <= start_ms:
                return
            yield event


def begun(timeline: Timeline, ms: int) -> Iterator[Event]:
    """Yield the events that have begun at `ms`, the last one first."""
    return (timeline.events[index] for index in range(_to_come(timeline, ms) - 1, -1, -1))


def coming(timeline: Timeline, ms: int) -> Iterator[Event]:
    """Yield the events that begin after `ms`, the next one first."""
    return (timeline.events[index] for index in range(_to_come(timeline, ms), len(timeline.events)))


def _to_come(timeline: Timeline, ms: int) -> int:
    return bisect_right(timeline.events, ms, key=lambda event: event.start_ms)
