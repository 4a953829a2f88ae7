"""Reading a sound from any file into a `Clip`; the one place that decodes."""

from __future__ import annotations

import wave
from pathlib import Path

from voiceguide.clip import FRAME_BYTES, RATE, Clip
from voiceguide.errors import VoiceguideError

MAX_SECONDS = 60
"""A sound is refused above this length."""


class AudioFileError(VoiceguideError):
    """A file that is not a sound, or too long a one."""


def read(path: Path, max_seconds: int = MAX_SECONDS) -> Clip:
    """The sound in `path`, mono at RATE, whatever it was before. Raises AudioFileError if it can't be had."""
    if not path.is_file():
        raise AudioFileError(f"{path}: not a sound file; name a WAV, FLAC, Ogg or MP3 file")
    max_frames = max_seconds * RATE
    clip = _plain_wav(path, max_frames) or _decoded(path, max_frames)
    if clip.frames > max_frames:
        raise AudioFileError(f"{path}: longer than {max_seconds} seconds; name a short sound")
    return clip


def _plain_wav(path: Path, max_frames: int) -> Clip | None:
    """What needs no conversion, without loading a decoder; None for all else."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, FRAME_BYTES, RATE):
                return None
            pcm = file.readframes(max_frames + 1)
    except (wave.Error, EOFError, OSError):
        return None
    return Clip(pcm[: len(pcm) // FRAME_BYTES * FRAME_BYTES])


def _decoded(path: Path, max_frames: int) -> Clip:
    import av

    pcm = bytearray()
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                for block in resampler.resample(frame):
                    pcm += bytes(block.planes[0])[: block.samples * FRAME_BYTES]
                if len(pcm) > max_frames * FRAME_BYTES:
                    break
            for block in resampler.resample(None):
                pcm += bytes(block.planes[0])[: block.samples * FRAME_BYTES]
    except (av.error.FFmpegError, OSError, ValueError, IndexError):
        raise AudioFileError(f"{path}: not a sound that can be read") from None
    return Clip(bytes(pcm))
