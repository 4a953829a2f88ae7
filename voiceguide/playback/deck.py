"""What is on the output right now: the session from some frame on, an aside before it, or only an aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Protocol

from voiceguide.audio.clip import RATE
from voiceguide.base.moments import frame_at
from voiceguide.outputs import Output
from voiceguide.playback.prompter import Ear, Part, Prompter
from voiceguide.session.render import render
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline
from voiceguide.transport import Position

EMPTY = Timeline(
    title="", techniques=(), language="", voice="", speed=1.0, duration_ms=0, chapters=(), events=(), starts_ms=()
)
"""What there is of a session before anything has been laid out."""


class PlaybackObserver(Protocol):
    """Is told about each stretch of sound once it has been played."""

    def played(
        self, timeline: Timeline, first_frame: int, end_frame: int, seconds_of: Callable[[int], float], aside: bool
    ) -> None:
        """Take note that frames from `first_frame` up to `end_frame` of `timeline` were played.

        `seconds_of` returns for each of them when that was, on the session's clock.
        """
        ...


class Deck:
    """The session's position, in frames, whatever else is being said.

    `timeline` is EMPTY until backstage brings one. `position` is where the output's stream joins the session, after the
    aside before it, if there is one. An aside that is said alone has no session after it; `then` is what follows it.
    """

    def __init__(self, session: Session, output: Output, observer: PlaybackObserver, ear: Ear | None = None) -> None:
        self.session = session
        self.output = output
        self.prompter = Prompter(ear)
        self.timeline = EMPTY
        self.position = Position(0)
        self.aside: Timeline | None = None
        self.then = _nothing
        self._observer = observer
        self._aside_frames = 0
        self._alone = True
        self._noted_frames = 0
        if ear:
            output.tap = self.prompter

    def play(self, position: Position, aside: Timeline | None = None) -> None:
        """Play the session from `position` on, with `aside` before it. Raises DeviceError."""
        self.halt()
        self._start(position, aside, alone=False)

    def say(self, aside: Timeline, then: Callable[[], None]) -> None:
        """Say only `aside`, with `then` to follow it; the session stays where it is. Raises DeviceError."""
        self.halt()
        self._start(self.position, aside, alone=True)
        self.then = then

    def halt(self) -> None:
        """Fall silent; the session stays where it is."""
        played_frames = self.output.stop()
        self.prompter.halt()
        self._note(played_frames)
        self.position = Position(self._frame_after(played_frames))
        self.aside, self._aside_frames, self._alone, self.then = None, 0, True, _nothing

    def go_over(self, timeline: Timeline, position_of: Callable[[int], Position]) -> None:
        """Go over to another timeline without a gap, at the position that `position_of` gives for the frame reached.

        Raises DeviceError.
        """

        def onward(played_frames: int) -> Iterator[bytes]:
            self._note(played_frames)
            self.position = position_of(self._frame_after(played_frames))
            self.timeline = timeline
            self.prompter.parts = (Part(0, timeline, self.position),)
            return self._rendered(self.position)

        if self._alone:
            self.position, self.timeline = position_of(self.position.frame), timeline
            return
        self.output.swap(onward)
        self.aside, self._aside_frames, self._noted_frames = None, 0, 0

    def update(self) -> None:
        """Tell the observer what has been played since the last call, and take off an aside that is over."""
        played_frames = self.output.frames
        self._note(played_frames)
        if self.aside and not self._alone and played_frames >= self._aside_frames:
            # The output goes on counting from the aside's beginning.
            self.position = Position(self.position.frame - self._aside_frames, self.position.finish_cut)
            self.aside, self._aside_frames = None, 0

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

    def _frame_after(self, played_frames: int) -> int:
        return self.position.frame + (0 if self._alone else max(0, played_frames - self._aside_frames))

    def _start(self, position: Position, aside: Timeline | None, alone: bool) -> None:
        self.position = position
        aside_frames = frame_at(aside.duration_ms, RATE) if aside else 0
        before = (Part(0, aside, Position(0)),) if aside else ()
        said = self._said(aside) if aside else iter(())
        self.prompter.parts = before if alone else (*before, Part(aside_frames, self.timeline, position))
        self.output.start(said if alone else chain(said, self._rendered(position)))
        self.aside, self._alone, self._noted_frames = aside, alone, 0
        self._aside_frames = aside_frames

    def _rendered(self, position: Position) -> Iterator[bytes]:
        return self.session.render(self.timeline, position.frame, position.finish_cut)

    def _said(self, aside: Timeline) -> Iterator[bytes]:
        """Render an aside, without the bed, which belongs to the session."""
        return render(aside, lambda event: self.session.clip(event, aside.speed))

    def _note(self, played_frames: int) -> None:
        """Tell the observer what was played of the stream since the last time: the aside's part and the session's."""
        first, self._noted_frames = self._noted_frames, max(self._noted_frames, played_frames)
        time_of, cut = self.output.time_of, self._aside_frames
        if self.aside and first < cut:
            self._observer.played(self.aside, first, min(played_frames, cut), time_of, aside=True)
        if not self._alone and played_frames > cut:
            offset = self.position.frame - cut
            first, end = offset + max(first, cut), offset + played_frames
            self._observer.played(self.timeline, first, end, lambda frame: time_of(frame - offset), aside=False)


def _nothing() -> None:
    """Do nothing, as after most asides."""
