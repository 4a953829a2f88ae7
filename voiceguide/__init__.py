"""A voice-guided audio session player: it makes a written technique into a session that one can lie down with.

The names in `__all__` are the Python API, described in docs/python.md; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from voiceguide.audio.clip import Clip
    from voiceguide.base.errors import (
        ConfigError,
        DeviceError,
        ExportError,
        MissingExtraError,
        ScriptError,
        UnknownNameError,
        UsageError,
        VoiceError,
        VoiceguideError,
    )
    from voiceguide.export.formats import export_session
    from voiceguide.export.job import ExportOptions
    from voiceguide.library.techniques import load_technique
    from voiceguide.outputs import Output
    from voiceguide.playback.play import play_session
    from voiceguide.session.build import open_session
    from voiceguide.session.options import Options
    from voiceguide.session.session import Session
    from voiceguide.timeline import Timeline
    from voiceguide.voices import Voice

__all__ = [
    "Clip",
    "ConfigError",
    "DeviceError",
    "ExportError",
    "ExportOptions",
    "MissingExtraError",
    "Options",
    "Output",
    "ScriptError",
    "Session",
    "Timeline",
    "UnknownNameError",
    "UsageError",
    "Voice",
    "VoiceError",
    "VoiceguideError",
    "export_session",
    "load_technique",
    "open_session",
    "play_session",
]

_HOMES = {
    "load_technique": "library.techniques",
    "Options": "session.options",
    "open_session": "session.build",
    "Session": "session.session",
    "Timeline": "timeline",
    "export_session": "export.formats",
    "ExportOptions": "export.job",
    "play_session": "playback.play",
    "Clip": "audio.clip",
    "Voice": "voices",
    "Output": "outputs",
}
"""The module of each name of the API; the others, the errors, are in `base.errors`."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'base.errors')}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
