"""A timeline as text: the table that people read and tests compare, and the data that other programs read."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from voiceguide.base.errors import visible
from voiceguide.base.moments import format_length, short_timestamp, timestamp
from voiceguide.plan import Decision
from voiceguide.timeline import FASTER, Event, Timeline

JSON_VERSION = 1


def table(timeline: Timeline, explain: bool = False) -> str:
    """Return a line for each event: when, what, for how long or in which words, and the line of the script.

    With `explain`, whatever isn't as the script says is listed below the event that it is about.
    """
    beside = _beside(timeline) if explain else {}
    return "\n".join(_table(timeline, beside)) + "\n"


def _table(timeline: Timeline, beside: Mapping[int, list[str]]) -> Iterator[str]:
    speed = f"speed {timeline.speed:g}"
    voice = f"voice {timeline.voice}" if timeline.voice else "no voice"
    yield f"{visible(timeline.title)}   {short_timestamp(timeline.duration_ms)}   {voice}   {speed}"
    yield ""
    yield f"  {'time':11}  {'what':8} {'words':64} {'line':>6}"
    chapter = -1
    for index, event in enumerate(timeline.events):
        if event.where.chapter != chapter:
            chapter = event.where.chapter
            yield f"\n{visible(timeline.chapters[chapter].title)}"
        yield _row(event).rstrip()
        yield from beside.get(index, ())


def _beside(timeline: Timeline) -> dict[int, list[str]]:
    """Return the decisions in words, by the index of the event that they stand below, each only once."""
    counts = Counter((one.place, one.text, one.why) for one in timeline.decisions)
    beside: dict[int, list[str]] = {}
    for decision in timeline.decisions:
        if times := counts.pop((decision.place, decision.text, decision.why), 0):
            said = _said(decision, timeline)
            rows = _wrapped(f"{said} ({times} times)" if times > 1 else said, 88)
            lines = [f"{'':13}· {rows[0]}", *(f"{'':15}{row}" for row in rows[1:])]
            event = bisect_left(timeline.events, decision.cue, key=lambda event: event.cue)
            beside.setdefault(min(event, len(timeline.events) - 1), []).extend(lines)
    return beside


def _said(decision: Decision, timeline: Timeline) -> str:
    line = f"line {decision.place.line}"
    where = f"{decision.place.file}, {line}" if len(timeline.techniques) > 1 else line
    asked = ", which its author asked for" if decision.warning else ""
    return visible(f"{where}: ‘{decision.text}’ {decision.why}{asked}")


def _row(event: Event) -> str:
    indent = "  " if event.inside else ""
    what = f"{indent}{event.kind}"
    words = indent + visible(event.text or event.sound or format_length(event.end_ms - event.start_ms))
    first, *more = _wrapped(words + _marks(event), 64)
    row = f"  {timestamp(event.start_ms)}  {what:8} {first:64} {event.where.place.line:>6}"
    return "\n".join((row, *(f"{'':24}{indent}{line}" for line in more)))


def _marks(event: Event) -> str:
    """Return which repetition and which side an interval is, to stand beside its length."""
    if event.audible:
        return ""
    repetition = f"{event.where.repetition} of {event.where.of}" if event.where.of else ""
    return "".join(f", {mark}" for mark in (repetition, event.where.side) if mark)


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    return wrap(text, width, drop_whitespace=True, initial_indent=text[: len(text) - len(text.lstrip())]) or [""]


def data(timeline: Timeline, explain: bool = False) -> dict[str, Any]:
    """Return the timeline as `show --json` prints it: version 1 of the format described in docs/timeline-json.md."""
    decisions = [
        {"file": one.place.file, "line": one.place.line, "text": one.text, "why": one.why, "warning": one.warning}
        for one in timeline.decisions
    ]
    return {
        "version": JSON_VERSION,
        "title": timeline.title,
        "language": timeline.language,
        "voice": timeline.voice,
        "speed": timeline.speed,
        "techniques": list(timeline.techniques),
        "duration_ms": timeline.duration_ms,
        "chapters": [
            {
                "title": chapter.title,
                "technique": chapter.technique,
                "start_ms": chapter.start_ms,
                "end_ms": chapter.end_ms,
            }
            for chapter in timeline.chapters
        ],
        "events": [_event_data(timeline, event) for event in timeline.events],
        **({"decisions": decisions} if explain else {}),
    }


def _event_data(timeline: Timeline, event: Event) -> dict[str, Any]:
    values = {
        "kind": event.kind,
        "start_ms": event.start_ms,
        "end_ms": event.end_ms,
        "text": event.text,
        "sound": event.sound,
        "speed": timeline.speed * FASTER if event.faster else None,
        "file": event.where.place.file,
        "line": event.where.place.line,
        "chapter": event.where.chapter,
        "repetition": event.where.repetition,
        "of": event.where.of,
        "side": event.where.side,
    }
    return {key: value for key, value in values.items() if value is not None}
