"""A session as a file: each format is a module that writes a job, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import IO, Protocol, cast

from voiceguide.base.errors import ExportError, UsageError, visible
from voiceguide.base.files import atomic_file
from voiceguide.export.captions import CAPTIONS
from voiceguide.export.job import ExportJob, Progress
from voiceguide.session.render import total_frames
from voiceguide.timeline import Timeline

FORMATS = {
    "wav": "voiceguide.export.wav",
    **dict.fromkeys(("flac", "mp3", "opus", "m4b", "m4a"), "voiceguide.export.coded"),
    "html": "voiceguide.export.page",
    "md": "voiceguide.export.leaflet_md",
    "pdf": "voiceguide.export.leaflet_pdf",
    "labels.txt": "voiceguide.export.labels",
    "chapters.json": "voiceguide.export.podcast",
}
"""The module that writes each format; a format's name is its suffix."""

LEAFLETS = frozenset({"md", "pdf"})
"""Formats that nothing is spoken for; a link may stand in them."""


class Format(Protocol):
    """What a format's module has."""

    def size(self, job: ExportJob) -> int:
        """About how many bytes the file will have."""
        ...

    def write(self, job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
        """Writes the whole session, and tells `progress` of every frame.

        Raises ExportError, or OSError if the file can't take it.
        """
        ...


def format_of(path: Path, name: str | None) -> str:
    """The format called `name`, or that of the path's ending. Raises UsageError if there is none."""
    ending = next((known for known in FORMATS if path.name.lower().endswith(f".{known}")), path.suffix[1:])
    chosen = (name or ending).lower()
    if chosen not in FORMATS:
        known = ", ".join(FORMATS)
        what = f"unknown format ‘{visible(chosen)}’" if chosen else f"{visible(str(path))} has no suffix"
        raise UsageError(f"{what}; name a file that ends in one of, or give --format: {known}")
    return chosen


def export(job: ExportJob, path: Path, progress: Progress) -> None:
    """Writes the session to `path`, whole or not at all; `progress` is told how many frames are added.

    Raises ExportError if it can't be written; what was at `path` before is then still there.
    """
    chosen = cast(Format, import_module(FORMATS[job.options.name]))
    if total_frames(job.timeline) == 0:
        raise ExportError("the session is empty: there is nothing to export")
    with atomic_file(path, chosen.size(job)) as file:
        chosen.write(job, progress, file)


def export_captions(timeline: Timeline, path: Path) -> None:
    """Writes captions of the kind that the path's suffix names, whole or not at all. Raises ExportError."""
    written = CAPTIONS[path.suffix.removeprefix(".")](timeline).encode()
    with atomic_file(path, len(written)) as file:
        file.write(written)
