"""A timeline as text: the table a person reads and the tests compare, and the data other programs read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voiceguide.errors import visible
from voiceguide.moments import clock, short_clock, written
from voiceguide.timeline import Event, Timeline

JSON_VERSION = 1


def table(timeline: Timeline) -> str:
    """One line an event: when, what, for how long or in which words, and the line of the script."""
    return "\n".join(_table(timeline)) + "\n"


def _table(timeline: Timeline) -> Iterator[str]:
    speed = f"speed {timeline.speed:g}"
    voice = f"voice {timeline.voice}" if timeline.voice else "no voice"
    yield f"{visible(timeline.title)}   {short_clock(timeline.duration_ms)}   {voice}   {speed}"
    yield ""
    yield f"  {'time':11}  {'what':8} {'words':64} {'line':>6}"
    chapter = -1
    for event in timeline.events:
        if event.where.chapter != chapter:
            chapter = event.where.chapter
            yield f"\n{visible(timeline.chapters[chapter].title)}"
        yield _row(event).rstrip()


def _row(event: Event) -> str:
    indent = "  " if event.inside else ""
    what = f"{indent}{event.kind}"
    words = indent + visible(event.text or event.sound or written(event.end_ms - event.start_ms))
    first, *more = _wrapped(words + _marks(event), 64)
    row = f"  {clock(event.start_ms)}  {what:8} {first:64} {event.where.place.line:>6}"
    return "\n".join((row, *(f"{'':24}{indent}{line}" for line in more)))


def _marks(event: Event) -> str:
    """Which repetition and side a step is, beside what the listener has time for."""
    if event.audible:
        return ""
    repetition = f"{event.where.repetition} of {event.where.of}" if event.where.of else ""
    return "".join(f", {mark}" for mark in (repetition, event.where.side) if mark)


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    return wrap(text, width, drop_whitespace=True, initial_indent=text[: len(text) - len(text.lstrip())]) or [""]


def data(timeline: Timeline) -> dict[str, Any]:
    """The timeline for `show --json`; version 1 of a contract, described in docs/timeline-json.md."""
    return {
        "version": JSON_VERSION,
        "title": timeline.title,
        "language": timeline.language,
        "voice": timeline.voice,
        "speed": timeline.speed,
        "duration_ms": timeline.duration_ms,
        "chapters": [
            {"title": chapter.title, "start_ms": chapter.start_ms, "end_ms": chapter.end_ms}
            for chapter in timeline.chapters
        ],
        "events": [_event_data(event) for event in timeline.events],
    }


def _event_data(event: Event) -> dict[str, Any]:
    values = {
        "kind": event.kind,
        "start_ms": event.start_ms,
        "end_ms": event.end_ms,
        "text": event.text,
        "sound": event.sound,
        "file": event.where.place.file,
        "line": event.where.place.line,
        "chapter": event.where.chapter,
        "repetition": event.where.repetition,
        "of": event.where.of,
        "side": event.where.side,
    }
    return {key: value for key, value in values.items() if value is not None}
