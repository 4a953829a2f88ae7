"""The exit statuses of the program."""

from __future__ import annotations

from voiceguide.base.errors import ConfigError, ScriptError, UsageError, VoiceguideError

USAGE = 2
"""Exit status of a wrong call, a wrong script, or settings that can't be used."""

OTHER = 1
"""Exit status of everything else that went wrong."""


def exit_status(error: VoiceguideError) -> int:
    """Return the exit status for an error."""
    return USAGE if isinstance(error, UsageError | ScriptError | ConfigError) else OTHER
