"""Techniques by name: those that come with voiceguide, and any script file by its path."""

from __future__ import annotations

from pathlib import Path

from voiceguide.base import paths
from voiceguide.base.errors import UnknownNameError, UsageError, shortened, visible
from voiceguide.phrases import base
from voiceguide.script import MAX_BYTES, Script, parse_bytes

SUFFIX = ".md"


def names() -> list[str]:
    """Return the names of the techniques that come with voiceguide: `hands`, and a translation of it, `es/hands`."""
    folder = paths.shipped("scripts")
    return sorted(
        (f.relative_to(folder).with_suffix("").as_posix() for f in folder.rglob(f"*{SUFFIX}")), key=_by_language
    )


def _by_language(name: str) -> tuple[bool, str]:
    return "/" in name, name


def languages(name: str) -> list[str]:
    """Return the languages that a technique that comes with voiceguide is translated into."""
    return [other.split("/")[0] for other in names() if other.endswith(f"/{name}")]


def load_technique(technique: str, language: str | None = None) -> Script:
    """Return the script of a technique, given by name or by the path of its file; with `language`, its translation.

    The translation of a file is looked for in a folder called after the language, beside it. Raises UsageError if there
    is no such technique or translation, ScriptError for mistakes in the script.
    """
    if language and base(language) in languages(technique):
        return _read(f"{base(language)}/{technique}")
    beside = Path(technique).parent / base(language or "") / Path(technique).name
    if language and technique not in names() and _exists(beside):
        return _read(str(beside))
    script = _read(technique)
    if language and base(language) != base(script.language):
        there = ", ".join((script.language, *languages(technique)))
        raise UsageError(f"{shortened(technique)} isn't there in ‘{shortened(language)}’; it is in: {there}")
    return script


def _read(technique: str) -> Script:
    if technique in names():
        return _parsed(paths.shipped("scripts") / f"{technique}{SUFFIX}", f"{technique}{SUFFIX}")
    path = Path(technique)
    if _exists(path):
        if path.is_file():
            return _parsed(path, visible(technique))
        raise UsageError(f"{visible(technique)}: not a file; name a technique or a script file")
    if path.suffix or len(path.parts) > 1:
        raise UsageError(f"{shortened(technique)}: no such file; name a script file, or one of {', '.join(names())}")
    raise UnknownNameError("technique", technique, names())


def is_file(technique: str, file: Path) -> bool:
    """Tell whether `file` is the script that `technique` names."""
    path = Path(technique)
    return _exists(file) and _exists(path) and technique not in names() and path.samefile(file)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long
        return False


def _parsed(path: Path, shown: str) -> Script:
    try:
        with path.open("rb") as file:
            source = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{shown}: can't be read ({error.strerror})") from None
    return parse_bytes(source, shown)
