"""Chapters for podcasts: Podcasting 2.0's JSON (application/json+chapters), version 1.2.0."""

from __future__ import annotations

import json
from typing import IO

from voiceguide.base.errors import visible
from voiceguide.base.moments import SECOND
from voiceguide.export.programme import Programme, Progress
from voiceguide.session.render import total_frames
from voiceguide.timeline import Timeline, full_title

VERSION = "1.2.0"


def size(programme: Programme) -> int:
    return 200 * (1 + len(programme.timeline.chapters))


def write(programme: Programme, progress: Progress, file: IO[bytes]) -> None:
    file.write(chapters(programme.timeline).encode())
    progress(total_frames(programme.timeline))


def chapters(timeline: Timeline) -> str:
    """The session's title and its chapters; times are seconds, as the format has them."""
    data = {
        "version": VERSION,
        "title": visible(timeline.title),
        "chapters": [
            {
                "startTime": chapter.start_ms / SECOND,
                "endTime": chapter.end_ms / SECOND,
                "title": visible(full_title(timeline, chapter)),
            }
            for chapter in timeline.chapters
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
