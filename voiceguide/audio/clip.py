"""One immutable sound: mono 16-bit PCM."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.base import moments

RATE = 22_050
"""Frames a second of every clip and every session: what espeak-ng gives, and what every output takes."""

FRAME_BYTES = 2


@dataclass(frozen=True, slots=True)
class Clip:
    """`pcm` is mono, signed 16-bit, little-endian, at `RATE` frames a second."""

    pcm: bytes

    @property
    def frames(self) -> int:
        return len(self.pcm) // FRAME_BYTES

    @property
    def ms(self) -> int:
        """The length in milliseconds, rounded up."""
        return moments.ms_of(self.frames, RATE)


def silence(frames: int) -> bytes:
    """PCM of `frames` frames without a sound."""
    return bytes(frames * FRAME_BYTES)
