"""The picture of a session: a title, rows of lanes, and a legend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from voiceguide.base.moments import format_length, short_timestamp
from voiceguide.draw.shapes import Box, Drawing, Drawn, Text, fitted_text, text_width
from voiceguide.picture.grid import ACROSS, LEFT, MARGIN, WIDTH, Grid, grid
from voiceguide.picture.lanes import KIND_HEIGHTS, Lane, chime, lanes
from voiceguide.timeline import Timeline, full_title

_LEGEND_HEIGHT = 52
_LEAST_TITLE = 17
_TICKS = 6
"""How many pieces a row is divided into by lines."""

_MEANS = {
    "hold": "hold",
    "wait": "until you are ready",
    "move": "move",
    "rest": "rest",
    "settle": "settle",
    "words": "words",
    "inside": "words inside a time",
}


def picture(timeline: Timeline) -> Drawing:
    """Draw the whole session, in rows of a length at which words and holds can be seen."""
    shown = lanes(timeline)
    rows = grid(timeline, {lane.name: lane.height for lane in shown})
    height = rows.bottom + _LEGEND_HEIGHT
    return Drawing(
        width=WIDTH,
        height=height,
        title=timeline.title,
        about=described(timeline),
        shapes=(
            Box(0, 0, WIDTH, height, "paper", 12),
            *_header(timeline),
            *_axes(timeline, rows),
            *_names(shown, rows),
            *(shape for lane in shown for shape in lane.drawn(timeline, rows, rows.lanes[lane.name])),
            *_legend(timeline, rows.bottom + 18),
        ),
    )


def described(timeline: Timeline) -> str:
    """Return the picture in words."""
    parts = ", ".join(f"{full_title(timeline, part)} at {short_timestamp(part.start_ms)}" for part in timeline.chapters)
    return f"A session of {short_timestamp(timeline.duration_ms)}: {parts}. {'. '.join(_sums(timeline))}."


def _sums(timeline: Timeline) -> Iterator[str]:
    """Yield how many holds, moves and rests there are, and how long they last together."""
    spans = [event for event in timeline.events if not event.audible]
    counts = Counter(event.kind for event in spans)
    for kind in ("hold", "move", "rest"):
        if count := counts[kind]:
            lasts = format_length(sum(event.end_ms - event.start_ms for event in spans if event.kind == kind))
            yield f"{count} {kind}{'' if count == 1 else 's'}, {lasts}"


def _header(timeline: Timeline) -> Iterator[Drawn]:
    total = short_timestamp(timeline.duration_ms)
    room = WIDTH - 2 * MARGIN - text_width(total, 34) - 30
    size = max(_LEAST_TITLE, min(28, 28 * room / max(1, text_width(timeline.title, 28))))
    yield Text(MARGIN, 52, fitted_text(timeline.title, size, room), size, bold=True)
    yield Text(WIDTH - MARGIN, 54, total, 34, anchor="end", bold=True)
    voice = (f"voice {timeline.voice}",) if timeline.voice else ()
    speed = f"speed {timeline.speed:g}"
    facts = "  ·  ".join((*_sums(timeline), *voice, speed))
    yield Text(MARGIN, 77, fitted_text(facts, 13.5, WIDTH - 2 * MARGIN), 13.5, "faint")


def _axes(timeline: Timeline, grid: Grid) -> Iterator[Drawn]:
    """Draw the time that each row begins with, and the lines that divide it, up to the end of the session."""
    for row in range(grid.rows):
        y, start_ms = grid.y(row), row * grid.row_ms
        yield Text(LEFT - 12, y + 15, short_timestamp(start_ms), 14, anchor="end", bold=True)
        for tick in range(_TICKS + 1):
            ms = start_ms + tick * grid.row_ms // _TICKS
            if ms <= timeline.duration_ms:
                yield from _axis(
                    LEFT + ACROSS * tick / _TICKS, y, grid.row_height, short_timestamp(ms) if 0 < tick < _TICKS else ""
                )
    yield from _end(timeline, grid)


def _axis(x: float, y: float, height: float, moment: str) -> Iterator[Drawn]:
    yield Box(x - 0.5, y - 3, 1, height + 3, "grid")
    yield Text(x, y + height + 11, moment, 10.5, "faint", "middle")


def _end(timeline: Timeline, grid: Grid) -> Iterator[Drawn]:
    """Draw a mark where the session is over."""
    if timeline.duration_ms % grid.row_ms:
        x, y = grid.place(timeline.duration_ms)
        yield Box(x, y - 3, 2, grid.lanes["words"] + 3, "faint")


def _names(shown: Sequence[Lane], grid: Grid) -> Iterator[Drawn]:
    """Write the lanes' names beside the first row; that of the first lane gives way to the time."""
    for lane in shown[1:]:
        y = grid.y(0) + grid.lanes[lane.name] + min(lane.height / 2 + 4, 24)
        yield Text(LEFT - 12, y, lane.name, 11, "faint", "end")


def _legend(timeline: Timeline, y: float) -> Iterator[Drawn]:
    """Write what each color means that occurs."""
    x: float = LEFT
    for name, means in _meant(timeline):
        yield from _swatch(name, x, y)
        yield Text(x + 24, y + 10, means, 12, "ink")
        x += 24 + text_width(means, 12) + 16


def _meant(timeline: Timeline) -> Iterator[tuple[str, str]]:
    kinds = {event.kind for event in timeline.events}
    there = {*kinds, *("inside" if event.inside else "words" for event in timeline.events if event.text)}
    yield from ((name, means) for name, means in _MEANS.items() if name in there)
    sounds = {event.sound for event in timeline.events if event.sound}
    if sounds - {"tick"}:
        yield "chime", "chime"
    if "tick" in sounds:
        yield "tick", "tick"


def _swatch(name: str, x: float, y: float) -> Iterator[Drawn]:
    match name:
        case "chime" | "tick":
            yield chime(x + 12, y + 6, 5 if name == "chime" else 2.6)
        case "words" | "inside":
            yield Box(x, y + 3, 18, 7, name, 3)
        case _:
            height = KIND_HEIGHTS[name] / 2.4
            yield Box(x, y + 11 - height, 18, height, name, 3)
