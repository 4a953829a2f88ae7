"""What has been played when: a line of JSON for each, kept on this machine only."""

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
"""As much of the file as is read, from its end: some ten thousand sessions."""

DAY_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One technique, played at `at` (local time, ISO 8601, to the second) as far as its second `seconds`."""

    at: str
    technique: str
    seconds: int


def file() -> Path:
    return paths.data_folder() / "history.jsonl"


def add(entry: HistoryEntry) -> None:
    """Adds a line, whole or not at all. Raises VoiceguideError if the file can't be written."""
    line = json.dumps(asdict(entry)) + "\n"
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        # A pipe in its place is refused, not waited for.
        opened = os.open(file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
        try:
            os.write(opened, line.encode())
        finally:
            os.close(opened)
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be written ({error.strerror})") from None


def entries() -> list[HistoryEntry]:
    """What was played, the oldest first, as far as MAX_BYTES reach back; lines that can't be read are passed over."""
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
    """What a script is called here: its file's name, so that a translation counts as the same technique."""
    return PurePath(file).stem[:80]


def heard(timeline: Timeline, reached_ms: int, whole: bool = True) -> Iterator[tuple[int, int]]:
    """The indices of the techniques that were got through by half, and how many milliseconds of each.

    Of a timeline that isn't `whole` nobody can tell where the half of its last technique would be.
    """
    for technique in range(timeline.chapters[-1].technique + whole):
        chapters = {index for index, one in enumerate(timeline.chapters) if one.technique == technique}
        # Time to get down on the floor is no step of the technique.
        events = [one for one in timeline.events if one.where.chapter in chapters and one.where.step >= 0]
        begins, ends = events[0].start_ms, events[-1].end_ms
        if reached_ms >= (begins + ends) // 2:
            yield technique, min(reached_ms, ends) - begins


def times_today(technique: str, now: datetime) -> int:
    """How often a technique has been played on the day of `now`."""
    day = now.date().isoformat()
    return sum(entry.technique == technique and entry.at[:10] == day for entry in entries())


def clear() -> None:
    """Forgets everything."""
    try:
        file().unlink(missing_ok=True)
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be removed ({error.strerror})") from None
