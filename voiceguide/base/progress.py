"""How far a long piece of work has got."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""A function called with how much is done and how much there is in all: lines recorded, or frames exported."""


def no_progress(_done: int, _total: int) -> None:
    """Ignore the progress of work that nobody watches."""
