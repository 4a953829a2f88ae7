"""The shapes that make up a drawing, in units of its own space: x grows to the right, y downward.

Colors are names in a palette, so that a drawing can be painted for a white page and for a dark one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]
"""Which point of a text its `x` is."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with corners of `radius`; `about` is shown when somebody points at it."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    radius: float = 0
    about: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled polygon through `points`, pairs of x and y."""

    points: tuple[tuple[float, float], ...]
    fill: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text, `size` high, on the baseline `y`; `x` is its start, its middle or its end."""

    x: float
    y: float
    words: str
    size: float
    fill: str = "ink"
    anchor: Anchor = "start"
    bold: bool = False


Drawn = Box | Shape | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, `width` by `height`: its shapes in the order in which they are painted, text on top of all others.

    `title` and `about` say what there is to see, for those who can't see it.
    """

    width: float
    height: float
    title: str
    about: str
    shapes: tuple[Drawn, ...]


_LEAST_LETTERS = 3
"""How many letters of a text have to fit for it to be shown at all."""

_NARROW = frozenset("ijlftrI.,;:!|'’‘()[]- ·")
_WIDE = frozenset("mwMWÆŒæœ—…%@")


def text_width(words: str, size: float) -> float:
    """Return about how wide `words` are, rather more than less, as each painter has a font of its own."""
    return size * sum(_em(char) for char in words)


def _em(char: str) -> float:
    if char in _NARROW:
        return 0.34
    if char in _WIDE:
        return 0.95
    if ord(char) >= 0x2E80:  # from here on, characters are as wide as they are high
        return 1.05
    return 0.68 if char.isupper() else 0.58


def fitted_text(words: str, size: float, width: float) -> str:
    """Return `words`, or as much of their beginning as fits, with a `…` behind it; "" if that is hardly a word."""
    return "".join(wrapped_text(words, size, width, lines=1))


def wrapped_text(words: str, size: float, width: float, lines: int) -> tuple[str, ...]:
    """Break `words` into at most `lines` lines between words; what doesn't fit is replaced by a `…`."""
    found: list[str] = []
    rest = words.strip()
    while rest and len(found) < lines:
        kept = _kept(rest, size, width)
        space = len(rest) if kept == len(rest) else rest.rfind(" ", 0, kept + 1)
        if space <= 0 or (space < len(rest) and len(found) == lines - 1):
            return _ending(found, rest, size, width)
        found.append(rest[:space])
        rest = rest[space:].lstrip()
    return tuple(found)


def _ending(found: list[str], rest: str, size: float, width: float) -> tuple[str, ...]:
    """Return the lines `found` so far, and as much of the `rest` as fits, or at least a `…`."""
    if last := _cut(rest, size, width):
        return (*found, last)
    return (*found[:-1], _cut(f"{found[-1]} {rest}", size, width)) if found else ()


def _cut(words: str, size: float, width: float) -> str:
    kept = _kept(words, size, width - text_width("…", size))
    space = words.rfind(" ", 0, kept + 1)
    kept = space if space >= _LEAST_LETTERS else kept
    return f"{words[:kept].rstrip(' ,;:.')}…" if kept >= _LEAST_LETTERS else ""


def _kept(words: str, size: float, width: float) -> int:
    """Return how many of the first letters of `words` fit."""
    for number, char in enumerate(words):
        width -= text_width(char, size)
        if width < 0:
            return number
    return len(words)
