"""The chimes: those that come with voiceguide, and the listener's own in their place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voiceguide.audio import audiofile
from voiceguide.audio.clip import Clip
from voiceguide.base import paths
from voiceguide.base.errors import Mistake, Place, ScriptError
from voiceguide.base.nearest import suggestion

SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a")
"""The suffixes of sound files, the preferred ones first."""


def load(wanted: Mapping[str, Place]) -> dict[str, Clip]:
    """Return the clips of the sounds in `wanted`, a mapping from each name to the place that asks for it.

    Raises ScriptError for names that no folder has, and AudioFileError for a file that isn't a sound.
    """
    files = {name: _find(name) for name in wanted}
    if missing := [name for name, file in files.items() if file is None]:
        raise ScriptError([_unknown(name, wanted[name]) for name in missing])
    return {name: audiofile.read(file) for name, file in files.items() if file}


def names() -> list[str]:
    """Return the names of all sounds, sorted."""
    found = {file.stem for folder in _folders() for file in folder.glob("*") if file.suffix.lower() in SUFFIXES}
    return sorted(found)


def own_folder() -> Path:
    """Return the folder where a listener can put a sound of the same name to replace one."""
    return paths.config_folder() / "sounds"


def _folders() -> tuple[Path, Path]:
    return own_folder(), paths.shipped("sounds")


def _find(name: str) -> Path | None:
    files = (folder / f"{name}{suffix}" for folder in _folders() for suffix in SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def _unknown(name: str, place: Place) -> Mistake:
    right = suggestion(name, names()) or f"there are: {', '.join(names())}"
    return Mistake(place, f"no sound is called ‘{name}’", right)
