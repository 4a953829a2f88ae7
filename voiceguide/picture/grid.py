"""Where things are in the picture: rows of some minutes each, and the same lanes in every row."""

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

    `first` says whether the stretch begins here, not in an earlier row.
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
        """The y below the last row."""
        return TOP + self.rows * (self.row_height + BETWEEN_ROWS)

    def y(self, row: int) -> float:
        """Return the top of a row's lanes."""
        return TOP + row * (self.row_height + BETWEEN_ROWS)

    def place(self, ms: int) -> tuple[float, float]:
        """Return the x of a moment, and the top of its row."""
        row, rest = divmod(ms, self.row_ms)
        return LEFT + ACROSS * rest / self.row_ms, self.y(row)

    def pieces(self, start_ms: int, end_ms: int) -> Iterator[Piece]:
        """Yield a stretch of time in pieces, cut where rows end."""
        for row in range(start_ms // self.row_ms, -(-end_ms // self.row_ms)):
            row_start_ms = row * self.row_ms
            first_ms = max(start_ms, row_start_ms) - row_start_ms
            last_ms = min(end_ms, row_start_ms + self.row_ms) - row_start_ms
            scale = ACROSS / self.row_ms
            begins_here = first_ms + row_start_ms == start_ms
            yield Piece(LEFT + first_ms * scale, (last_ms - first_ms) * scale, self.y(row), begins_here)


def grid(timeline: Timeline, lanes: Mapping[str, float]) -> Grid:
    """Return the grid of a session; `lanes` has the height of each lane by name, from the top down."""
    row_ms = row_length(timeline.duration_ms)
    offsets: dict[str, float] = {}
    height = 0.0
    for name, lane_height in lanes.items():
        offsets[name] = height
        height += lane_height + _BETWEEN_LANES
    return Grid(row_ms, max(1, -(-timeline.duration_ms // row_ms)), offsets, height)


def row_length(duration_ms: int) -> int:
    """Return the milliseconds of a row: long enough for few rows, as long as words can be seen, or for not too many."""
    for row_ms in _ROW_MS:
        rows = -(-duration_ms // row_ms)
        if rows <= _FEW_ROWS or (row_ms >= _CLEAR_MS and rows <= _MANY_ROWS):
            return row_ms
    return _ROW_MS[-1]
