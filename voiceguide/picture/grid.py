"""Where things stand in the picture: rows of some minutes each, and in every row the same lanes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from voiceguide.base.moments import MINUTE, SECOND
from voiceguide.timeline import Timeline

WIDTH = 1_000
MARGIN = 32
LEFT = MARGIN + 60
ACROSS = WIDTH - LEFT - MARGIN
TOP = 104
BETWEEN_ROWS = 34

_ROW_MS = tuple(seconds * SECOND for seconds in (60, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600))
_FEW_ROWS, _MANY_ROWS = 8, 60
_CLEAR_MS = 5 * MINUTE
_BETWEEN_LANES = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a stretch of time that lies in one row: its left edge, its width, and the top of the row's lanes.

    `first` tells that the stretch begins here, and not in a row before.
    """

    x: float
    width: float
    y: float
    first: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of `row_ms` each. `lanes` has the distance of each lane from the top of its row, by name."""

    row_ms: int
    rows: int
    lanes: Mapping[str, float]
    row_height: float

    @property
    def bottom(self) -> float:
        return TOP + self.rows * (self.row_height + BETWEEN_ROWS)

    def y(self, row: int) -> float:
        """Where the lanes of a row begin."""
        return TOP + row * (self.row_height + BETWEEN_ROWS)

    def place(self, ms: int) -> tuple[float, float]:
        """The x of a moment, and the top of its row."""
        row, rest = divmod(ms, self.row_ms)
        return LEFT + ACROSS * rest / self.row_ms, self.y(row)

    def pieces(self, start_ms: int, end_ms: int) -> Iterator[Piece]:
        """A stretch of time, cut where rows end."""
        for row in range(start_ms // self.row_ms, -(-end_ms // self.row_ms)):
            begins = row * self.row_ms
            first, last = max(start_ms, begins) - begins, min(end_ms, begins + self.row_ms) - begins
            scale = ACROSS / self.row_ms
            yield Piece(LEFT + first * scale, (last - first) * scale, self.y(row), first + begins == start_ms)


def grid(timeline: Timeline, lanes: Mapping[str, float]) -> Grid:
    """The grid of a session; `lanes` has the height of each, from the top down."""
    row_ms = row_length(timeline.duration_ms)
    offsets: dict[str, float] = {}
    height = 0.0
    for name, lane_height in lanes.items():
        offsets[name] = height
        height += lane_height + _BETWEEN_LANES
    return Grid(row_ms, max(1, -(-timeline.duration_ms // row_ms)), offsets, height)


def row_length(duration_ms: int) -> int:
    """The time in a row: so much that there are few rows, while words can be seen in them; later, not too many."""
    for row_ms in _ROW_MS:
        rows = -(-duration_ms // row_ms)
        if rows <= _FEW_ROWS or (row_ms >= _CLEAR_MS and rows <= _MANY_ROWS):
            return row_ms
    return _ROW_MS[-1]
