"""What can go wrong in words a person can act on; every complaint the program makes is one of these."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

USAGE = 2
"""Exit status of a wrong call or a wrong script."""

OTHER = 1
"""Exit status of everything else that went wrong."""


class VoiceguideError(Exception):
    """A sentence for the person at the terminal: what went wrong, where, and what would be right."""

    exit_status = OTHER


class UsageError(VoiceguideError):
    """The call asks for something that isn't there: an unknown technique, voice, format or file."""

    exit_status = USAGE


class VoiceError(VoiceguideError):
    """No voice, or a line that the voice could not say."""


class DeviceError(VoiceguideError):
    """No sound device, or one that refuses to play."""


class ExportError(VoiceguideError):
    """A file that could not be written; whatever was at its name before is still there."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A spot in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One complaint about a script: where, what is wrong, and what would be right."""

    place: Place
    what: str
    instead: str = ""

    def __str__(self) -> str:
        complaint = f"{self.place}: {self.what}"
        return f"{complaint}; {self.instead}" if self.instead else complaint


class ScriptError(VoiceguideError):
    """Every mistake found in one script, in the order of its lines."""

    exit_status = USAGE

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters and those that turn the direction of text: no script may hold one; tab and newline are allowed."""


def visible(text: str) -> str:
    r"""`text` with control and format characters written out (`\x1b`), so that a terminal obeys none of them."""
    return "".join(
        char if char == "\n" or unicodedata.category(char) not in _INVISIBLE else _escaped(char) for char in text
    )


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
