"""SHA-256 of files and of values, in hexadecimal, to tell whether two are the same."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

_BLOCK_BYTES = 1 << 20


def sha256_of_files(*files: Path) -> str:
    """Return the SHA-256 of the contents of `files`, one after the other. Raises OSError."""
    found = sha256()
    for file in files:
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK_BYTES):
                found.update(block)
    return found.hexdigest()


def sha256_of(*parts: object) -> str:
    """Return the SHA-256 of `parts`: bytes as they are, anything else as `repr` writes it."""
    found = sha256()
    for part in parts:
        found.update(part if isinstance(part, bytes) else repr(part).encode())
        found.update(b"\0")
    return found.hexdigest()
