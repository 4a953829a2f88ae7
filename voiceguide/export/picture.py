"""A session's picture as a file: SVG for pages, PNG for everything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from voiceguide.base.errors import ExportError, UsageError, visible
from voiceguide.base.files import atomic_file
from voiceguide.draw.shapes import Drawing
from voiceguide.timeline import Timeline

Painter = Callable[[Drawing], bytes]

_PIXELS = 2
"""Pixels for each unit of the drawing, so that a PNG is sharp on today's screens."""


def _as_svg(drawing: Drawing) -> bytes:
    from voiceguide.draw.svg import svg

    return svg(drawing).encode()


def _as_png(drawing: Drawing) -> bytes:
    from voiceguide.draw.palette import LIGHT
    from voiceguide.draw.png import png

    return png(drawing, LIGHT, _PIXELS)


_PAINTERS: dict[str, Painter] = {".svg": _as_svg, ".png": _as_png}


def painter(path: Path) -> Painter:
    """Return what paints a file with this suffix. Raises UsageError if nothing does."""
    if path.suffix.lower() not in _PAINTERS:
        raise UsageError(f"{visible(str(path))}: a picture is an .svg or a .png; name such a file")
    return _PAINTERS[path.suffix.lower()]


def draw(timeline: Timeline, path: Path, paint: Painter) -> None:
    """Draw the session into the file at `path`, whole or not at all. Raises ExportError."""
    from voiceguide.picture.chart import picture

    if timeline.duration_ms == 0:
        raise ExportError("the session is empty: there is nothing to draw")
    drawn = paint(picture(timeline))
    with atomic_file(path, len(drawn)) as file:
        file.write(drawn)
