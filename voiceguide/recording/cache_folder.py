"""The folder of recorded lines: how much it may hold, and which lines go first, those not used for longest."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from voiceguide.base import paths
from voiceguide.base.errors import UsageError

USUAL_BYTES = 1_000_000_000
"""The usual bound: about six hours of speech."""

LEAST_BYTES = 10_000_000
"""The lowest bound that can be set: about the lines of one session."""

STALE_SECONDS = 3_600
"""Longer than any line takes to write: a half-written file that is older was left by a process that was killed."""

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?)\s*(kb|mb|gb|)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CachedLine:
    """A recorded line: its file, with its size, and when it was last used, in seconds since 1970."""

    file: Path
    size_bytes: int
    used_at: float


def folder() -> Path:
    """Return the folder that the program keeps recorded lines in."""
    return paths.cache_folder() / "lines"


def contents(folder: Path) -> list[CachedLine]:
    """Return all lines in `folder`, the most recently used last."""
    return sorted(_files(folder), key=lambda kept: kept.used_at)


def prune(folder: Path, max_bytes: int, unused_since: float = 0.0) -> list[CachedLine]:
    """Remove lines unused since `unused_since` (seconds since 1970), and the oldest beyond `max_bytes`; return them.

    A line that is needed again is recorded again.
    """
    there = contents(folder)
    size_bytes = sum(kept.size_bytes for kept in there)
    gone = []
    for kept in there:
        if size_bytes <= max_bytes and kept.used_at >= unused_since and not _is_left_over(kept):
            continue
        with contextlib.suppress(OSError):  # another process was quicker, or holds it open
            kept.file.unlink()
            size_bytes -= kept.size_bytes
            gone.append(kept)
    return gone


def read_size(text: str) -> int:
    """Return the bytes of a size such as 500MB. Raises UsageError if it is none, or less than LEAST_BYTES."""
    found = _SIZE.fullmatch(text.strip())
    size_bytes = int(float(found[1]) * _UNITS[found[2].lower()]) if found else 0
    if size_bytes < LEAST_BYTES:
        raise UsageError(
            f"‘{text[:40]}’ is not a size for the cache; give at least {format_bytes(LEAST_BYTES)}, such as 500MB"
        )
    return size_bytes


def format_bytes(size_bytes: int) -> str:
    """Return a size as people read it, such as 1.5 GB."""
    return f"{size_bytes / 10**9:.1f} GB" if size_bytes >= 10**9 else f"{size_bytes / 10**6:.1f} MB"


def _files(folder: Path) -> Iterator[CachedLine]:
    for file in folder.glob("*/*"):
        with contextlib.suppress(OSError):
            status = file.lstat()
            if file.is_symlink() or file.is_file():
                yield CachedLine(file, status.st_size, status.st_mtime)


def _is_left_over(kept: CachedLine) -> bool:
    return kept.file.name.startswith(".") and kept.used_at < time.time() - STALE_SECONDS
