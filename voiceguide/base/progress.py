"""How far long work has got."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much: lines when recording, frames when exporting."""


def no_progress(_done: int, _total: int) -> None:
    """Ignore the progress of work that nobody watches."""
