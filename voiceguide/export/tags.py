"""What a file says about itself: title, artist and the like, and its chapters, as each kind of file wants them."""

from __future__ import annotations

import struct
from base64 import b64encode

from voiceguide.base.errors import visible
from voiceguide.base.moments import timestamp
from voiceguide.timeline import Timeline, full_title

ALBUM = "voiceguide"

LANGUAGES = {"de": "deu", "en": "eng", "es": "spa", "fr": "fra", "it": "ita", "nl": "nld", "pl": "pol", "pt": "por"}
"""The codes of ISO 639-2, which MP4 wants, by those of ISO 639-1."""


def tags(timeline: Timeline) -> dict[str, str]:
    """Return the tags by FFmpeg's names, which every muxer knows."""
    return {
        "title": visible(timeline.title),
        "artist": visible(timeline.voice),
        "album": ALBUM,
        "genre": "Speech",
        "language": LANGUAGES.get(timeline.language.split("-")[0], timeline.language),
        "comment": f"Speech speed {timeline.speed:g}",
    }


def picture_block(png: bytes, pixels: int) -> str:
    """Return a square PNG of 24 bits a pixel as a Vorbis comment: FLAC's picture block (RFC 9639, 8.8) in base64."""
    mime, description, front, depth, palette = b"image/png", b"", 3, 24, 0
    head = struct.pack(f">II{len(mime)}sI", front, len(mime), mime, len(description))
    return b64encode(head + struct.pack(">IIIII", pixels, pixels, depth, palette, len(png)) + png).decode()


def chapters(timeline: Timeline) -> list[tuple[int, int, str]]:
    """Return the start and end of each chapter in milliseconds, and its title."""
    return [(one.start_ms, one.end_ms, visible(full_title(timeline, one))) for one in timeline.chapters]


def chapter_comments(timeline: Timeline) -> dict[str, str]:
    """Return at most a thousand chapters as Vorbis comments: `CHAPTER000=00:00:00.000`, `CHAPTER000NAME=…`."""
    comments = {}
    for number, (start_ms, _, title) in enumerate(chapters(timeline)[:1000]):
        comments[f"CHAPTER{number:03}"] = timestamp(start_ms).rjust(12, "0")
        comments[f"CHAPTER{number:03}NAME"] = title
    return comments
