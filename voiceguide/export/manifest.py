"""The manifest of a folder of exports: what each file was made from, so that it is made only once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voiceguide.base.errors import ConfigError
from voiceguide.base.hashing import sha256_of_files

MANIFEST = "catalogue.json"
VERSION = 1
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One file: `inputs` is a digest of all that it was made from, and `sha256` that of its bytes."""

    inputs: str
    sha256: str
    bytes: int
    title: str
    language: str
    voice: str
    speed: float
    duration_ms: int


def read(folder: Path) -> dict[str, ManifestEntry]:
    """Return the entries of a folder's manifest by the names of their files; none if there is no manifest.

    Raises ConfigError if it can't be used: it isn't overwritten, because it may be somebody else's file.
    """
    file = folder / MANIFEST
    try:
        with file.open("rb") as opened:
            stored = json.loads(opened.read(MAX_BYTES))
        if stored["version"] != VERSION:
            raise ConfigError(file, "written by another version of voiceguide; name another folder")
        return {str(name): _entry(values) for name, values in stored["files"].items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(file, f"can't be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ConfigError(file, "not a manifest of voiceguide's; move it away, or name another folder") from None


def write(folder: Path, entries: Mapping[str, ManifestEntry]) -> None:
    """Replace the manifest. Raises ExportError."""
    from voiceguide.base.files import atomic_file

    files = {name: asdict(entries[name]) for name in sorted(entries)}
    text = json.dumps({"version": VERSION, "files": files}, ensure_ascii=False, indent=1).encode()
    with atomic_file(folder / MANIFEST, len(text)) as file:
        file.write(text)


def is_up_to_date(file: Path, entry: ManifestEntry | None, inputs: str) -> bool:
    """Tell whether `file` was made from `inputs`, and hasn't been changed by a byte since."""
    if entry is None or entry.inputs != inputs:
        return False
    try:
        return file.stat().st_size == entry.bytes and sha256_of_files(file) == entry.sha256
    except OSError:
        return False


def _entry(values: Any) -> ManifestEntry:
    entry = ManifestEntry(**values)
    if not isinstance(entry.bytes, int) or not isinstance(entry.sha256, str) or not isinstance(entry.inputs, str):
        raise TypeError(values)
    return entry
