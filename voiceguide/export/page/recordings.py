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

BITS_PER_SECOND = {"low": 32_000, "medium": 48_000, "high": 64_000}
"""By quality: fewer than in an MP3 file, since base64 takes a third more."""

QUICK = {"compression_level": "7"}
"""LAME's setting, as in an exported MP3."""

PACKET_FRAMES = 576
"""How many frames an MP3 packet has at RATE: those of MPEG-2 Layer III."""

DELAY_FRAMES = 1_105
"""How many frames come before the sound when a decoder ignores LAME's tag: 576 of the encoder, 529 of the decoder."""


def recordings(job: ExportJob, clips: Mapping[ClipName, Event], progress: Progress) -> list[dict[str, Any]]:
    """Return, for each clip, its words or the name of its sound, its length, and its MP3 in base64.

    `frames` is the length of the clip, `coded` that of the MP3, both in frames at RATE.
    """
    made: list[dict[str, Any]] = []
    total = total_frames(job.timeline)
    for (name, is_sound), event in clips.items():
        # What is said faster is stretched, too, from the words as they are usually said.
        clip = job.clip(replace(event, faster=False))
        coded_frames, mp3 = encoded(clip, BITS_PER_SECOND[job.options.quality])
        made.append(
            {
                "sound" if is_sound else "text": visible(name),
                "frames": clip.frames,
                "coded": coded_frames,
                "mp3": b64encode(mp3).decode("ascii"),
            }
        )
        progress(total * len(made) // len(clips), total)
    return made


def encoded(clip: Clip, bits_per_second: int) -> tuple[int, bytes]:
    """Return how many frames a clip's MP3 has, including the encoder's delay, and the MP3. Raises ExportError."""
    file, packets = BytesIO(), 0
    try:
        with av.open(file, "w", format="mp3", options={"id3v2_version": "0"}) as container:
            stream = container.add_stream("libmp3lame", rate=RATE, layout="mono", format="s16p", options=QUICK)
            stream.bit_rate = bits_per_second
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
