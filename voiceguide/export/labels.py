"""Labels for Audacity, to import beside an exported file: the start and end of each part, line, interval and sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from voiceguide.base.errors import visible
from voiceguide.base.moments import SECOND, format_length
from voiceguide.base.progress import Progress
from voiceguide.export.job import ExportJob
from voiceguide.session.render import total_frames
from voiceguide.timeline import Event, Timeline, full_title


def size(job: ExportJob) -> int:
    return 100 * (len(job.timeline.events) + len(job.timeline.chapters))


def write(job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
    file.write(labels(job.timeline).encode())
    progress(total := total_frames(job.timeline), total)


def labels(timeline: Timeline) -> str:
    """Return a line for each label: its start and end in seconds, and its text, separated by tabs."""
    rows = sorted((*_parts(timeline), *_events(timeline)), key=lambda row: row[0])
    return "".join(f"{_seconds(start_ms)}\t{_seconds(end_ms)}\t{_plain(text)}\n" for start_ms, end_ms, text in rows)


def _parts(timeline: Timeline) -> Iterator[tuple[int, int, str]]:
    for chapter in timeline.chapters:
        yield chapter.start_ms, chapter.end_ms, f"part: {full_title(timeline, chapter)}"


def _events(timeline: Timeline) -> Iterator[tuple[int, int, str]]:
    return ((event.start_ms, event.end_ms, _named(event)) for event in timeline.events)


def _named(event: Event) -> str:
    if event.text:
        return event.text
    what = f"chime: {event.sound}" if event.sound else f"{event.kind} {format_length(event.end_ms - event.start_ms)}"
    return f"{what}, {event.where.side}" if event.where.side else what


def _seconds(ms: int) -> str:
    return f"{ms // SECOND}.{ms % SECOND:03}000"


def _plain(text: str) -> str:
    """Return `text` on one line and without tabs, which would end the field."""
    return visible(" ".join(text.split()))
