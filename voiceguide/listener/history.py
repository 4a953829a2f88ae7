"""What was played, and when: a line of JSON for each technique, kept on this machine only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePath

from voiceguide.base import paths
from voiceguide.base.errors import VoiceguideError
from voiceguide.timeline import Timeline

MAX_BYTES = 1024 * 1024
"""How much of the file is read, from its end: about ten thousand sessions."""

DAY_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A technique that was played: at what local time (`at`, ISO 8601, to the second), and how many `seconds` of it."""

    at: str
    technique: str
    seconds: int


def file() -> Path:
    """Return the path of the history, whether or not there is one."""
    return paths.data_folder() / "history.jsonl"


def add(entry: HistoryEntry) -> None:
    """Add a line to the history. Raises VoiceguideError if it can't be written."""
    line = json.dumps(asdict(entry)) + "\n"
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        # O_NONBLOCK: a pipe in its place is refused rather than waited for.
        opened = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
        try:
            os.write(opened, line.encode())
        finally:
            os.close(opened)
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be written ({error.strerror})") from None


def entries() -> list[HistoryEntry]:
    """Return what was played, the oldest first, as far back as MAX_BYTES reach; unreadable lines are left out.

    Raises VoiceguideError if the file can't be read.
    """
    try:
        if file().exists() and not file().is_file():
            raise VoiceguideError(f"{file()}: not a file; remove it")
        with file().open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - MAX_BYTES))
            text = opened.read(MAX_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be read ({error.strerror})") from None
    return list(_entries(text.split("\n")))


def _entries(lines: list[str]) -> Iterator[HistoryEntry]:
    for line in lines:
        try:
            value = json.loads(line)
            datetime.fromisoformat(value["at"])
            entry = HistoryEntry(str(value["at"]), str(value["technique"])[:80], int(value["seconds"]))
            if 0 <= entry.seconds <= DAY_SECONDS:
                yield entry
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            continue


def name_of(file: str) -> str:
    """Return what the history calls a script: its file's name, so that translations count as the same technique."""
    return PurePath(file).stem[:80]


def heard(timeline: Timeline, reached_ms: int, whole: bool = True) -> Iterator[tuple[int, int]]:
    """Yield the index of each technique that was heard at least halfway, and how many milliseconds of it were.

    `reached_ms` is how far into the timeline the listener got. If that isn't `whole`, its last technique is left out,
    as nobody can tell where half of it would be.
    """
    for technique in range(timeline.chapters[-1].technique + whole):
        chapters = {index for index, one in enumerate(timeline.chapters) if one.technique == technique}
        # The time to get down on the floor isn't part of the technique.
        events = [one for one in timeline.events if one.where.chapter in chapters and one.where.step >= 0]
        start_ms, end_ms = events[0].start_ms, events[-1].end_ms
        if reached_ms >= (start_ms + end_ms) // 2:
            yield technique, min(reached_ms, end_ms) - start_ms


def times_today(technique: str, now: datetime) -> int:
    """Count how often a technique was played on the day of `now`. Raises VoiceguideError if that can't be read."""
    day = now.date().isoformat()
    return sum(entry.technique == technique and entry.at[:10] == day for entry in entries())


def clear() -> None:
    """Remove the history. Raises VoiceguideError if it can't be removed."""
    try:
        file().unlink(missing_ok=True)
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be removed ({error.strerror})") from None
