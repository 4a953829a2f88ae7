"""Cases of a test of which the plain command takes one or two."""

from __future__ import annotations

from typing import Any

import pytest


def long_cases(*values: object) -> list[Any]:
    """Mark the other cases of a parametrized test as long: they are slow, and what they show is mostly the same."""
    return [pytest.param(value, marks=pytest.mark.long) for value in values]
