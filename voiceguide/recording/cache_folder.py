"""What the recorded lines may take on disk, and which of them go first: those that were not heard for longest."""

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
"""About six hours of speech."""

LEAST_BYTES = 10_000_000
"""The lines of one session."""

STALE_SECONDS = 3_600
"""Nobody writes a line for so long; what is as old, and half-written, was left by somebody who was killed."""

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?)\s*(kb|mb|gb|)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CachedLine:
    """A recorded line: its file, how big that is, and when it was last wanted, in seconds since 1970."""

    file: Path
    size: int
    used: float


def folder() -> Path:
    """Where recorded lines are."""
    return paths.cache_folder() / "lines"


def contents(folder: Path) -> list[CachedLine]:
    """Everything in it, what was wanted last at the end."""
    return sorted(_files(folder), key=lambda kept: kept.used)


def prune(folder: Path, limit: int, unused_since: float = 0.0) -> list[CachedLine]:
    """Removes what wasn't wanted since then, and as much more as is needed to have `limit` bytes; returns what went.

    Whoever wants a line that is gone records it again.
    """
    there = contents(folder)
    size = sum(kept.size for kept in there)
    gone = []
    for kept in there:
        if size <= limit and kept.used >= unused_since and not _is_left_over(kept):
            continue
        with contextlib.suppress(OSError):  # another process may have been quicker, or holds it open
            kept.file.unlink()
            size -= kept.size
            gone.append(kept)
    return gone


def read_size(text: str) -> int:
    """A size such as 500MB, in bytes. Raises UsageError for what is none, or too little for one session."""
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1]) * _UNITS[found[2].lower()]) if found else 0
    if size < LEAST_BYTES:
        raise UsageError(
            f"‘{text[:40]}’ is no size for the cache; give at least {format_bytes(LEAST_BYTES)}, such as 500MB"
        )
    return size


def format_bytes(size: int) -> str:
    """A size as people read it."""
    return f"{size / 10**9:.1f} GB" if size >= 10**9 else f"{size / 10**6:.1f} MB"


def _files(folder: Path) -> Iterator[CachedLine]:
    for file in folder.glob("*/*"):
        with contextlib.suppress(OSError):
            status = file.lstat()
            if file.is_symlink() or file.is_file():
                yield CachedLine(file, status.st_size, status.st_mtime)


def _is_left_over(kept: CachedLine) -> bool:
    return kept.file.name.startswith(".") and kept.used < time.time() - STALE_SECONDS
