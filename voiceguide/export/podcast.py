"""Chapters for podcasts, in the JSON Chapters format of Podcasting 2.0 (application/json+chapters), version 1.2.0."""

from __future__ import annotations

import json
from typing import IO

from voiceguide.base.errors import visible
from voiceguide.base.moments import SECOND
from voiceguide.base.progress import Progress
from voiceguide.export.job import ExportJob
from voiceguide.session.render import total_frames
from voiceguide.timeline import Timeline, full_title

VERSION = "1.2.0"


def size(job: ExportJob) -> int:
    return 200 * (1 + len(job.timeline.chapters))


def write(job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
    file.write(chapters(job.timeline).encode())
    progress(total := total_frames(job.timeline), total)


def chapters(timeline: Timeline) -> str:
    """Return the session's title and chapters as JSON, with times in seconds, as the format has them."""
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
