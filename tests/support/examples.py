"""How many random examples a property is tried with."""

from __future__ import annotations

from hypothesis import settings

MOST = 100


def share(part: float) -> int:
    """Reckon how many examples a property gets of which each takes longer, or less long, than usual."""
    return max(5, round(min(MOST, settings().max_examples) * part))
