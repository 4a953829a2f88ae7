"""The take-away page: one HTML file that plays a session in a browser, at any speech speed and without a network."""

from __future__ import annotations

from typing import IO

from voiceguide.base.errors import ExportError
from voiceguide.base.moments import MINUTE, written
from voiceguide.export.page.assembly import assembled
from voiceguide.export.page.layouts import layouts, packed, used
from voiceguide.export.page.recordings import BITS, recordings
from voiceguide.export.programme import Programme, Progress

MAX_MS = 90 * MINUTE
"""The longest session that a page plays: a phone keeps all of its sound in memory, 2.6 MB a minute."""

_BASE64 = 4 / 3
_AROUND_BYTES = 300_000


def size(programme: Programme) -> int:
    clips = {(event.text, event.sound): event for event in programme.timeline.events if event.audible}.values()
    ms = sum(programme.clip(event).ms for event in clips)
    return int(ms * BITS[programme.form.quality] / 8_000 * _BASE64) + _AROUND_BYTES


def write(programme: Programme, progress: Progress, file: IO[bytes]) -> None:
    """The page, in UTF-8. Raises ExportError for a session that no page plays, or a sound that can't be encoded."""
    if programme.session.bed:
        raise ExportError("a page has no bed; leave --bed out, or export an MP3")
    if programme.timeline.duration_ms > MAX_MS:
        raise ExportError(
            f"a page plays at most {written(MAX_MS)}, since a phone keeps all of it in memory; "
            "export fewer techniques, one page each, or an MP3"
        )
    laid_out = [timeline for timeline in layouts(programme) if timeline.duration_ms <= MAX_MS]
    clips = used(laid_out)
    session = packed(programme, laid_out, clips)
    file.write(assembled(session, recordings(programme, clips, progress)).encode("utf-8"))
