"""The bookmark: where a session was left, for `--resume`; one small file, rewritten whole at every step."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voiceguide.base import paths
from voiceguide.base.errors import ConfigError, UsageError, VoiceguideError
from voiceguide.base.files import write_atomically

VERSION = 2
MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A session as it was asked for, and the number of the `step` that it was in.

    `options` are those of the session, by name, with values that JSON can hold. `scripts` is the SHA-256 of all its
    scripts: if they have changed, it is another session.
    """

    techniques: tuple[str, ...]
    options: dict[str, Any]
    step: int
    scripts: str
    title: str


def file() -> Path:
    """Return the path of the bookmark, whether or not there is one."""
    return paths.data_folder() / "unfinished.json"


def put(mark: Bookmark) -> None:
    """Keep `mark` in place of the one before. Raises VoiceguideError if it can't be written."""
    try:
        write_atomically(file(), json.dumps({"version": VERSION, **asdict(mark)}).encode())
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be written ({error.strerror}); the session can't be resumed") from None


def get() -> Bookmark:
    """Return the bookmark. Raises UsageError if there is none, and ConfigError if it can't be read."""
    try:
        if file().exists() and not file().is_file():
            raise ConfigError(file(), "not a file; remove it")
        with file().open("rb") as opened:
            return _read(json.loads(opened.read(MAX_BYTES)))
    except FileNotFoundError:
        raise UsageError("no session was left unfinished; name a technique to begin one") from None
    except OSError as error:
        raise ConfigError(file(), f"can't be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise ConfigError(file(), "can't be used; remove it, and begin a session anew") from None


def _read(stored: dict[str, Any]) -> Bookmark:
    if stored["version"] != VERSION:
        raise ValueError(stored["version"])
    techniques, options = stored["techniques"], stored["options"]
    if not techniques or not all(isinstance(word, str) for word in techniques) or not isinstance(options, dict):
        raise TypeError(techniques)
    return Bookmark(tuple(techniques), options, int(stored["step"]), str(stored["scripts"]), str(stored["title"])[:200])


def clear() -> None:
    """Remove the bookmark, if there is one. Raises VoiceguideError if it can't be removed."""
    try:
        file().unlink(missing_ok=True)
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be removed ({error.strerror})") from None
