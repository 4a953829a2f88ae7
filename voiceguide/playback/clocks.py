"""Time for a player, and the work that is done meanwhile: as it is on the wall, or without any waiting."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from voiceguide.base.errors import VoiceguideError
from voiceguide.transport import Command, Request


class Clock(Protocol):
    """Time, and the waiting for commands in it."""

    def now(self) -> float:
        """Seconds since some moment."""
        ...

    def wait(self, seconds: float) -> Request | None:
        """The next request as soon as it comes, or None after `seconds`."""
        ...

    def meanwhile(self, work: Callable[[], Any]) -> Future[Any]:
        """Has `work` done while time goes on: piece by piece, until something comes of it that isn't None."""
        ...

    def ahead(self, work: Iterator[object]) -> None:
        """Has `work` done, one piece after the other, whenever nothing else is to be done; or not at all."""
        ...


class RealClock:
    """The clock on the wall; anyone may put requests into `requests`.

    The work behind the stage has a thread of its own, which the program doesn't wait for when it ends: an engine that
    hangs must not keep a listener who has stopped.
    """

    def __init__(self) -> None:
        # No SimpleQueue: until Python 3.13 its `get` waits for ever when a signal comes later than its time is over, as
        # SIGCONT does for a process that was stopped.
        self.requests: queue.Queue[Request] = queue.Queue()
        self._works: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._ahead: Iterator[object] = iter(())
        self._closed = False
        threading.Thread(target=self._work, daemon=True).start()

    def now(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> Request | None:
        try:
            return self.requests.get(timeout=seconds)
        except queue.Empty:
            return None

    def meanwhile(self, work: Callable[[], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        self._works.put(lambda: self._piece(work, done))
        return done

    def ahead(self, work: Iterator[object]) -> None:
        self._ahead = work
        self._works.put(lambda: self._one_ahead(work))

    def close(self) -> None:
        """Lets go of all work that hasn't begun."""
        self._closed = True
        self._works.put(lambda: None)

    def _work(self) -> None:
        while not self._closed:
            self._works.get()()

    def _piece(self, work: Callable[[], Any], done: Future[Any]) -> None:
        """One piece; then whatever else has come up, and the next piece after it."""
        if not _did(work, done):
            self._works.put(lambda: self._piece(work, done))

    def _one_ahead(self, work: Iterator[object]) -> None:
        if work is not self._ahead:
            return
        with contextlib.suppress(StopIteration, VoiceguideError):
            next(work)
            self._works.put(lambda: self._one_ahead(work))


class VirtualClock:
    """A clock on which waiting and working take no time; its commands come at the seconds they are planned for."""

    def __init__(self, requests: Sequence[tuple[float, Command | Request]] = ()) -> None:
        self._now = 0.0
        self._requests = sorted(requests, key=lambda planned: planned[0])[::-1]

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float) -> Request | None:
        if self._requests and self._requests[-1][0] <= self._now + seconds:
            at, request = self._requests.pop()
            self._now = max(self._now, at)
            return request if isinstance(request, Request) else Request(request)
        self._now += seconds
        return None

    def meanwhile(self, work: Callable[[], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        while not _did(work, done):
            pass
        return done

    def ahead(self, work: Iterator[object]) -> None:
        """Working takes no time here, so nothing has to be done ahead."""


def _did(work: Callable[[], Any], done: Future[Any]) -> bool:
    """Does a piece of `work`; true if it was the last."""
    try:
        made = work()
    except Exception as error:  # noqa: BLE001 - it is raised again where somebody looks at the result
        done.set_exception(error)
        return True
    if made is not None:
        done.set_result(made)
    return made is not None
