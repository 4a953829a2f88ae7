"""How single words are to be read: by the scripts' lists, and by the listener's own, which takes precedence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from voiceguide.base import paths
from voiceguide.base.errors import ConfigError
from voiceguide.script import Script
from voiceguide.script.pronounce import MAX_PRONUNCIATIONS, pronunciation
from voiceguide.spoken import Pronunciations

MAX_BYTES = 64 * 1024


def file() -> Path:
    """Return the path of the listener's list: a line such as `psoas = so-as` for each word, with comments after #."""
    return paths.config_folder() / "pronunciation.txt"


def of(scripts: Iterable[Script]) -> Pronunciations:
    """Return the pronunciations for a session of `scripts`; the first script that has a word decides.

    Raises ConfigError if there is a list of the listener's but it can't be used.
    """
    found: dict[str, str] = {}
    for script in reversed(tuple(scripts)):
        found |= dict(script.pronounce)
    return found | _own()


def _own() -> dict[str, str]:
    try:
        with file().open("rb") as opened:
            text = opened.read(MAX_BYTES + 1)
        lines = text.decode("utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(file(), f"can't be used ({error}); correct it, or remove it") from None
    entries = [(number, line.partition("#")[0]) for number, line in enumerate(lines, start=1)]
    entries = [(number, text) for number, text in entries if text.strip()]
    if len(text) > MAX_BYTES or len(entries) > MAX_PRONUNCIATIONS:
        raise ConfigError(file(), f"too long; it may have {MAX_PRONUNCIATIONS} words")
    found = {}
    for number, entry in entries:
        try:
            word, read = pronunciation(entry)
        except ValueError as error:
            raise ConfigError(file(), str(error), number) from None
        found[word] = read
    return found
