"""What really happened in a session and when: an entry for each thing that was said, held, asked or skipped."""

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
"""What an output may be late without having stood still."""

Put = Callable[[dict[str, Any]], None]


class Journal:
    """Hands entries to `put`. Their `at` is in seconds since the first sound, on the output's own clock."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._origin: float | None = None
        self._played_until = 0.0
        self._stood = 0.0
        self._open: _Open | None = None

    def played(self, timeline: Timeline, first: int, end: int, at: Callable[[int], float], aside: bool) -> None:
        """Notes what began, and whether an interval was over, in frames `first` to `end` of `timeline`."""
        if end <= first:
            return
        cut = _after_a_gap(first, end, at)
        if cut < end:
            self.played(timeline, first, cut, at, aside)
            self.played(timeline, cut, end, at, aside)
            return
        if self._origin is None:
            self._origin = self._played_until = at(first)
        self._stood += at(first) - self._played_until
        self._played_until = at(end - 1) + 1 / RATE
        if aside:
            self._stood += at(end - 1) - at(first) + 1 / RATE
        for event in starting(timeline, first, end, RATE):
            self._begin(event, at(frame_at(event.start_ms, RATE)), aside)
        if not aside:
            self._close(timeline, first, end, at)

    def asked(self, request: Request, state: State, action: Action, at: float) -> None:
        """Notes a command, the state it came in, and what was made of it."""
        heard = {"heard": request.heard} if request.heard else {}
        what = {"command": request.command.name.lower(), "by": request.by, **heard}
        self.told("asked", at, **what, state=state.value, done=action.name.lower())

    def told(self, what: str, at: float, **more: Any) -> None:
        """Notes anything else, at `at` of the output's clock."""
        since = at - self._origin if self._origin is not None else 0.0
        self._put({"at": round(since, 3), "what": what, **more})

    def _begin(self, event: Event, at: float, aside: bool) -> None:
        if not aside and not event.inside and self._open:
            self._skip(self._open, at)
        planned = {} if aside else {"planned": event.start_ms / 1000}
        said = {"text": event.text} if event.text else {"sound": event.sound} if event.sound else {}
        lasts, place = (event.end_ms - event.start_ms) / 1000, event.where.place
        self.told(event.kind, at, **planned, lasts=lasts, **said, line=f"{place.file}:{place.line}")
        if not aside and not event.audible:
            self._open = _Open(event, at, self._stood)

    def _skip(self, left: _Open, at: float) -> None:
        self.told("skipped", at, kind=left.event.kind, planned=left.event.start_ms / 1000)
        self._open = None

    def _close(self, timeline: Timeline, first: int, end: int, at: Callable[[int], float]) -> None:
        """Notes how long an interval that is over really was, without the time in which the session stood still."""
        interval = self._open and interval_of(timeline, self._open.event.cue)
        if not self._open or not interval:
            return
        last = frame_at(interval.end_ms, RATE) - 1
        if first <= last < end:
            seconds = at(last) + 1 / RATE - self._open.at - (self._stood - self._open.stood)
            self.told("held", at(last) + 1 / RATE, kind=interval.kind, seconds=round(seconds, 3))
            self._open = None


def _after_a_gap(first: int, end: int, at: Callable[[int], float]) -> int:
    """The frame from `first` to `end` before which the output stood still, a machine's sleep perhaps; `end` if none."""
    begun = at(first) - first / RATE
    return bisect_right(range(end), begun + GAP_SECONDS, first, key=lambda frame: at(frame) - frame / RATE)


@dataclass(frozen=True, slots=True)
class _Open:
    """An interval that has begun at `at`, when the session had stood still for `stood` seconds."""

    event: Event
    at: float
    stood: float


def to_nowhere() -> Journal:
    """The journal of a listener who wants none."""
    return Journal(lambda _: None)


@contextlib.contextmanager
def log_to(file: Path | None) -> Iterator[Put]:
    """Adds entries to `file`, a line of JSON for each. Raises UsageError if it can't be opened."""
    if file is None:
        yield lambda _: None
        return
    try:
        # A pipe in its place is refused, not waited for.
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
        opened = os.fdopen(descriptor, "a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: can't be written ({error.strerror})") from None

    def put(entry: dict[str, Any]) -> None:
        # A disk that is full in the middle of a session is no reason to end it.
        with contextlib.suppress(OSError):
            opened.write(json.dumps(entry, ensure_ascii=False) + "\n")
            opened.flush()

    try:
        yield put
    finally:
        with contextlib.suppress(OSError):
            opened.close()
