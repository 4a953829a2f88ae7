"""Keeps the screen on and the machine awake, for a listener who reads along or has no hand free to wake it."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def kept(wanted: bool) -> Iterator[bool]:
    """Keep the screen on while the block runs, if that is `wanted`; yield whether it worked."""
    if not wanted:
        yield False
        return
    from wakepy import keep

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with keep.presenting(on_fail="pass") as mode:
            yield bool(mode.active)
