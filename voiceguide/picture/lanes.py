"""What each lane of the picture shows: parts, repeats, sides, the listener's time, chimes and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from voiceguide.base.moments import format_length, short_timestamp
from voiceguide.draw.shapes import Box, Drawn, Shape, Text, fitted_text, text_width, wrapped_text
from voiceguide.picture.grid import Grid, Piece
from voiceguide.timeline import Event, Timeline, full_title

KIND_HEIGHTS: Mapping[str, float] = {"hold": 38, "wait": 30, "move": 24, "rest": 18, "settle": 14}
"""The height of each kind of the listener's time: the more effort, the higher."""

_SIDE_HEIGHT, _SMALL = 14, 11.5
_LINES, _LINE = 3, 13

_PAUSE_MS = 1_600
"""The longest silence inside one speech."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A strip of each row: its name and height, and the function that draws it at a y below the top of the row.

    `occurs` tells whether a session has something in it.
    """

    name: str
    height: float
    drawn: Callable[[Timeline, Grid, float], Iterator[Drawn]]
    occurs: Callable[[Timeline], bool] = bool


def lanes(timeline: Timeline) -> tuple[Lane, ...]:
    """Return the lanes in which a session has something."""
    return tuple(lane for lane in _LANES if lane.occurs(timeline))


def _parts(timeline: Timeline, grid: Grid, y: float) -> Iterator[Drawn]:
    """Draw each chapter with its title, where it begins and again in every row."""
    for number, chapter in enumerate(timeline.chapters):
        about = full_title(timeline, chapter)
        for piece in grid.pieces(chapter.start_ms, chapter.end_ms):
            yield Box(piece.x, piece.y + y, piece.width, 20, ("part", "other part")[number % 2], 4, about)
            words = fitted_text(chapter.title if piece.first else f"… {chapter.title}", 12, piece.width - 14)
            yield Text(piece.x + 7, piece.y + y + 14.5, words, 12, "ink" if piece.first else "faint", bold=piece.first)


def _times(timeline: Timeline, grid: Grid, y: float) -> Iterator[Drawn]:
    """Draw each repetition, with its number and how many there are."""
    for (_, repetition, of, _), events in groupby(timeline.events, _visit):
        if repetition and of:
            said = f"{repetition} of {of}"
            fill = ("other time", "time")[repetition % 2]
            yield from _strips(grid, _stretch(events), y, 14, fill, "ink", (said, str(repetition)))


def _sides(timeline: Timeline, grid: Grid, y: float) -> Iterator[Drawn]:
    """Draw the left side above, the right side below."""
    for side, events in groupby(timeline.events, lambda event: event.where.side):
        if side:
            top, ink = (y, "on left") if side == "left" else (y + _SIDE_HEIGHT, "on right")
            yield from _strips(grid, _stretch(events), top, _SIDE_HEIGHT, side, ink, (side,))


def _visit(event: Event) -> tuple[int, int | None, int | None, str | None]:
    where = event.where
    return where.chapter, where.repetition, where.of, where.side


def _stretch(events: Iterator[Event]) -> tuple[int, int]:
    """Return the milliseconds at which the first event begins and the last one ends."""
    first, *others = events
    return first.start_ms, max(event.end_ms for event in (first, *others))


def _strips(
    grid: Grid, stretch: tuple[int, int], y: float, height: float, fill: str, ink: str, names: tuple[str, ...]
) -> Iterator[Drawn]:
    for piece in grid.pieces(*stretch):
        yield Box(piece.x, piece.y + y, max(0.5, piece.width - 1), height, fill, 3, names[0])
        yield from _inside(piece, y + height - 3.5, names, ink)


def _inside(piece: Piece, y: float, names: tuple[str, ...], ink: str) -> Iterator[Drawn]:
    """Write the first of some names for which there is room."""
    for name in names:
        if text_width(name, _SMALL) <= piece.width - 8:
            yield Text(piece.x + 5, piece.y + y, name, _SMALL, ink)
            return


def _time(timeline: Timeline, grid: Grid, y: float) -> Iterator[Drawn]:
    """Draw the listener's time on a base line: the more effort, the higher."""
    for piece in grid.pieces(0, timeline.duration_ms):
        yield Box(piece.x, piece.y + y + KIND_HEIGHTS["hold"], piece.width, 1.5, "ground")
    for event in timeline.events:
        if event.audible:
            continue
        height = KIND_HEIGHTS[event.kind]
        lasts = format_length(event.end_ms - event.start_ms)
        names = (f"{event.kind} {lasts}", lasts)
        ink = "on hold" if event.kind == "hold" else "on time"
        for piece in grid.pieces(event.start_ms, event.end_ms):
            top = y + KIND_HEIGHTS["hold"] - height
            about = f"{short_timestamp(event.start_ms)} {names[0]}"
            yield Box(piece.x, piece.y + top, max(0.5, piece.width - 1), height, event.kind, 3, about)
            yield from _inside(piece, top + height / 2 + 4, names, ink)


def _chimes(timeline: Timeline, grid: Grid, y: float) -> Iterator[Drawn]:
    """Draw a diamond for each sound, where it begins; a small one for a tick."""
    for event in timeline.events:
        if event.sound:
            x, top = grid.place(event.start_ms)
            size = 2.6 if event.sound == "tick" else 5
            yield chime(x + 1, top + y + 5, size, f"{short_timestamp(event.start_ms)} {event.sound}")


def chime(x: float, y: float, size: float, about: str = "") -> Shape:
    """Return a diamond for a sound, which reaches `size` from its center."""
    return Shape(((x - size, y), (x, y - size), (x + size, y), (x, y + size)), "chime", about)


def _words(timeline: Timeline, grid: Grid, y: float) -> Iterator[Drawn]:
    """Draw each line for as long as it takes, and write below it what is said, as far as there is room."""
    for event in timeline.events:
        for piece in grid.pieces(event.start_ms, event.end_ms) if event.text else ():
            fill = "inside" if event.inside else "words"
            about = f"{short_timestamp(event.start_ms)} {event.text}"
            yield Box(piece.x, piece.y + y, max(1, piece.width - 1), 7, fill, 3, about)
    speeches = list(_speeches(timeline))
    for speech, following in zip(speeches, [*speeches[1:], None], strict=True):
        end_ms = following[0].start_ms if following else grid.rows * grid.row_ms
        widest = max(grid.pieces(speech[0].start_ms, end_ms), key=lambda piece: piece.width)
        said = " ".join(event.text or "" for event in speech)
        for number, line in enumerate(wrapped_text(said, _SMALL, widest.width - 6, _LINES)):
            ink = "faint" if speech[0].inside else "ink"
            yield Text(widest.x, widest.y + y + 19 + _LINE * number, line, _SMALL, ink)


def _speeches(timeline: Timeline) -> Iterator[list[Event]]:
    """Yield lines that follow each other closely as one speech."""
    speech: list[Event] = []
    for event in timeline.events:
        if not event.text:
            continue
        if speech and not _goes_on(speech[-1], event):
            yield speech
            speech = []
        speech.append(event)
    if speech:
        yield speech


def _goes_on(before: Event, event: Event) -> bool:
    same = (before.inside, before.where.chapter) == (event.inside, event.where.chapter)
    return same and event.start_ms - before.end_ms <= _PAUSE_MS


_LANES = (
    Lane("parts", 20, _parts),
    Lane("times", 14, _times, lambda timeline: any(event.where.of for event in timeline.events)),
    Lane("sides", 2 * _SIDE_HEIGHT, _sides, lambda timeline: any(event.where.side for event in timeline.events)),
    Lane("time", KIND_HEIGHTS["hold"], _time),
    Lane("chimes", 10, _chimes),
    Lane("words", 10 + _LINES * _LINE, _words),
)
