"""Reading a sound from any file into a `Clip`; the one place that decodes."""

from __future__ import annotations

import wave
from pathlib import Path

from voiceguide.clip import FRAME_BYTES, RATE, Clip
from voiceguide.errors import VoiceguideError

MAX_SECONDS = 60
"""A sound or a spoken line is refused above this length."""


class AudioFileError(VoiceguideError):
    """A file that is not a sound, or too long a one."""


def read(path: Path) -> Clip:
    """The sound in `path`, mono at RATE, whatever it was before. Raises AudioFileError if it can't be had."""
    if not path.is_file():
        raise AudioFileError(f"{path}: not a sound file; name a WAV, FLAC, Ogg or MP3 file")
    clip = _plain_wav(path) or _decoded(path)
    if clip.frames > MAX_SECONDS * RATE:
        raise AudioFileError(f"{path}: longer than {MAX_SECONDS} seconds; name a short sound")
    return clip


def _plain_wav(path: Path) -> Clip | None:
    """What needs no conversion, without loading a decoder; None for all else."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, FRAME_BYTES, RATE):
                return None
            pcm = file.readframes(MAX_SECONDS * RATE + 1)
    except (wave.Error, EOFError, OSError):
        return None
    return Clip(pcm[: len(pcm) // FRAME_BYTES * FRAME_BYTES])


def _decoded(path: Path) -> Clip:
    import av

    pcm = bytearray()
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                for block in resampler.resample(frame):
                    pcm += bytes(block.planes[0])[: block.samples * FRAME_BYTES]
                if len(pcm) > MAX_SECONDS * RATE * FRAME_BYTES:
                    break
            for block in resampler.resample(None):
                pcm += bytes(block.planes[0])[: block.samples * FRAME_BYTES]
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as error:
        raise AudioFileError(f"{path}: not a sound that can be read ({error})") from None
    return Clip(bytes(pcm))
