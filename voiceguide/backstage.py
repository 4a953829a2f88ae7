"""What is laid out and recorded while a session plays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from voiceguide.clocks import Clock
from voiceguide.errors import VoiceguideError
from voiceguide.timeline import Timeline


@dataclass(frozen=True, slots=True)
class _Work:
    future: Future[Timeline]
    when: Callable[[], bool]
    then: Callable[[Timeline], None]
    without: Callable[[], None]
    vital: bool


class Backstage:
    """Timelines in the making, each with the moment it waits `when` it is made, and what is `then` done with it.

    `without` is what is done if it can't be made.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._works: list[_Work] = []

    def later(
        self,
        lay: Callable[[], Timeline],
        when: Callable[[], bool],
        then: Callable[[Timeline], None],
        without: Callable[[], None] = lambda: None,
        vital: bool = False,
    ) -> None:
        """Has a timeline laid out while time goes on; without one that is `vital` the session can't go on."""
        self._works.append(_Work(self._clock.meanwhile(lay), when, then, without, vital))

    def look(self) -> str | None:
        """Does what is to be done with timelines whose moment has come; returns what went wrong, if something did.

        Raises what went wrong with a vital one.
        """
        problem = None
        for work in list(self._works):
            if work.future.done() and work.when():
                self._works.remove(work)
                try:
                    work.then(work.future.result())
                except VoiceguideError as error:
                    if work.vital:
                        raise
                    work.without()
                    problem = str(error)
        return problem
