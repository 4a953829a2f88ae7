"""The prompter: it knows which words are in whatever the output hands out, and lets the ear know them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.base.moments import frame_at, ms_at
from voiceguide.timeline import Event, Timeline, sounding_between
from voiceguide.transport import Position

MARGIN_FRAMES = RATE // 5
"""Words that begin so much later, or ended so long ago, count as well: an ear knows only roughly when they arrive."""


class Ear(Protocol):
    """Hears the listener while the session plays."""

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
    """Listens to the output for the `ear`. The deck sets `parts` to those of the stream, another thread calls all else.

    Words that are cut off count as long as those that are heard to their end.
    """

    def __init__(self, ear: Ear | None) -> None:
        self.parts: tuple[Part, ...] = ()
        self._ear = ear
        self._heard_frames = 0
        self._until_frames: dict[str, int] = {}
        """Up to which of the frames that have been heard each text counts."""

    def heard(self, pcm: bytes, frames: range) -> None:
        """Tell the ear what it hears, and the words in it."""
        first_frame = self._heard_frames
        self._heard_frames += len(pcm) // FRAME_BYTES
        until = self._heard_frames + MARGIN_FRAMES
        before = {text: last for text, last in self._until_frames.items() if last > first_frame}
        self._until_frames = before | {event.text: until for event in self._sounding(frames) if event.text}
        if self._ear:
            self._ear.playing(pcm, tuple(self._until_frames))

    def _sounding(self, frames: range) -> Iterator[Event]:
        """Yield the words and sounds in the stream's frames, and what begins soon after them."""
        if frames:
            for part in self.parts:
                yield from part.sounding(frames.start, frames.stop + MARGIN_FRAMES)
