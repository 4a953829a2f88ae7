"""The formats, and `export_session`, which writes a session in the one that the file's name asks for."""

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
    """A format: a module or an object with these functions, and with `is_leaflet = True` if it is read, not heard."""

    def size(self, job: ExportJob) -> int:
        """Return about how many bytes the file will have."""
        ...

    def write(self, job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
        """Write the whole session, and call `progress` with the frames that are written and with those of the whole.

        Raises ExportError, or OSError if the file can't take it.
        """
        ...


def format_of(path: Path, name: str | None) -> str:
    """Return the name of the format called `name`, or else of the one that the path ends in.

    Raises UsageError if the path has no suffix, and UnknownNameError if there is no such format.
    """
    lower = path.name.lower()
    ending = next((known for known in FORMATS.built_in if lower.endswith(f".{known}")), path.suffix[1:])
    chosen = (name or ending).lower()
    if not chosen:
        raise UsageError(f"{visible(str(path))} has no suffix; {_instead(FORMATS.names())}")
    if not FORMATS.knows(chosen):
        raise UnknownNameError("format", chosen, (), _instead(FORMATS.names()))
    return chosen


def _instead(known: list[str]) -> str:
    return f"name a file that ends in one of, or give --format: {', '.join(known)}"


def is_leaflet(name: str) -> bool:
    """Tell whether a format is for reading: it needs no voice, and may contain a link."""
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

    The path's suffix says which format, unless `options` do. Without a `timeline`, the session is laid out at its own
    speed. `progress` is called with the number of frames that are written, and with that of the whole.

    Raises UsageError for a format that doesn't exist, VoiceError for a line that can't be said, and ExportError if the
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
