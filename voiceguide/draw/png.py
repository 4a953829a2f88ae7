"""A drawing as PNG, painted by Pillow, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from voiceguide.base.errors import visible
from voiceguide.draw.fonts import font_file
from voiceguide.draw.palette import Palette
from voiceguide.draw.shapes import Box, Drawing, Drawn, Shape, Text

_FINER = 3
"""How many times larger shapes are painted, along each side, than they are kept, so that edges are smooth."""

_BAND = 256
"""Rows of pixels that are painted at a time, so that ten hours take no more memory than ten minutes."""

_COLORS = 256
"""Few colors are used, except at smooth edges; so a palette halves the file."""

_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def png(drawing: Drawing, palette: Palette, scale: float = 1) -> bytes:
    """Return the drawing as a PNG file, with `scale` pixels for each unit of the drawing."""
    width, height = round(drawing.width * scale), round(drawing.height * scale)
    picture = Image.new("RGB", (width, height), palette["paper"])
    shapes = [(*_rows(shape, scale), shape) for shape in drawing.shapes if not isinstance(shape, Text)]
    for top in range(0, height, _BAND):
        rows = min(_BAND, height - top)
        here = [shape for first, last, shape in shapes if first <= top + rows and last >= top]
        picture.paste(_band(here, (width, rows), top, scale, palette), (0, top))
    writer = ImageDraw.Draw(picture)
    for shape in drawing.shapes:
        if isinstance(shape, Text):
            _write(writer, shape, scale, palette)
    file = BytesIO()
    picture.quantize(_COLORS, Image.Quantize.FASTOCTREE).save(file, "PNG")
    return file.getvalue()


def _rows(shape: Box | Shape, scale: float) -> tuple[float, float]:
    """Return the first and the last row of pixels that a shape touches."""
    if isinstance(shape, Box):
        return shape.y * scale, (shape.y + shape.height) * scale
    return min(y for _, y in shape.points) * scale, max(y for _, y in shape.points) * scale


def _band(shapes: Iterable[Drawn], size: tuple[int, int], top: int, scale: float, palette: Palette) -> Image.Image:
    fine = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), palette["paper"])
    painter = ImageDraw.Draw(fine)
    for shape in shapes:
        _paint(painter, shape, top * _FINER, scale * _FINER, palette)
    return fine.reduce(_FINER)


def _paint(painter: ImageDraw.ImageDraw, shape: Drawn, top: int, scale: float, palette: Palette) -> None:
    match shape:
        case Box(x, y, width, height, fill, radius):
            # Pillow paints the last pixel of a box as well.
            left, upper = round(x * scale), round(y * scale) - top
            corner = (max(left, round((x + width) * scale) - 1), max(upper, round((y + height) * scale) - top - 1))
            within = min(radius, width / 2, height / 2)
            painter.rounded_rectangle(((left, upper), corner), within * scale, palette[fill])
        case Shape(points, fill):
            painter.polygon([(x * scale, y * scale - top) for x, y in points], palette[fill])


def _write(writer: ImageDraw.ImageDraw, text: Text, scale: float, palette: Palette) -> None:
    font = _font(text.size * scale, text.bold)
    writer.text((text.x * scale, text.y * scale), visible(text.words), palette[text.fill], font, _ANCHORS[text.anchor])


@lru_cache(maxsize=32)
def _font(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file("Semibold" if bold else ""), size)
