"""`Clip`: one immutable sound, as mono 16-bit PCM."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.base import moments

RATE = 22_050
"""Frames a second of every clip and every session: what espeak-ng produces, and what every output takes."""

FRAME_BYTES = 2
"""Bytes of one frame: one 16-bit sample."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound: `pcm` is mono, signed 16-bit, little-endian, at `RATE` frames a second."""

    pcm: bytes

    @property
    def frames(self) -> int:
        """The length in frames."""
        return len(self.pcm) // FRAME_BYTES

    @property
    def ms(self) -> int:
        """The length in milliseconds, rounded up."""
        return moments.ms_of(self.frames, RATE)


def silence(frames: int) -> bytes:
    """Return the PCM of `frames` frames of silence."""
    return bytes(frames * FRAME_BYTES)
