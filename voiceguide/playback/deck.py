"""What is on an output right now: the session from some frame on, something said before it, or only that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Protocol

from voiceguide.audio.clip import RATE
from voiceguide.base.moments import frame_at
from voiceguide.outputs import Output
from voiceguide.session.render import render
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline
from voiceguide.transport import Position

EMPTY = Timeline(
    title="", techniques=(), language="", voice="", speed=1.0, duration_ms=0, chapters=(), events=(), starts_ms=()
)
"""What there is of a session before anything has been laid out."""


class PlaybackObserver(Protocol):
    """Is told of every stretch of sound, once it has been played."""

    def played(self, timeline: Timeline, first: int, end: int, at: Callable[[int], float], aside: bool) -> None:
        """Frames `first` to `end` of `timeline` were played; `at` tells for each of them when, in seconds."""
        ...


class Deck:
    """The session's position, in frames, whatever else is being said.

    `timeline` is EMPTY until backstage brings one. `position` is where the session goes on once the aside before it has
    been said, if there is one. An aside that stands alone has no session after it.
    """

    def __init__(self, session: Session, output: Output, follower: PlaybackObserver) -> None:
        self.session = session
        self.output = output
        self.timeline = EMPTY
        self.position = Position(0)
        self.aside: Timeline | None = None
        self.then = _nothing
        self._follower = follower
        self._aside_frames = 0
        self._alone = True
        self._noted = 0

    def play(self, position: Position, aside: Timeline | None = None) -> None:
        """Plays the session from `position` on, with `aside` before it. Raises DeviceError."""
        self.halt()
        self._start(position, aside, alone=False)

    def say(self, aside: Timeline, then: Callable[[], None]) -> None:
        """Says only `aside`; the session stays where it is. `then` is what comes after it. Raises DeviceError."""
        self.halt()
        self._start(self.position, aside, alone=True)
        self.then = then

    def halt(self) -> None:
        """Falls silent; the session stays where it is."""
        played = self.output.stop()
        self._note(played)
        self.position = Position(self._frame_after(played))
        self.aside, self._aside_frames, self._alone, self.then = None, 0, True, _nothing

    def go_over(self, timeline: Timeline, position_of: Callable[[int], Position]) -> None:
        """Goes over to another timeline without a gap, at the position that corresponds to the frame that is reached.

        Raises DeviceError.
        """

        def onward(played: int) -> Iterator[bytes]:
            self._note(played)
            self.position = position_of(self._frame_after(played))
            self.timeline = timeline
            return self._rendered(self.position)

        if self._alone:
            self.position, self.timeline = position_of(self.position.frame), timeline
            return
        self.output.swap(onward)
        self.aside, self._aside_frames, self._noted = None, 0, 0

    def update(self) -> None:
        """Tells the follower what has been played since the last look, and takes off an aside that is over."""
        played = self.output.frames
        self._note(played)
        if self.aside and not self._alone and played >= self._aside_frames:
            self.position, self.aside = (
                Position(self.position.frame - self._aside_frames, self.position.finish_cut),
                None,
            )
            self._aside_frames = 0

    @property
    def frame(self) -> int:
        """The frame that the session has reached."""
        return self._frame_after(self.output.frames)

    @property
    def aside_frame(self) -> int:
        """The frame that the aside has reached."""
        return min(self.output.frames, self._aside_frames)

    @property
    def alone(self) -> bool:
        """Whether the session itself is not on the output."""
        return self._alone

    def _frame_after(self, played: int) -> int:
        return self.position.frame + (0 if self._alone else max(0, played - self._aside_frames))

    def _start(self, position: Position, aside: Timeline | None, alone: bool) -> None:
        self.position = position
        said = self._said(aside) if aside else iter(())
        self.output.start(said if alone else chain(said, self._rendered(position)))
        self.aside, self._alone, self._noted = aside, alone, 0
        self._aside_frames = frame_at(aside.duration_ms, RATE) if aside else 0

    def _rendered(self, position: Position) -> Iterator[bytes]:
        return self.session.render(self.timeline, position.frame, position.finish_cut)

    def _said(self, aside: Timeline) -> Iterator[bytes]:
        """Renders an aside: without a bed, which belongs to the session."""
        return render(aside, lambda event: self.session.clip(event, aside.speed))

    def _note(self, played: int) -> None:
        """Passes on what was played of the stream since the last time, the aside's part and the session's."""
        first, self._noted = self._noted, max(self._noted, played)
        at, cut = self.output.time_of, self._aside_frames
        if self.aside and first < cut:
            self._follower.played(self.aside, first, min(played, cut), at, aside=True)
        if not self._alone and played > cut:
            first, begins = max(first, cut), self.position.frame - cut
            self._follower.played(
                self.timeline, begins + first, begins + played, lambda frame: at(frame - begins), aside=False
            )


def _nothing() -> None:
    """What comes after most asides."""
