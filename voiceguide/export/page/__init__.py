"""The take-away page: one HTML file that plays a session in a browser, at any speech speed and without a network."""

from __future__ import annotations

from typing import IO

from voiceguide.base.errors import ExportError
from voiceguide.base.moments import MINUTE, format_length
from voiceguide.base.progress import Progress
from voiceguide.export.job import ExportJob
from voiceguide.export.page.assembly import assembled
from voiceguide.export.page.layouts import layouts, packed, used, welcomes
from voiceguide.export.page.recordings import BITS_PER_SECOND, recordings

MAX_MS = 90 * MINUTE
"""The longest session that a page plays: a phone keeps all of its sound in memory, 2.6 MB a minute."""

_BASE64 = 4 / 3
"""By how much base64 makes bytes longer."""

_PROGRAM_BYTES = 300_000
"""About what a page has besides the recordings: its program, and the layouts."""


def size(job: ExportJob) -> int:
    ms = sum(job.clip(event).ms for event in used([job.timeline, *welcomes(job)]).values())
    return int(ms * BITS_PER_SECOND[job.options.quality] / 8_000 * _BASE64) + _PROGRAM_BYTES


def write(job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
    """Write the page, in UTF-8.

    Raises ExportError for a session with a bed or of more than MAX_MS, and for a sound that can't be encoded.
    """
    if job.session.bed:
        raise ExportError("a page has no bed; leave --bed out, or export an MP3")
    if job.timeline.duration_ms > MAX_MS:
        raise ExportError(
            f"a page plays at most {format_length(MAX_MS)}, since a phone keeps all of it in memory; "
            "export fewer techniques, one page each, or an MP3"
        )
    laid_out = [timeline for timeline in layouts(job) if timeline.duration_ms <= MAX_MS]
    back = welcomes(job)
    clips = used([*laid_out, *back])
    session = packed(job, laid_out, back, clips)
    file.write(assembled(session, recordings(job, clips, progress)).encode("utf-8"))
