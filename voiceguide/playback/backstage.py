"""What is laid out and recorded while a session plays, until it takes its place on the deck."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from voiceguide import transport
from voiceguide.audio.clip import RATE
from voiceguide.base.choices import MAX_SPEED, MIN_SPEED
from voiceguide.base.errors import VoiceguideError
from voiceguide.base.moments import ms_at
from voiceguide.plan import Plan, asides
from voiceguide.playback.clocks import Clock
from voiceguide.playback.deck import Deck
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline, interval_at
from voiceguide.transport import Command, Position


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """Something in the making: once it is made and `when` allows it, `then` is called with it.

    If it can't be made, `without` is called instead; if it is `vital` and the session isn't whole, that is an error.
    Work that is `passing` is dropped once the listener asks for something else.
    """

    future: Future[Any]
    when: Callable[[], bool]
    then: Callable[[Any], None]
    without: Callable[[], None] = lambda: None
    vital: bool = False
    passing: bool = False


class Backstage:
    """Makes what the deck plays next: more of the session, another speed, a longer interval, an aside.

    `whole` is the session's own timeline at its present speed, as far as it is recorded. `plan` is the one that is
    played; it differs from the session's by what the listener has changed about the current interval. `speed` is the
    speed that the listener has asked for, which the deck takes on as soon as its lines are recorded.
    """

    def __init__(self, session: Session, deck: Deck, clock: Clock) -> None:
        self.session = session
        self.deck = deck
        self.clock = clock
        self.whole = deck.timeline
        self.plan = session.plan
        self.speed = deck.timeline.speed
        self._likely: Sequence[str] = ()
        self._works: list[_Work] = []

    @property
    def is_whole(self) -> bool:
        """Whether all of the session has been laid out."""
        return len(self.whole.starts_ms) == len(self.session.plan.cues)

    @property
    def plays_whole(self) -> bool:
        """Whether the deck's timeline goes to the end of the session."""
        return len(self.deck.timeline.starts_ms) == len(self.plan.cues)

    def update(self) -> str | None:
        """Put to use whatever has been made and may be used now; return what went wrong, or None.

        Raises VoiceError if more of the session can't be recorded, and DeviceError.
        """
        problem = None
        for work in list(self._works):
            if work not in self._works or not work.future.done() or not work.when():
                continue
            self._works.remove(work)
            try:
                made = work.future.result()
            except VoiceguideError as error:
                if work.vital and not self.is_whole:
                    raise
                work.without()
                problem = str(error)
            else:
                work.then(made)
        return problem

    def drop(self) -> None:
        """Drop everything that was only meant for the moment that is over now."""
        self._works = [work for work in self._works if not work.passing]

    def open(self, coming: Iterator[Timeline], by_voice: bool) -> None:
        """Bring the session's first timeline to the deck, and then the others, each longer than the one before."""
        self._likely = asides.likely(self.plan, by_voice)
        self.whole = self.deck.timeline = next(coming)
        self.speed = self.whole.speed
        self._grow(coming)

    def change_speed(self, command: Command) -> None:
        """Go over to another speed once its lines are recorded, but not in the middle of words."""
        self.speed = transport.new_speed(self.speed, command, MIN_SPEED, MAX_SPEED)
        self._speed_up_to(self.speed)

    def edit(self, change: Callable[[Plan], Plan], fits: Callable[[Timeline], bool] = lambda _: True) -> None:
        """Change the current interval, unless it is over once the change is laid out, or the result doesn't fit."""
        before, old = self.plan, self.deck.timeline
        plan, here = change(before), self._interval()

        def edited(timeline: Timeline) -> None:
            if self._interval() != here:
                return
            if before is not self.plan or old.speed != self.deck.timeline.speed:
                self.edit(change, fits)  # on top of what has come first
            elif fits(timeline):
                self.plan = plan
                self._go_over(timeline)

        laid_out = self.clock.meanwhile(partial(self.session.with_plan(plan).lay_out_some, old.speed))
        self._works.append(_Work(laid_out, self._between_words, edited, passing=True))

    def aside(self, plan: Plan, then: Callable[[Timeline | None], None]) -> None:
        """Lay out something to be said, and hand it to `then`.

        If it can't be recorded, `then` gets None, so that the session goes on without it.
        """
        speed = self.deck.timeline.speed
        laid_out = self.clock.meanwhile(partial(self.session.with_plan(plan).lay_out_some, speed))
        self._works.append(_Work(laid_out, lambda: True, then, without=lambda: then(None), passing=True))

    def as_soon_as(self, possible: Callable[[], bool], then: Callable[[], None]) -> None:
        """Call `then` as soon as it is `possible`, which may be at once."""
        if possible():
            then()
            return
        nothing: Future[None] = Future()
        nothing.set_result(None)
        self._works.append(_Work(nothing, possible, lambda _: then(), passing=True))

    def undo(self) -> None:
        """Take back what the listener has changed about an interval. The deck must be silent."""
        self.deck.timeline, self.plan = self.whole, self.session.plan

    def _grow(self, coming: Iterator[Timeline]) -> None:
        """Go over to more and more of the session, until it is whole."""
        if self.is_whole:
            self._record_ahead()
            return

        def grown(timeline: Timeline) -> None:
            if timeline.speed == self.whole.speed and len(timeline.starts_ms) > len(self.whole.starts_ms):
                self.whole = timeline
                # An interval that the listener has changed was laid out to its end, and stays as it is.
                if len(timeline.starts_ms) > len(self.deck.timeline.starts_ms):
                    self.deck.go_over(timeline, Position)
                self._grow(coming)

        more = self.clock.meanwhile(partial(next, coming))
        self._works.append(_Work(more, lambda: self.deck.alone or self.deck.aside is None, grown, vital=True))

    def _speed_up_to(self, speed: float) -> None:
        plan = self.plan

        def lay_out() -> tuple[Timeline, Timeline] | None:
            played = self.session.with_plan(plan).lay_out_some(speed)
            return (played, self.session.timeline(speed)) if played else None

        def switch(timelines: tuple[Timeline, Timeline]) -> None:
            if speed != self.speed:
                return
            if plan is not self.plan:
                self._speed_up_to(speed)
                return
            played, self.whole = timelines
            self._go_over(played)
            self._record_ahead()

        def keep_speed() -> None:
            if speed == self.speed:
                self.speed = self.deck.timeline.speed

        self._works.append(_Work(self.clock.meanwhile(lay_out), self._between_words, switch, keep_speed))

    def _go_over(self, timeline: Timeline) -> None:
        self.deck.go_over(timeline, partial(transport.moved, self.deck.timeline, timeline))

    def _between_words(self) -> bool:
        return self.deck.alone or not (self.deck.aside or transport.speaking(self.deck.timeline, self.deck.frame))

    def _interval(self) -> int | None:
        """Return the index of the current interval's cue, or None outside intervals."""
        here = interval_at(self.deck.timeline, ms_at(self.deck.frame, RATE))
        return here.cue if here else None

    def _record_ahead(self) -> None:
        """Record what the listener may ask for next, so that they needn't wait for it."""
        steps = (Command.SLOWER, Command.FASTER)
        others = [transport.new_speed(self.speed, step, MIN_SPEED, MAX_SPEED) for step in steps]
        self.clock.ahead(self.session.recorded_ahead(self._likely, self.speed, others))
