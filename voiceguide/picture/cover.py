"""A session's cover: its time as a ring, clockwise from the top, around its title; square, for players and tags."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin, sqrt
from zlib import crc32

from voiceguide.base.moments import short_timestamp
from voiceguide.draw.shapes import Box, Drawing, Drawn, Shape, Text, fitted_text, text_width
from voiceguide.timeline import EventKind, Timeline

SIDE = 800
"""The width and height of the cover, in units of the drawing."""

GROUNDS = 5
"""How many colors the background may have; it depends on the title, so that a technique keeps its color."""

_CENTER = SIDE / 2
_INNER, _OUTER = 306, 378
_WORDS_INNER = 290
_ROOM, _HIGHEST = 276, 388
"""How far from the center the title may reach, and how high it may be."""

_REACH: dict[EventKind, float] = {"hold": 1.0, "wait": 0.74, "move": 0.6, "rest": 0.4, "settle": 0.24}
"""How much of the ring's breadth each kind of time takes: the more effort, the more."""

_GAP = 0.012
"""The part of a whole turn that is left open at the top, on each side."""

_SMOOTH = 0.004
"""The longest straight piece of an arc, as a part of the whole session."""

_LARGEST, _SMALLEST, _SIZE_STEP, _LEADING = 120, 30, 2, 1.08


def cover(timeline: Timeline) -> Drawing:
    """Draw the cover, for a dark palette."""
    ground = crc32(timeline.title.encode(errors="replace")) % GROUNDS
    return Drawing(
        width=SIDE,
        height=SIDE,
        title=timeline.title,
        about=f"A session of {short_timestamp(timeline.duration_ms)} as a ring around its title.",
        shapes=(
            Box(0, 0, SIDE, SIDE, f"cover {ground}"),
            _sector(_INNER, _OUTER, 0, 1, f"ring {ground}"),
            *_ring(timeline),
            *_title(timeline.title),
            Text(_CENTER, _CENTER + 246, short_timestamp(timeline.duration_ms), 46, "cover ink", "middle"),
        ),
    )


def _ring(timeline: Timeline) -> Iterator[Drawn]:
    """Draw the listener's time in the ring, and the words inside it."""
    whole = max(1, timeline.duration_ms)
    for event in timeline.events:
        start, end = event.start_ms / whole, event.end_ms / whole
        if event.kind == "say":
            yield _sector(_WORDS_INNER, _INNER - 6, start, end, "words")
        elif event.kind != "chime":
            reach = _INNER + (_OUTER - _INNER) * _REACH[event.kind]
            yield _sector(_INNER, reach, start, max(start, end - 0.0012), event.kind)


def _sector(inner: float, outer: float, start: float, end: float, fill: str) -> Shape:
    """Return a piece of a ring between two radii, from one part of the session to another, 0 to 1."""
    steps = max(1, round((end - start) / _SMOOTH))
    turns = [_turn(start + (end - start) * step / steps) for step in range(steps + 1)]
    return Shape((*(_at(outer, turn) for turn in turns), *(_at(inner, turn) for turn in reversed(turns))), fill)


def _turn(part: float) -> float:
    """Return a part of the session, 0 to 1, as an angle in radians, clockwise from the top."""
    return 2 * pi * (_GAP + part * (1 - 2 * _GAP))


def _at(radius: float, turn: float) -> tuple[float, float]:
    return _CENTER + radius * sin(turn), _CENTER - radius * cos(turn)


def _title(title: str) -> Iterator[Drawn]:
    """Write the title, as large as fits inside the ring."""
    size, lines = _set(" ".join(title.split()))
    top = _CENTER - len(lines) * size * _LEADING / 2 - 16
    for number, line in enumerate(lines):
        baseline = top + (number + 0.8) * size * _LEADING
        yield Text(_CENTER, baseline, line, size, "cover ink", "middle", bold=True)


def _set(title: str) -> tuple[float, list[str]]:
    """Return the largest size at which the title fits, and its lines; a title that is too long is cut."""
    for size in range(_LARGEST, _SMALLEST, -_SIZE_STEP):
        for count in range(1, int(_HIGHEST / (size * _LEADING)) + 1):
            if lines := _broken(title, size, count):
                return size, lines
    return _SMALLEST, [fitted_text(title, _SMALLEST, _widths(_SMALLEST, 1)[0])]


def _broken(title: str, size: float, count: int) -> list[str]:
    """Break the title into `count` lines; return none if it doesn't fit."""
    lines, words = [], title.split(" ")
    for width in _widths(size, count):
        line = ""
        while words and text_width(f"{line} {words[0]}".strip(), size) <= width:
            line = f"{line} {words.pop(0)}".strip()
        lines.append(line)
    return lines if not words and all(lines) else []


def _widths(size: float, count: int) -> list[float]:
    """Return how wide each of `count` lines may be inside the ring."""
    height = size * _LEADING
    edges = [abs(line + side - count / 2) * height for line in range(count) for side in (0, 1)]
    far = [max(pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
    return [2 * sqrt(max(0.0, _ROOM**2 - edge**2)) for edge in far]
