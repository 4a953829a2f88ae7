"""What a test can't do without on this machine."""

from __future__ import annotations

import os

import pytest


def need(missing: str | None, whence: str = "") -> None:
    """Skip the test if something is missing; in CI, where everything has to be there, fail it."""
    if not missing:
        return
    reason = f"{missing} is not installed{': ' if whence else ''}{whence}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
