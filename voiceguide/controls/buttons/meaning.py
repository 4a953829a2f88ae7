"""What buttons mean, and what systems may show of a session: the part that all systems have in common."""

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
"""A position that is further than this from where it should be by now has jumped."""


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
"""What is shown as paused: a headset with one button makes play or pause of it by that."""


def meant(button: Button, state: State | None) -> Command:
    """What `button` asks for in `state`, None being before there is one."""
    # A headset has one button, and in these states the guide has asked for it.
    if state in _ASKING and button in {Button.PLAY, Button.PLAY_PAUSE}:
        return Command.READY
    return _COMMANDS[button]


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """What systems show; as long as two are equal, there is nothing to tell. Volume 1.0 is as recorded."""

    status: Status
    title: str
    album: str
    length_ms: int
    volume: float


def now_playing(view: View) -> NowPlaying:
    """What there is to show at one moment."""
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
    """A position in milliseconds that was right at a moment, in seconds; from there it may move on by itself."""

    ms: int
    at: float
    moves: bool

    def ms_at(self, now: float) -> int:
        """The position it has come to."""
        return self.ms + (round((now - self.at) * SECOND) if self.moves else 0)


class Seen(NamedTuple):
    """A view, what it shows, and where it was."""

    view: View
    facts: NowPlaying
    position: MovingPosition


class Told(NamedTuple):
    """What a system has been told: the facts, and a position which it lets move on by itself."""

    facts: NowPlaying
    position: MovingPosition


class ButtonSession:
    """Follows a session for one system: the last view of it, what has been told of it, and what buttons mean in it."""

    def __init__(self, put: Put) -> None:
        self.put = put
        self.seen: Seen | None = None
        self.told: Told | None = None

    def see(self, view: View, now: float) -> None:
        """Takes in a view."""
        known = now_playing(view)
        self.seen = Seen(view, known, MovingPosition(view.ms, now, known.status is Status.PLAYING))

    def ask(self, command: Command) -> None:
        """Asks the player for something."""
        self.put(Request(command, by="button"))

    def press(self, button: Button) -> None:
        """Asks the player for what `button` means now."""
        self.ask(meant(button, self.seen.view.state if self.seen else None))

    def position_ms(self, now: float) -> int:
        """Where the session is, also between two views; 0 before the first."""
        seen = self.seen
        return min(seen.position.ms_at(now), seen.facts.length_ms) if seen else 0

    def news(self, now: float) -> tuple[Seen, NowPlaying | None, bool] | None:
        """What has to be told now: what was seen, the facts that were told before, and whether the position has jumped.

        None if nothing has changed but the position, and that by as much as time has passed.
        """
        if (seen := self.seen) is None:
            return None
        told = self.told
        jumped = told is not None and abs(seen.position.ms_at(now) - told.position.ms_at(now)) > JUMP_MS
        if told and told.facts == seen.facts and not jumped:
            return None
        self.told = Told(seen.facts, seen.position)
        return seen, told.facts if told else None, jumped
