"""A session as a file: each format is one function that takes the session's blocks and a file to write them to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from voiceguide.clip import FRAME_BYTES
from voiceguide.errors import ExportError, UsageError, visible
from voiceguide.export import mp3, wav
from voiceguide.export.whole import whole_file
from voiceguide.render import ClipOf, render, total_frames
from voiceguide.timeline import Timeline

Write = Callable[[Timeline, Iterator[bytes], IO[bytes]], None]
Progress = Callable[[int], None]

FORMATS: dict[str, Write] = {"wav": wav.write, "mp3": mp3.write}
_SIZES: dict[str, Callable[[Timeline], int]] = {"wav": wav.size, "mp3": mp3.size}


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
    write, size = FORMATS[format_name], _SIZES[format_name]
    if total_frames(timeline) == 0:
        raise ExportError("the session is empty: there is nothing to export")
    with whole_file(path, size(timeline)) as file:
        write(timeline, _counted(render(timeline, clip_of), progress), file)


def _counted(blocks: Iterator[bytes], progress: Progress) -> Iterator[bytes]:
    for block in blocks:
        yield block
        progress(len(block) // FRAME_BYTES)
