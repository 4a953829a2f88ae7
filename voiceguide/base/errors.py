"""The errors of the program, in words that a person can act on; every complaint it makes is one of these."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from voiceguide.base.nearest import nearest


class VoiceguideError(Exception):
    """A sentence for a person: what went wrong, where, and what would be right."""


class UsageError(VoiceguideError):
    """A request that can't be met: options that contradict each other, or a file that isn't there."""


class UnknownNameError(UsageError):
    """A name that nothing has. `kind` says what it was meant to name, and `known` lists the names that exist.

    `suggestion` is the most similar of them, or None.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], otherwise: str = "") -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        self.suggestion = nearest(name, self.known)
        right = f"did you mean {self.suggestion}?" if self.suggestion else otherwise
        right = right or f"there are: {', '.join(self.known)}"
        super().__init__(f"unknown {kind} ‘{shortened(name)}’; {right}")


class ConfigError(VoiceguideError):
    """One of the listener's own files can't be used; `line`, from 1, is the line to blame, or None."""

    def __init__(self, file: Path, problem: str, line: int | None = None) -> None:
        self.file = file
        self.problem = problem
        self.line = line
        where = str(file) if line is None else f"{file}:{line}"
        super().__init__(visible(f"{where}: {problem}"))


class MissingExtraError(UsageError):
    """Something needs packages that aren't installed; `extra` is the extra of voiceguide that installs them."""

    def __init__(self, what: str, extra: str, package: str | None = None) -> None:
        self.what = what
        self.extra = extra
        self.package = package
        needs = f"{package}, which isn’t installed" if package else f"the extra “{extra}”"
        super().__init__(f"{what} needs {needs}; run: {install(extra)}")


class VoiceError(VoiceguideError):
    """There is no voice, or it could not say a line."""


class DeviceError(VoiceguideError):
    """There is no sound device, or it refuses to play."""


class ExportError(VoiceguideError):
    """A file could not be written; whatever had its name before is still there."""


def install(extra: str) -> str:
    """Return the command line that installs the extra `extra` of voiceguide."""
    return f'pip install "voiceguide[{extra}]"'


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; lines and columns count from 1."""

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
    """All mistakes found in one script, in the order of its lines."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, and those that change the direction of text. No script may hold one, except tab and newline."""


def visible(text: str) -> str:
    r"""Return `text` with control and format characters escaped (`\x1b`), so that a terminal obeys none of them."""
    return "".join(
        char if char == "\n" or unicodedata.category(char) not in _INVISIBLE else _escaped(char) for char in text
    )


def shortened(name: str, longest: int = 80) -> str:
    """Return `name` as a message can show it: printable, and cut to `longest` characters."""
    return visible(name if len(name) <= longest else f"{name[: longest - 1]}…")


_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
