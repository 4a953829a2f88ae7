"""The session laid out at every position of the page's slider, and packed, so that the page decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil
from typing import Any

from voiceguide.base.choices import MAX_SPEED
from voiceguide.base.errors import visible
from voiceguide.export.job import ExportJob
from voiceguide.plan import Cue, Plan, asides
from voiceguide.timeline import FASTER, Chapter, Event, Lengths, Timeline, full_title, lay_out

VERSION = 1

SPEEDS = tuple(hundredths / 100 for hundredths in range(60, 165, 5))
"""The speech speeds on the slider; the speed of the export is added to them."""

ClipName = tuple[str, bool]
"""What is heard: words, or, if the second value is true, the sound of that name."""


def layouts(job: ExportJob) -> Iterator[Timeline]:
    """Yield the timeline at each speed, the slowest first. At the speed of the export it is the job's own."""
    for speed in sorted({*SPEEDS, job.timeline.speed}):
        if speed == job.timeline.speed:
            yield job.timeline
        else:
            yield lay_out(job.session.plan, lengths(job, speed), job.timeline.voice, speed)


def welcomes(job: ExportJob) -> list[Timeline]:
    """Lay out, for each chapter, what is said to a listener who comes back to it after minutes.

    All of it is at the speed of the export.
    """
    plan, speed = job.session.plan, job.timeline.speed
    firsts = {cue.where.chapter: index for index, cue in reversed(list(enumerate(plan.cues)))}
    back = (asides.resumed(plan, firsts[chapter], place=True, words=False) for chapter in sorted(firsts))
    return [lay_out(aside, lengths(job, speed, aside), speed=speed) for aside in back if aside]


def lengths(job: ExportJob, speed: float, plan: Plan | None = None) -> Lengths:
    """Return how long everything is once the words recorded for the export are stretched to `speed`.

    `plan` is that of an aside; None stands for the session's.
    """
    session, recorded_speed = job.session, job.timeline.speed
    recorded = session.booth.record((plan or session.plan).lines, recorded_speed)

    def stretched(to_speed: float) -> dict[str, int]:
        return {line: ceil(ms * recorded_speed / to_speed) for line, ms in recorded.items()}

    sounds = {name: session.sound(name).ms for name in session.plan.sounds}
    return Lengths(stretched(speed), sounds, stretched(speed * FASTER) if speed * FASTER <= MAX_SPEED else None)


def used(timelines: Sequence[Timeline]) -> dict[ClipName, Event]:
    """Return each distinct clip that is heard at any speed, in order, with an event in which it is heard."""
    found: dict[ClipName, Event] = {}
    for timeline in timelines:
        for event in timeline.events:
            if event.audible:
                found.setdefault(_clip_name(event), event)
    return found


def packed(
    job: ExportJob, timelines: Sequence[Timeline], back: Sequence[Timeline], clips: dict[ClipName, Event]
) -> dict[str, Any]:
    """Return all that the page has to know apart from the recordings, as values for JSON.

    - `chapters`: for each, its own title, its technique's, and its title among the chapters of several techniques.
    - `cues`: for each, its chapter, step, repetition, of and side.
    - `events`: each distinct one: its kind, its cue, the index of its clip or -1, and, as 0 or 1, whether it is inside
      an interval and whether it is said FASTER.
    - `layouts`: for each speed, the indexes of its `events`, their `starts` and their `lengths`, both in milliseconds.
      Each index and start is given as its difference from the one before.
    - `welcomes`: for each chapter, the clips that are said to a listener who comes back to it: the index of each, and
      its length in milliseconds at the speed of the export.
    """
    numbers = {name: number for number, name in enumerate(clips)}
    rows = [[_row(event, numbers) for event in timeline.events] for timeline in timelines]
    events = {row: index for index, row in enumerate(dict.fromkeys(row for several in rows for row in several))}
    timeline = job.timeline
    return {
        "version": VERSION,
        "title": visible(timeline.title),
        "language": timeline.language,
        "speed": timeline.speed,
        "chapters": [_titles(timeline, chapter) for chapter in timeline.chapters],
        "cues": [_place(cue) for cue in job.session.plan.cues],
        "events": list(events),
        "layouts": [
            {
                "speed": laid_out.speed,
                "events": _differences([events[row] for row in its_rows]),
                "starts": _differences([event.start_ms for event in laid_out.events]),
                "lengths": [event.end_ms - event.start_ms for event in laid_out.events],
            }
            for laid_out, its_rows in zip(timelines, rows, strict=True)
        ],
        "welcomes": [
            [(numbers[_clip_name(event)], event.end_ms - event.start_ms) for event in welcome.events if event.audible]
            for welcome in back
        ],
    }


def _clip_name(event: Event) -> ClipName:
    return (event.sound, True) if event.sound is not None else (event.text or "", False)


def _row(event: Event, numbers: dict[ClipName, int]) -> tuple[str | int, ...]:
    clip = numbers[_clip_name(event)] if event.audible else -1
    return event.kind, event.cue, clip, int(event.inside), int(event.faster)


def _titles(timeline: Timeline, chapter: Chapter) -> tuple[str, str, str]:
    titles = chapter.title, timeline.techniques[chapter.technique], full_title(timeline, chapter)
    return visible(titles[0]), visible(titles[1]), visible(titles[2])


def _place(cue: Cue) -> tuple[int | str | None, ...]:
    where = cue.where
    return where.chapter, where.step, where.repetition, where.of, where.side


def _differences(numbers: Sequence[int]) -> list[int]:
    """Return the first number, and the difference of each of the others from the one before."""
    return [*numbers[:1], *(after - before for before, after in pairwise(numbers))]
