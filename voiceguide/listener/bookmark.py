"""Where a session was left, so that it can be taken up again: one small file, written whole at every step."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from voiceguide.base import paths
from voiceguide.base.errors import UsageError, VoiceguideError

VERSION = 1
MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A session as it was asked for, by techniques and options, and the number of the step it was in.

    `script` is a digest of all that was said and done in it: another one is another session.
    """

    techniques: tuple[str, ...]
    wishes: tuple[str, ...]
    step: int
    script: str
    title: str


def file() -> Path:
    return paths.data_folder() / "unfinished.json"


def put(mark: Bookmark) -> None:
    """Keeps `mark` in place of the one before. Raises VoiceguideError if it can't be written."""
    temporary = file().with_suffix(f".{os.getpid()}")
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps({"version": VERSION, **asdict(mark)}), encoding="utf-8")
        temporary.replace(file())
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be written ({error.strerror}); it can't be resumed") from None


def get() -> Bookmark:
    """The session that was left. Raises UsageError if there is none, or none that can be read."""
    try:
        if file().exists() and not file().is_file():
            raise UsageError(f"{file()}: not a file; remove it")
        with file().open("rb") as opened:
            return _read(json.loads(opened.read(MAX_BYTES)))
    except FileNotFoundError:
        raise UsageError("no session was left unfinished; name a technique to begin one") from None
    except OSError as error:
        raise UsageError(f"{file()}: can't be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise UsageError(f"{file()}: can't be used; remove it, and begin a session anew") from None


def _read(stored: dict[str, Any]) -> Bookmark:
    if stored["version"] != VERSION:
        raise ValueError(stored["version"])
    techniques, wishes = stored["techniques"], stored["wishes"]
    if not techniques or not all(isinstance(word, str) for word in (*techniques, *wishes)):
        raise TypeError(techniques)
    return Bookmark(
        tuple(techniques), tuple(wishes), int(stored["step"]), str(stored["script"]), str(stored["title"])[:200]
    )


def clear() -> None:
    """There is nothing left to be taken up again. Raises VoiceguideError if the file can't be removed."""
    try:
        file().unlink(missing_ok=True)
    except OSError as error:
        raise VoiceguideError(f"{file()}: can't be removed ({error.strerror})") from None


def digest(plan: object) -> str:
    """What tells one session's plan from another."""
    return sha256(repr(plan).encode()).hexdigest()
