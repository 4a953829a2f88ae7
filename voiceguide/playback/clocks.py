"""Time for a player, and the work that is done meanwhile: in real time, or without any waiting."""

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
    """Time, and waiting for commands while it passes."""

    def now(self) -> float:
        """Return the seconds since some fixed moment."""
        ...

    def wait(self, seconds: float) -> Request | None:
        """Return the next request as soon as it comes, or None after `seconds`."""
        ...

    def meanwhile(self, work: Callable[[], Any]) -> Future[Any]:
        """Have `work` called while time goes on, again and again, until it returns something that isn't None."""
        ...

    def ahead(self, work: Iterator[object]) -> None:
        """Have `work` done piece by piece when there is nothing else to do; it may never be done."""
        ...


class RealClock:
    """Real time; any thread may put requests into `requests`.

    Work is done in a thread, which the program doesn't wait for when it ends: an engine that hangs must not hold up a
    listener who has stopped.
    """

    def __init__(self) -> None:
        # Not a SimpleQueue: before Python 3.13, its `get` waits forever if a signal comes after its timeout has passed,
        # as SIGCONT does in a process that was stopped.
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
        """Drop all work that hasn't begun."""
        self._closed = True
        self._works.put(lambda: None)

    def _work(self) -> None:
        while not self._closed:
            self._works.get()()

    def _piece(self, work: Callable[[], Any], done: Future[Any]) -> None:
        """Do one piece of `work`, and queue the next one after whatever else has come up."""
        if not _did(work, done):
            self._works.put(lambda: self._piece(work, done))

    def _one_ahead(self, work: Iterator[object]) -> None:
        if work is not self._ahead:
            return
        with contextlib.suppress(StopIteration, VoiceguideError):
            next(work)
            self._works.put(lambda: self._one_ahead(work))


class VirtualClock:
    """A clock on which waiting and working take no time; `requests` come at the seconds given with them."""

    def __init__(self, requests: Sequence[tuple[float, Command | Request]] = ()) -> None:
        self._now = 0.0
        self._requests = sorted(requests, key=lambda planned: planned[0])[::-1]

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float) -> Request | None:
        if self._requests and self._requests[-1][0] <= self._now + seconds:
            at_seconds, request = self._requests.pop()
            self._now = max(self._now, at_seconds)
            return request if isinstance(request, Request) else Request(request)
        self._now += seconds
        return None

    def meanwhile(self, work: Callable[[], Any]) -> Future[Any]:
        done: Future[Any] = Future()
        while not _did(work, done):
            pass
        return done

    def ahead(self, work: Iterator[object]) -> None:
        """Do nothing: working takes no time here, so nothing has to be done ahead."""


def _did(work: Callable[[], Any], done: Future[Any]) -> bool:
    """Do a piece of `work`; return whether it was the last."""
    try:
        made = work()
    except Exception as error:  # noqa: BLE001 - raised again where the result is read
        done.set_exception(error)
        return True
    if made is not None:
        done.set_result(made)
    return made is not None
