"""What buttons mean, and what systems show of a session: the part that all systems have in common."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from voiceguide.base.errors import visible
from voiceguide.base.moments import SECOND
from voiceguide.playback.view import View
from voiceguide.timeline import Timeline, full_title
from voiceguide.transport import Command, Request, State

Put = Callable[[Request], None]
Watch = Callable[[View], None]

JUMP_MS = 1_000
"""A position that is further than this from where it should be has jumped."""


class Button(Enum):
    """The buttons that every system knows."""

    PLAY = "play"
    PAUSE = "pause"
    PLAY_PAUSE = "play or pause"
    STOP = "stop"
    NEXT = "next"
    PREVIOUS = "previous"


class Status(Enum):
    """The states that every system knows."""

    PLAYING = "Playing"
    PAUSED = "Paused"
    STOPPED = "Stopped"


_COMMANDS = {
    Button.PLAY: Command.GO_ON,
    Button.PAUSE: Command.PAUSE,
    Button.PLAY_PAUSE: Command.TOGGLE,
    Button.STOP: Command.STOP,
    Button.NEXT: Command.NEXT,
    Button.PREVIOUS: Command.BACK,
}
_ASKING = (State.BEFORE, State.WAITING)
_STILL = (*_ASKING, State.PAUSED, State.LOST)
"""The states that are shown as paused, which decides whether a headset's only button sends play or pause."""


def meant(button: Button, state: State | None) -> Command:
    """Return what `button` asks for in `state`, which is None before the first view."""
    # A headset may have only one button, and in these states the guide has asked for it.
    if state in _ASKING and button in {Button.PLAY, Button.PLAY_PAUSE}:
        return Command.READY
    return _COMMANDS[button]


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """What systems show of a session; while it stays equal, there is nothing to tell.

    `volume` is an amplitude factor: 1.0 is as recorded.
    """

    status: Status
    title: str
    album: str
    length_ms: int
    volume: float


def now_playing(view: View) -> NowPlaying:
    """Return what systems show of a view."""
    timeline = view.timeline
    return NowPlaying(
        status=_status(view.state),
        title=visible(_chapter_title(timeline, view.ms)),
        album=visible(timeline.title),
        length_ms=timeline.duration_ms,
        volume=10 ** (view.volume_db / 20),
    )


def _status(state: State) -> Status:
    if state is State.DONE:
        return Status.STOPPED
    return Status.PAUSED if state in _STILL else Status.PLAYING


def _chapter_title(timeline: Timeline, ms: int) -> str:
    chapters = timeline.chapters
    if not chapters:
        return timeline.title
    index = bisect_right(chapters, ms, key=lambda chapter: chapter.start_ms) - 1
    return full_title(timeline, chapters[max(0, index)])


@dataclass(frozen=True, slots=True)
class MovingPosition:
    """A position in milliseconds as of `at_seconds`; if it `moves`, it goes on by itself from then."""

    ms: int
    at_seconds: float
    moves: bool

    def ms_at(self, now: float) -> int:
        """Return the position at `now`, in seconds of the same clock."""
        return self.ms + (round((now - self.at_seconds) * SECOND) if self.moves else 0)


class Seen(NamedTuple):
    """A view, what systems show of it, and its position."""

    view: View
    facts: NowPlaying
    position: MovingPosition


class Told(NamedTuple):
    """What a system has been told: the facts, and a position that it moves on by itself."""

    facts: NowPlaying
    position: MovingPosition


class ButtonSession:
    """A session as one system knows it: its last view, what the system has been told, and what buttons mean.

    `now` is always in seconds of the same clock.
    """

    def __init__(self, put: Put) -> None:
        self.put = put
        self.seen: Seen | None = None
        self.told: Told | None = None

    def see(self, view: View, now: float) -> None:
        """Take in a view."""
        known = now_playing(view)
        self.seen = Seen(view, known, MovingPosition(view.ms, now, known.status is Status.PLAYING))

    def ask(self, command: Command) -> None:
        """Send `command` to the player."""
        self.put(Request(command, by="button"))

    def press(self, button: Button) -> None:
        """Send the player what `button` means now."""
        self.ask(meant(button, self.seen.view.state if self.seen else None))

    def position_ms(self, now: float) -> int:
        """Return where the session is, also between two views; 0 before the first."""
        seen = self.seen
        return min(seen.position.ms_at(now), seen.facts.length_ms) if seen else 0

    def news(self, now: float) -> tuple[Seen, NowPlaying | None, bool] | None:
        """Return what has to be told now: what was seen, the facts told before, and whether the position has jumped.

        Returns None if nothing has changed, except that the position has moved on with the time.
        """
        if (seen := self.seen) is None:
            return None
        told = self.told
        jumped = told is not None and abs(seen.position.ms_at(now) - told.position.ms_at(now)) > JUMP_MS
        if told and told.facts == seen.facts and not jumped:
            return None
        self.told = Told(seen.facts, seen.position)
        return seen, told.facts if told else None, jumped
