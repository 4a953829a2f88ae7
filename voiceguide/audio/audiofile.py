"""Reading a sound from any file into a `Clip`; the one place that decodes."""

from __future__ import annotations

import wave
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip
from voiceguide.base.errors import VoiceguideError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream

MAX_SECONDS = 60
"""Longer sounds are refused."""

ALLOWED = {
    "format_whitelist": "aac,aiff,amr,asf,au,caf,flac,matroska,mov,mp3,ogg,w64,wav",
    "protocol_whitelist": "file",
}
"""What FFmpeg may take a file for: a sound, but no playlist that leads on to other files or into a network."""

RATES = range(1_000, 768_001)
"""The frames a second that a sound may have; with others, the converter would take all memory there is."""

OPEN_SECONDS = 10
"""How long opening a file may take: a crafted header may never end."""


class AudioFileError(VoiceguideError):
    """A file isn't a sound, or is too long."""


def read(path: Path, max_seconds: int = MAX_SECONDS) -> Clip:
    """Return the sound in `path`, converted to mono at RATE. Raises AudioFileError if it is too long or unreadable."""
    if not path.is_file():
        raise AudioFileError(f"{path}: not a sound file; name a WAV, FLAC, Ogg or MP3 file")
    max_frames = max_seconds * RATE
    clip = _plain_wav(path, max_frames) or _decoded(path, max_frames)
    if clip.frames > max_frames:
        raise AudioFileError(f"{path}: longer than {max_seconds} seconds; name a short sound")
    return clip


def _plain_wav(path: Path, max_frames: int) -> Clip | None:
    """Return a sound that needs no conversion, without loading a decoder; None for any other file."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, FRAME_BYTES, RATE):
                return None
            pcm = file.readframes(max_frames + 1)
    except (wave.Error, EOFError, OSError, RuntimeError):  # the last is what `wave` raises for chunks that end too late
        return None
    return Clip(pcm[: len(pcm) // FRAME_BYTES * FRAME_BYTES])


def _decoded(path: Path, max_frames: int) -> Clip:
    import av
    import numpy as np

    from voiceguide.audio.mastering import as_clip

    blocks, frames = [], 0
    try:
        with av.open(str(path), options=ALLOWED, timeout=OPEN_SECONDS) as container:
            _check(container.streams.audio[0])
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in chain(container.decode(audio=0), (None,)):
                for block in resampler.resample(frame):
                    blocks.append(block.to_ndarray().ravel())
                    frames += block.samples
                if frames > max_frames:
                    break
    except (av.error.FFmpegError, OSError, ValueError, IndexError):
        raise AudioFileError(f"{path}: not a sound that can be read") from None
    # A file may hold NaN and infinities, which would become full scale as integers.
    samples = np.nan_to_num(np.concatenate(blocks or [np.zeros(0, np.float32)]), posinf=1.0, neginf=-1.0)
    return as_clip(samples)


def _check(stream: AudioStream) -> None:
    """Raise ValueError for a stream that can't be converted."""
    if not stream.codec_context or stream.rate not in RATES:
        raise ValueError(stream)
