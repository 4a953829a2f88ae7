"""The prompter: it knows which words are in whatever the output hands out, tells the ear, and ducks for a talker."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.base.moments import frame_at, ms_at
from voiceguide.outputs.feed import RISE_FRAMES
from voiceguide.timeline import Event, Timeline, sounding_between
from voiceguide.transport import Position

MARGIN_FRAMES = RATE // 5
"""Words that begin so much later, or ended so long ago, count as well: an ear knows only roughly when they arrive."""

TALK_FRAMES = 5 * RATE
"""An ear that says nothing more for so long doesn't know any longer whether somebody talks."""

COUNT_FRAMES = RATE
"""The words of a count begin a second apart: who waits for so long before one of them doesn't duck between them."""


class Ear(Protocol):
    """Hears the listener while the session plays.

    `talking` is set by the player. The ear calls it, in any thread, as soon as somebody talks, and when that is over.
    """

    talking: Callable[[bool], None]

    def playing(self, pcm: bytes, says: tuple[str, ...]) -> None:
        """Take in a portion of what is played, and the words in it. The device's thread calls this: it may not wait."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the output's stream: from its frame `at_frame` on, it is `timeline` from `position` on."""

    at_frame: int
    timeline: Timeline
    position: Position

    def sounding(self, first_frame: int, end_frame: int) -> Iterator[Event]:
        """Yield the words and sounds of this part that are in the stream's frames."""
        start = self.position.frame
        first, end = (max(start, frame - self.at_frame + start) for frame in (first_frame, end_frame))
        for event in sounding_between(self.timeline, ms_at(first, RATE), ms_at(end, RATE)) if first < end else ():
            if self.position.finish_cut or frame_at(event.start_ms, RATE) >= start:
                yield event


class Prompter:
    """Listens to the output for the `ear`, and ducks while it hears somebody talk, but never a chime or a count.

    The deck sets `parts` to those of the stream. Words that are cut off count as long as those that are heard to their
    end. `ducked_seconds` is how long the stream was ducked, each time that is over.
    """

    def __init__(self, ear: Ear | None) -> None:
        self.parts: tuple[Part, ...] = ()
        self.ducked_seconds: deque[float] = deque()
        self._ear = ear
        self._heard_frames = 0
        self._talk_until_frames = 0
        self._ducks = False
        self._ducked_frames = 0
        self._until_frames: dict[str, int] = {}
        """Up to which of the frames that have been heard each text counts."""

        if ear:
            ear.talking = self.talking

    def talking(self, talks: bool) -> None:
        """Take in that somebody talks, or doesn't any longer; an ear that says nothing more is believed for a while."""
        self._talk_until_frames = self._heard_frames + TALK_FRAMES if talks else 0

    def halt(self) -> None:
        """Forget whoever talked: what is heard next begins at its own level."""
        self._talk_until_frames = 0

    def ducks(self, frames: range) -> bool:
        """Tell whether somebody talks while nothing is heard that they have to hear, nor will be in a moment."""
        self._ducks = self._heard_frames < self._talk_until_frames and not (
            any(event.counts for event in self._sounding(frames, COUNT_FRAMES))
            or any(event.kind == "chime" for event in self._sounding(frames, RISE_FRAMES))
        )
        return self._ducks

    def heard(self, pcm: bytes, frames: range) -> None:
        """Tell the ear what it hears, and the words in it."""
        if self._ducks:
            self._ducked_frames += len(pcm) // FRAME_BYTES
        elif self._ducked_frames:
            self.ducked_seconds.append(self._ducked_frames / RATE)
            self._ducked_frames = 0
        first_frame = self._heard_frames
        self._heard_frames += len(pcm) // FRAME_BYTES
        until = self._heard_frames + MARGIN_FRAMES
        before = {text: last for text, last in self._until_frames.items() if last > first_frame}
        now = {event.text: until for event in self._sounding(frames, MARGIN_FRAMES) if event.text}
        self._until_frames = before | now
        if self._ear:
            self._ear.playing(pcm, tuple(self._until_frames))

    def _sounding(self, frames: range, ahead_frames: int) -> Iterator[Event]:
        """Yield the words and sounds in the stream's frames, and what begins up to `ahead_frames` after them."""
        if frames:
            for part in self.parts:
                yield from part.sounding(frames.start, frames.stop + ahead_frames)
