"""The listener's own voices, added or recorded, in a folder each."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from voiceguide.base import paths
from voiceguide.base.errors import UsageError, visible

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ABOUT = "voice.json"


def folder() -> Path:
    """Return the folder that holds a folder for each voice."""
    return paths.data_folder() / "voices"


def all_about(engine: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the folder of each of an engine's voices, and what its `voice.json` says; damaged ones are left out."""
    for about in sorted(folder().glob(f"*/{_ABOUT}")):
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(about.read_text(encoding="utf-8"))
            if isinstance(found, dict) and found.get("engine") == engine:
                yield about.parent, found


def checked_name(name: str) -> str:
    """Return `name` in lower case. Raises UsageError if a voice can't be called that."""
    lower = name.lower()
    if not _NAME.fullmatch(lower):
        raise UsageError(f"‘{visible(name[:80])}’ is no name for a voice; give one with letters, digits, - and _")
    return lower


@contextlib.contextmanager
def new(name: str, about: dict[str, Any]) -> Iterator[Path]:
    """Yield a folder for a new voice's files, which appears under `name` once the block is done.

    Raises UsageError if it can't be written.
    """
    target = folder() / name
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder(), prefix=".") as temporary:
            made = Path(temporary, name)
            made.mkdir()
            yield made
            (made / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
            made.rename(target)
    except OSError as error:
        raise UsageError(f"{visible(str(target))}: can't be written ({error.strerror or error})") from None


def remove(name: str) -> None:
    """Remove a voice and all its files. Raises UsageError if it isn't one of the listener's own."""
    target = folder() / name
    if not _NAME.fullmatch(name) or not (target / _ABOUT).is_file():
        names = ", ".join(sorted(about.parent.name for about in folder().glob(f"*/{_ABOUT}"))) or "none"
        raise UsageError(f"‘{visible(name[:80])}’ is no voice of your own; there are: {names}")
    shutil.rmtree(target)
