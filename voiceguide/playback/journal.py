"""The journal: what really happened in a session, and when, with an entry for all that was said, held or asked for."""

from __future__ import annotations

import contextlib
import json
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voiceguide.audio.clip import RATE
from voiceguide.base.errors import UsageError
from voiceguide.base.moments import frame_at
from voiceguide.timeline import Event, Timeline, interval_of, starting
from voiceguide.transport import Action, Request, State

GAP_SECONDS = 0.5
"""How late an output may be without having stood still."""

Put = Callable[[dict[str, Any]], None]
"""Takes an entry."""


class Journal:
    """Hands entries to `put`. Their `at` is in seconds since the first sound, on the session's clock."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._origin_seconds: float | None = None
        self._played_until_seconds = 0.0
        self._stood_seconds = 0.0
        self._open: _Open | None = None

    def played(
        self, timeline: Timeline, first_frame: int, end_frame: int, seconds_of: Callable[[int], float], aside: bool
    ) -> None:
        """Note what began, and which interval ended, in the frames from `first_frame` up to `end_frame` of `timeline`.

        `seconds_of` returns for each of them when it was played.
        """
        if end_frame <= first_frame:
            return
        cut_frame = _after_a_gap(first_frame, end_frame, seconds_of)
        if cut_frame < end_frame:
            self.played(timeline, first_frame, cut_frame, seconds_of, aside)
            self.played(timeline, cut_frame, end_frame, seconds_of, aside)
            return
        began_seconds, ended_seconds = seconds_of(first_frame), seconds_of(end_frame - 1) + 1 / RATE
        if self._origin_seconds is None:
            self._origin_seconds = self._played_until_seconds = began_seconds
        self._stood_seconds += began_seconds - self._played_until_seconds
        self._played_until_seconds = ended_seconds
        if aside:
            self._stood_seconds += ended_seconds - began_seconds
        for event in starting(timeline, first_frame, end_frame, RATE):
            self._begin(event, seconds_of(frame_at(event.start_ms, RATE)), aside)
        if not aside:
            self._close(timeline, first_frame, end_frame, seconds_of)

    def asked(self, request: Request, state: State, action: Action, at_seconds: float) -> None:
        """Note a command, the state it met, and the action that followed."""
        heard = {"heard": request.heard} if request.heard else {}
        what = {"command": request.command.name.lower(), "by": request.by, **heard}
        self.told("asked", at_seconds, **what, state=state.value, done=action.name.lower())

    def told(self, what: str, at_seconds: float, **more: Any) -> None:
        """Note anything else that happened at `at_seconds` of the session's clock."""
        since_seconds = at_seconds - self._origin_seconds if self._origin_seconds is not None else 0.0
        self._put({"at": round(since_seconds, 3), "what": what, **more})

    def _begin(self, event: Event, at_seconds: float, aside: bool) -> None:
        if not aside and not event.inside and self._open:
            self._skip(self._open, at_seconds)
        planned = {} if aside else {"planned": event.start_ms / 1000}
        said = {"text": event.text} if event.text else {"sound": event.sound} if event.sound else {}
        lasts, place = (event.end_ms - event.start_ms) / 1000, event.where.place
        self.told(event.kind, at_seconds, **planned, lasts=lasts, **said, line=f"{place.file}:{place.line}")
        if not aside and not event.audible:
            self._open = _Open(event, at_seconds, self._stood_seconds)

    def _skip(self, left: _Open, at_seconds: float) -> None:
        self.told("skipped", at_seconds, kind=left.event.kind, planned=left.event.start_ms / 1000)
        self._open = None

    def _close(self, timeline: Timeline, first_frame: int, end_frame: int, seconds_of: Callable[[int], float]) -> None:
        """Note how long an interval that is over really was, without the time in which the session stood still."""
        interval = self._open and interval_of(timeline, self._open.event.cue)
        if not self._open or not interval:
            return
        last_frame = frame_at(interval.end_ms, RATE) - 1
        if first_frame <= last_frame < end_frame:
            ended_seconds = seconds_of(last_frame) + 1 / RATE
            stood_seconds = self._stood_seconds - self._open.stood_seconds
            held_seconds = ended_seconds - self._open.at_seconds - stood_seconds
            self.told("held", ended_seconds, kind=interval.kind, seconds=round(held_seconds, 3))
            self._open = None


def _after_a_gap(first_frame: int, end_frame: int, seconds_of: Callable[[int], float]) -> int:
    """Return the first frame after a gap, such as a machine's sleep; `end_frame` if there is no gap."""

    def late_seconds(frame: int) -> float:
        return seconds_of(frame) - frame / RATE

    return bisect_right(range(end_frame), late_seconds(first_frame) + GAP_SECONDS, first_frame, key=late_seconds)


@dataclass(frozen=True, slots=True)
class _Open:
    """An interval that began at `at_seconds`, when the session had stood still for `stood_seconds` altogether."""

    event: Event
    at_seconds: float
    stood_seconds: float


def to_nowhere() -> Journal:
    """Return a journal that keeps nothing."""
    return Journal(lambda _: None)


@contextlib.contextmanager
def log_to(file: Path | None) -> Iterator[Put]:
    """Yield what adds an entry to `file` as a line of JSON; without a file, it does nothing.

    Raises UsageError if the file can't be opened.
    """
    if file is None:
        yield lambda _: None
        return
    try:
        # O_NONBLOCK: a pipe in its place is refused rather than waited for.
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
        opened = os.fdopen(descriptor, "a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: can't be written ({error.strerror})") from None

    def put(entry: dict[str, Any]) -> None:
        # A disk that fills up in the middle of a session is no reason to end it.
        with contextlib.suppress(OSError):
            opened.write(json.dumps(entry, ensure_ascii=False) + "\n")
            opened.flush()

    try:
        yield put
    finally:
        with contextlib.suppress(OSError):
            opened.close()
