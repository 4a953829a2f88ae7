"""A drawing as SVG: text stays text, colors follow the page, and screen readers get a description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from voiceguide.base.errors import visible
from voiceguide.draw.palette import DARK, LIGHT, Palette
from voiceguide.draw.shapes import Box, Drawing, Drawn, Shape, Text

_FONTS = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_NOT_IN_XML = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}


def svg(drawing: Drawing) -> str:
    """Return the drawing as a whole SVG document, which needs no other file."""
    return "\n".join(_lines(drawing)) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    width, height = _number(drawing.width), _number(drawing.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-labelledby="title about" font-family="{_FONTS}">'
    )
    yield f'<title id="title">{_text(drawing.title)}</title>'
    yield f'<desc id="about">{_text(drawing.about)}</desc>'
    yield f"<style>{_style(LIGHT)} @media (prefers-color-scheme: dark) {{ {_style(DARK)} }}</style>"
    yield from map(_painted, drawing.shapes)
    yield "</svg>"


def _style(palette: Palette) -> str:
    rules = (f".{_name(name)} {{ fill: {color} }}" for name, color in palette.items())
    return " ".join(rules)


def _painted(shape: Drawn) -> str:
    color = f'class="{_name(shape.fill)}"'
    match shape:
        case Box(x, y, width, height):
            corners = f' rx="{_number(shape.radius)}"' if shape.radius else ""
            place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
            return _told(f"rect {place}{corners} {color}", shape.about)
        case Shape(points):
            return _told(f'path d="{_outline(points)}" {color}', shape.about)
        case Text(x, y, words, size):
            place = f'x="{_number(x)}" y="{_number(y)}" font-size="{_number(size)}"'
            anchor = f' text-anchor="{shape.anchor}"' if shape.anchor != "start" else ""
            weight = ' font-weight="600"' if shape.bold else ""
            return f"<text {place}{anchor}{weight} {color}>{_text(words)}</text>"


def _told(tag: str, about: str) -> str:
    name = tag.split(" ", 1)[0]
    return f"<{tag}><title>{_text(about)}</title></{name}>" if about else f"<{tag}/>"


def _outline(points: Iterable[tuple[float, float]]) -> str:
    return f"M{'L'.join(f'{_number(x)} {_number(y)}' for x, y in points)}Z"


def _number(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _name(color: str) -> str:
    return color.replace(" ", "-")


def _text(words: str) -> str:
    """Return `words` escaped for XML, without the two characters that it can't hold in any form."""
    return escape(visible(words).translate(_NOT_IN_XML))
