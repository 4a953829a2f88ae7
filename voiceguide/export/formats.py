"""`export_session`: a session becomes a file, in whatever format its name asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import IO, Protocol, cast

from voiceguide.base.errors import ExportError, UnknownNameError, UsageError, visible
from voiceguide.base.files import atomic_file
from voiceguide.base.plugins import Registry
from voiceguide.base.progress import Progress, no_progress
from voiceguide.export import captions
from voiceguide.export.job import ExportJob, ExportOptions
from voiceguide.session.render import total_frames
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline

FORMATS = Registry(
    "format",
    "voiceguide.formats",
    {
        "wav": "voiceguide.export.wav",
        **dict.fromkeys(("flac", "mp3", "opus", "m4b", "m4a"), "voiceguide.export.coded"),
        "html": "voiceguide.export.page",
        "md": "voiceguide.export.leaflet_md",
        "pdf": "voiceguide.export.leaflet_pdf",
        "labels.txt": "voiceguide.export.labels",
        "chapters.json": "voiceguide.export.podcast",
    },
)
"""What writes each format; a format's name is its suffix."""

CAPTIONS: dict[str, Callable[[Timeline], str]] = {
    "vtt": captions.webvtt,
    "srt": captions.subrip,
    "lrc": captions.lrc,
}
"""How each kind of caption file is written, by its suffix."""


class Format(Protocol):
    """What a format is: a module or an object. A format that nothing is spoken for also has `is_leaflet = True`."""

    def size(self, job: ExportJob) -> int:
        """Return about how many bytes the file will have."""
        ...

    def write(self, job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
        """Write the whole session, and tell `progress` how many frames are written, and of how many.

        Raises ExportError, or OSError if the file can't take it.
        """
        ...


def format_of(path: Path, name: str | None) -> str:
    """Return the format called `name`, or that of the path's ending. Raises UnknownNameError if there is none."""
    lower = path.name.lower()
    ending = next((known for known in FORMATS.built_in if lower.endswith(f".{known}")), path.suffix[1:])
    chosen = (name or ending).lower()
    if not chosen:
        raise UsageError(f"{visible(str(path))} has no suffix; {_right(FORMATS.names())}")
    if not FORMATS.knows(chosen):
        raise UnknownNameError("format", chosen, (), _right(FORMATS.names()))
    return chosen


def _right(known: list[str]) -> str:
    return f"name a file that ends in one of, or give --format: {', '.join(known)}"


def is_leaflet(name: str) -> bool:
    """Tell whether a format is to be read: nothing is spoken for it, and a link may stand in it."""
    return bool(getattr(FORMATS.load(name), "is_leaflet", False))


def export_session(
    session: Session,
    path: str | PathLike[str],
    options: ExportOptions | None = None,
    *,
    timeline: Timeline | None = None,
    progress: Progress = no_progress,
) -> Timeline:
    """Write a session to `path`, whole or not at all, and return the timeline it was written from.

    The path's suffix tells the format, unless `options` do. `timeline` is the session's at its own speed if it isn't
    given. `progress` is told how many frames are written, and of how many.

    Raises UsageError for a format that isn't there, VoiceError for a line that can't be said, and ExportError if the
    file can't be written; what was at `path` before is then still there.
    """
    target, options = Path(path), options or ExportOptions()
    name = format_of(target, options.format)
    chosen = cast(Format, FORMATS.load(name))
    timeline = timeline or (session.estimated() if is_leaflet(name) else session.timeline())
    if total_frames(timeline) == 0:
        raise ExportError("the session is empty: there is nothing to export")
    job = ExportJob(session, timeline, replace(options, format=name))
    with atomic_file(target, chosen.size(job)) as file:
        chosen.write(job, progress, file)
    return timeline


def export_captions(timeline: Timeline, path: Path) -> None:
    """Write captions of the kind that the path's suffix names, whole or not at all. Raises ExportError."""
    text = CAPTIONS[path.suffix.removeprefix(".")](timeline).encode()
    with atomic_file(path, len(text)) as file:
        file.write(text)
