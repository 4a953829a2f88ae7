"""The tests that docs/faults.md names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/faults.md"
TEST = re.compile(r"`(test_\w+\.py): ([^`]+)`")
"""A test in that page: its file, and its name without what all have."""


@cache
def named() -> set[tuple[str, str]]:
    """Read the page: the file and the name of each test, as pytest has them."""
    return {(file, f"test_{test}") for file, test in TEST.findall(PAGE.read_text(encoding="utf-8"))}
