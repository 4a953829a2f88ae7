"""The page's sounds: each distinct line and chime once, as an MP3, since every browser decodes those."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from typing import Any

import av

from voiceguide.audio.clip import RATE, Clip
from voiceguide.base.errors import ExportError, visible
from voiceguide.base.progress import Progress
from voiceguide.export.job import ExportJob
from voiceguide.export.page.layouts import ClipName
from voiceguide.session.render import total_frames
from voiceguide.timeline import Event

BITS = {"low": 32_000, "medium": 48_000, "high": 64_000}
"""Bits a second, by quality: fewer than in a file, as they are written in letters, which takes a third more."""

QUICK = {"compression_level": "7"}
"""LAME's setting, as in an exported MP3."""

PACKET_FRAMES = 576
"""How many frames an MP3 packet holds at RATE."""

DELAY_FRAMES = 1_105
"""What a decoder that ignores LAME's tag gives before the sound begins."""


def recordings(job: ExportJob, clips: Mapping[ClipName, Event], progress: Progress) -> list[dict[str, Any]]:
    """Each clip's words or the name of its sound, its length in frames, and its MP3; `coded` is the MP3's length."""
    made: list[dict[str, Any]] = []
    total = total_frames(job.timeline)
    for (name, is_sound), event in clips.items():
        # Also what is said faster is stretched from the words as they are usually said.
        clip = job.clip(replace(event, faster=False))
        coded, mp3 = encoded(clip, BITS[job.options.quality])
        made.append(
            {
                "sound" if is_sound else "text": visible(name),
                "frames": clip.frames,
                "coded": coded,
                "mp3": b64encode(mp3).decode("ascii"),
            }
        )
        progress(total * len(made) // len(clips), total)
    return made


def encoded(clip: Clip, bits: int) -> tuple[int, bytes]:
    """How many frames a clip's MP3 has, encoder delay and all, and the MP3. Raises ExportError."""
    file, packets = BytesIO(), 0
    try:
        with av.open(file, "w", format="mp3", options={"id3v2_version": "0"}) as container:
            stream = container.add_stream("libmp3lame", rate=RATE, layout="mono", format="s16p", options=QUICK)
            stream.bit_rate = bits
            for frame in (_frame(clip), None):
                for packet in stream.encode(frame):
                    container.mux(packet)
                    packets += 1
    except av.error.FFmpegError as error:
        raise ExportError(f"the MP3 encoder failed ({error})") from None
    return packets * PACKET_FRAMES, file.getvalue()


def _frame(clip: Clip) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=clip.frames, align=1)
    frame.planes[0].update(clip.pcm)
    frame.sample_rate = RATE
    frame.pts = 0
    frame.time_base = Fraction(1, RATE)
    return frame
