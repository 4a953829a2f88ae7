"""The screen stays on, and the machine awake, for a listener who reads along or has no hand free to wake it."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def kept(wanted: bool) -> Iterator[bool]:
    """Keeps the screen on while the block runs, if it is `wanted`; yields whether that is so."""
    if not wanted:
        yield False
        return
    from wakepy import keep

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with keep.presenting(on_fail="pass") as mode:
            yield bool(mode.active)
