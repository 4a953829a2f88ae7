"""The player: the one place that waits. It hands the timeline's sound to an output, and takes commands."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from voiceguide import transport
from voiceguide.clip import RATE
from voiceguide.errors import DeviceError, VoiceguideError
from voiceguide.moments import ms_at
from voiceguide.outputs import Output
from voiceguide.render import render
from voiceguide.session import Session
from voiceguide.timeline import Timeline
from voiceguide.transport import Command, Spot, State
from voiceguide.voices import MAX_SPEED, MIN_SPEED

TICK_SECONDS = 0.1
"""How often the player looks at the clock, and the card is drawn."""


class Clock(Protocol):
    """Time, and the waiting for commands in it."""

    def now(self) -> float:
        """Seconds since some moment."""
        ...

    def wait(self, seconds: float) -> Command | None:
        """The next command as soon as it comes, or None after `seconds`."""
        ...

    def meanwhile(self, work: Callable[[], Timeline]) -> Future[Timeline]:
        """Has `work` done while time goes on."""
        ...


class RealClock:
    """The clock on the wall; anyone may put commands into `commands`."""

    def __init__(self) -> None:
        self.commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._background = ThreadPoolExecutor(1)

    def now(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> Command | None:
        try:
            return self.commands.get(timeout=seconds)
        except queue.Empty:
            return None

    def meanwhile(self, work: Callable[[], Timeline]) -> Future[Timeline]:
        return self._background.submit(work)


class VirtualClock:
    """A clock on which waiting and working take no time; its commands come at the seconds they are planned for."""

    def __init__(self, commands: Sequence[tuple[float, Command]] = ()) -> None:
        self._now = 0.0
        self._commands = sorted(commands, key=lambda planned: planned[0], reverse=True)

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float) -> Command | None:
        if self._commands and self._commands[-1][0] <= self._now + seconds:
            at, command = self._commands.pop()
            self._now = max(self._now, at)
            return command
        self._now += seconds
        return None

    def meanwhile(self, work: Callable[[], Timeline]) -> Future[Timeline]:
        done: Future[Timeline] = Future()
        done.set_result(work())
        return done


@dataclass(frozen=True, slots=True)
class View:
    """What there is to see at one moment: the timeline, and where in it the session is."""

    timeline: Timeline
    ms: int
    state: State
    speed: float
    note: str = ""


class Player:
    """Plays one session through one output; `run` returns when it is over."""

    def __init__(self, session: Session, output: Output, clock: Clock, watch: Callable[[View], None]) -> None:
        self.session = session
        self.output = output
        self.clock = clock
        self.watch = watch
        self.state = State.PLAYING
        self.note = ""
        self.reached_ms = 0
        self._spot = Spot(0)
        self._coming: Future[Timeline] | None = None

    def run(self, timeline: Timeline) -> bool:
        """Plays `timeline` from its beginning; true if it was heard to its end, false if it was stopped.

        Raises DeviceError if the output can't be opened, VoiceError if a line is lost.
        """
        self.timeline = timeline
        self.speed = timeline.speed
        try:
            self._start(Spot(0))
            while self.state is not State.DONE:
                if command := self.clock.wait(TICK_SECONDS):
                    self._obey(command)
                self._look()
                ms = ms_at(self._frame(), RATE)
                self.reached_ms = max(self.reached_ms, ms)
                self.watch(View(self.timeline, ms, self.state, self.speed, self.note))
            return self.output.ended
        finally:
            self.output.stop()

    def _look(self) -> None:
        """What has come about without a command."""
        if self.state is State.PLAYING and (problem := self.output.problem):
            self.state = State.PAUSED
            self.note = f"{problem}. Space goes on when it is back."
            self._halt()
        self._take_new_speed()
        if self.state is State.PLAYING and self.output.ended:
            self.state = State.DONE

    def _obey(self, command: Command) -> None:
        before, self.state = self.state, transport.TABLE[self.state, command]
        match command:
            case Command.PAUSE if before is State.PLAYING:
                self._halt()
            case Command.PAUSE | Command.READY if before is State.PAUSED:
                self._go_on(transport.resume(self.timeline, self._spot.frame))
            case Command.READY if spot := transport.ready(self.timeline, self._frame()):
                self._go(spot)
            case Command.NEXT | Command.BACK | Command.REPEAT:
                self._go(transport.jump(self.timeline, self._frame(), command))
            case Command.SLOWER | Command.FASTER:
                if self._coming:
                    self._coming.cancel()
                self.speed = transport.new_speed(self.speed, command, MIN_SPEED, MAX_SPEED)
                self._coming = self.clock.meanwhile(partial(self.session.timeline, self.speed))

    def _take_new_speed(self) -> None:
        """Once the lines are recorded at the new speed, goes over to them, but not in the middle of words."""
        if self._coming is None or not self._coming.done():
            return
        frame = self._frame()
        if self.state is State.PLAYING and transport.speaking(self.timeline, frame):
            return
        coming, self._coming = self._coming, None
        try:
            new = coming.result()
        except VoiceguideError as error:
            self.speed, self.note = self.timeline.speed, str(error)
            return
        if new.speed == self.speed:
            old, self.timeline = self.timeline, new
            self._go(transport.moved(old, new, frame))

    def _frame(self) -> int:
        return self._spot.frame + (0 if self.state is State.PAUSED else self.output.frames)

    def _halt(self) -> None:
        self._spot = Spot(self._spot.frame + self.output.stop())

    def _go(self, spot: Spot) -> None:
        """To another spot, without a change of state."""
        self.output.stop()
        if self.state is State.PLAYING:
            self._start(spot)
        else:
            self._spot = spot

    def _go_on(self, spot: Spot) -> None:
        """After a pause; if the device is still gone, the pause lasts."""
        before, self.note = self._spot, ""
        try:
            self._start(spot)
        except DeviceError as error:
            self.state, self._spot = State.PAUSED, before
            self.note = f"Not yet: {error}. Space tries again."

    def _start(self, spot: Spot) -> None:
        self._spot = spot
        speed = self.timeline.speed
        self.output.start(
            render(self.timeline, lambda event: self.session.clip(event, speed), spot.frame, spot.finish_cut)
        )
