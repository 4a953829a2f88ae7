"""WAV: the session's PCM as it is."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from typing import IO

from voiceguide.clip import FRAME_BYTES, RATE
from voiceguide.errors import ExportError
from voiceguide.render import total_frames
from voiceguide.timeline import Timeline

_HEADER_BYTES = 44
_MAX_BYTES = 2**32 - 1


def size(timeline: Timeline) -> int:
    return _HEADER_BYTES + total_frames(timeline) * FRAME_BYTES


def write(timeline: Timeline, blocks: Iterator[bytes], file: IO[bytes]) -> None:
    """Mono, 16 bit, RATE frames a second. Raises ExportError above 4 GiB, which a WAV can't say the length of."""
    if size(timeline) > _MAX_BYTES:
        raise ExportError("a WAV holds at most 27 hours; export an MP3")
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(FRAME_BYTES)
        writer.setframerate(RATE)
        writer.setnframes(total_frames(timeline))
        for block in blocks:
            writer.writeframesraw(block)
