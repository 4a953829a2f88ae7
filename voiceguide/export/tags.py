"""What a file says of itself: title, artist and the like, and its chapters, in the forms that formats want."""

from __future__ import annotations

import struct
from base64 import b64encode

from voiceguide.base.errors import visible
from voiceguide.base.moments import timestamp
from voiceguide.timeline import Timeline, full_title

ALBUM = "voiceguide"

LANGUAGES = {"de": "deu", "en": "eng", "es": "spa", "fr": "fra", "it": "ita", "nl": "nld", "pl": "pol", "pt": "por"}
"""ISO 639-2 codes, which MP4 wants, of ISO 639-1's."""


def tags(timeline: Timeline) -> dict[str, str]:
    """Tags by FFmpeg's names, which each format's writer knows."""
    return {
        "title": visible(timeline.title),
        "artist": visible(timeline.voice),
        "album": ALBUM,
        "genre": "Speech",
        "language": LANGUAGES.get(timeline.language.split("-")[0], timeline.language),
        "comment": f"Speech speed {timeline.speed:g}",
    }


def picture_block(png: bytes, pixels: int) -> str:
    """A square picture as a Vorbis comment, which is FLAC's block for the front cover (RFC 9639, 8.8) in base64."""
    mime, description, front, depth, palette = b"image/png", b"", 3, 24, 0
    head = struct.pack(f">II{len(mime)}sI", front, len(mime), mime, len(description))
    return b64encode(head + struct.pack(">IIIII", pixels, pixels, depth, palette, len(png)) + png).decode()


def chapters(timeline: Timeline) -> list[tuple[int, int, str]]:
    """Start and end in milliseconds, and the title of each chapter."""
    return [(one.start_ms, one.end_ms, visible(full_title(timeline, one))) for one in timeline.chapters]


def chapter_comments(timeline: Timeline) -> dict[str, str]:
    """Chapters as Vorbis comments (`CHAPTER000=00:00:00.000`, `CHAPTER000NAME=…`), for at most a thousand."""
    comments = {}
    for number, (start_ms, _, title) in enumerate(chapters(timeline)[:1000]):
        comments[f"CHAPTER{number:03}"] = timestamp(start_ms).rjust(12, "0")
        comments[f"CHAPTER{number:03}NAME"] = title
    return comments
