"""WAV: the session's PCM as it is."""

from __future__ import annotations

import wave
from typing import IO

from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.base.errors import ExportError
from voiceguide.base.progress import Progress
from voiceguide.export.job import ExportJob
from voiceguide.session.render import total_frames

_HEADER_BYTES = 44
_MAX_BYTES = 2**32 - 1


def size(job: ExportJob) -> int:
    return _HEADER_BYTES + total_frames(job.timeline) * FRAME_BYTES


def write(job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
    """Write the session in mono, 16 bit, RATE frames a second. Raises ExportError above the 4 GiB of a WAV."""
    if size(job) > _MAX_BYTES:
        raise ExportError("a WAV holds at most 27 hours; export an MP3")
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(FRAME_BYTES)
        writer.setframerate(RATE)
        writer.setnframes(total_frames(job.timeline))
        for block in job.blocks(progress):
            writer.writeframesraw(block)
