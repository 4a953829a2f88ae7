"""WAV: the session's PCM as it is."""

from __future__ import annotations

import wave
from typing import IO

from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.base.errors import ExportError
from voiceguide.export.programme import Programme, Progress
from voiceguide.session.render import total_frames

_HEADER_BYTES = 44
_MAX_BYTES = 2**32 - 1


def size(programme: Programme) -> int:
    return _HEADER_BYTES + total_frames(programme.timeline) * FRAME_BYTES


def write(programme: Programme, progress: Progress, file: IO[bytes]) -> None:
    """Mono, 16 bit, RATE frames a second. Raises ExportError above 4 GiB, which a WAV can't say the length of."""
    if size(programme) > _MAX_BYTES:
        raise ExportError("a WAV holds at most 27 hours; export an MP3")
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(FRAME_BYTES)
        writer.setframerate(RATE)
        writer.setnframes(total_frames(programme.timeline))
        for block in programme.blocks(progress):
            writer.writeframesraw(block)
