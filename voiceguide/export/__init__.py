"""A session as a file: each format is a module that writes a session's blocks, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Protocol, cast

from voiceguide.clip import FRAME_BYTES, RATE
from voiceguide.errors import ExportError, UsageError, visible
from voiceguide.export.whole import whole_file
from voiceguide.render import ClipOf, render, total_frames
from voiceguide.timeline import Timeline

FORMATS = {"wav": "voiceguide.export.wav", "mp3": "voiceguide.export.mp3"}

Progress = Callable[[int], None]


class Format(Protocol):
    """What a format's module has."""

    def size(self, timeline: Timeline) -> int:
        """About how many bytes the file will have."""
        ...

    def write(self, timeline: Timeline, blocks: Iterator[bytes], file: IO[bytes]) -> None:
        """Writes the whole session. Raises ExportError, or OSError if the file can't take it."""
        ...


def format_of(path: Path, name: str | None) -> str:
    """The format called `name`, or that of the path's suffix. Raises UsageError if there is none."""
    chosen = (name or path.suffix.removeprefix(".")).lower()
    if chosen not in FORMATS:
        known = ", ".join(FORMATS)
        what = f"unknown format ‘{visible(chosen)}’" if chosen else f"{visible(str(path))} has no suffix"
        raise UsageError(f"{what}; name a file that ends in one of, or give --format: {known}")
    return chosen


def export(timeline: Timeline, clip_of: ClipOf, path: Path, format_name: str, progress: Progress) -> None:
    """Writes the session to `path`, whole or not at all; `progress` is told how many frames are added.

    Raises ExportError if it can't be written; what was at `path` before is then still there.
    """
    chosen = cast(Format, import_module(FORMATS[format_name]))
    if total_frames(timeline) == 0:
        raise ExportError("the session is empty: there is nothing to export")
    with whole_file(path, chosen.size(timeline)) as file:
        chosen.write(timeline, _counted(render(timeline, clip_of, block_frames=RATE), progress), file)


def _counted(blocks: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    for block in blocks:
        yield block
        progress(len(block) // FRAME_BYTES)
