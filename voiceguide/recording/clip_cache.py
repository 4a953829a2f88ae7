"""The cache of recorded lines: files named after what made them, checked when read, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import time
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from voiceguide.audio.clip import FRAME_BYTES, Clip
from voiceguide.base.files import write_atomically
from voiceguide.recording import cache_folder

PATIENCE_SECONDS = 10
"""How long a process waits for another that records the same lines; that one may have been suspended."""

MARK_SECONDS = 86_400
"""How old a line's mark of use may be before it is renewed."""

_MAGIC = b"voiceguide clip 2\n"
_CHECKSUM_BYTES = 4
_HEADER_BYTES = len(_MAGIC) + _CHECKSUM_BYTES
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class ClipCache:
    """Clips by key, in `folder`, of which at most `max_bytes` are kept; processes may share a folder.

    Clips that can't be written are kept in memory, and `problem` says why.
    """

    def __init__(self, folder: Path, max_bytes: int = cache_folder.USUAL_BYTES) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._has_new = False
        self.problem: str | None = None
        self._memory: dict[str, Clip] = {}

    def get(self, key: str) -> Clip | None:
        """Return the clip under `key`, or None if there is none, or if it is damaged."""
        try:
            path = self._path(key)
            file = os.open(path, os.O_RDONLY | _NO_LINKS)
            with os.fdopen(file, "rb") as opened:
                stored = opened.read()
                self._mark(opened.fileno(), path)
        except OSError:
            return self._memory.get(key)
        header, pcm = stored[:_HEADER_BYTES], stored[_HEADER_BYTES:]
        if header != _header(pcm) or len(pcm) % FRAME_BYTES:
            return self._memory.get(key)
        return Clip(pcm)

    def put(self, key: str, clip: Clip) -> None:
        """Keep `clip` under `key`."""
        path = self._path(key)
        self._has_new = True
        try:
            write_atomically(path, _header(clip.pcm) + clip.pcm)
        except OSError as error:
            self.problem = f"the cache {self.folder} can't be written ({error.strerror or error})"
            self._memory[key] = clip

    def prune(self) -> None:
        """Bring the folder within its bound, if anything was added."""
        if self._has_new:
            self._has_new = False
            cache_folder.prune(self.folder, self.max_bytes)

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Keep other processes out of a block with this `name`, so that each line is recorded once.

        After PATIENCE_SECONDS, or if the folder can't be used, the block runs anyway.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / f"{sha256(name.encode()).hexdigest()[:32]}.lock", PATIENCE_SECONDS)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(poll_interval=0.01)
        except (OSError, NotImplementedError, Timeout):  # recording a line twice does no harm
            yield
            return
        try:
            yield
        finally:
            lock.release()

    @staticmethod
    def _mark(file: int, path: Path) -> None:
        """Mark a line as used, at most once a day."""
        with contextlib.suppress(OSError):  # the file is another user's, or the disk is read-only
            if os.fstat(file).st_mtime < time.time() - MARK_SECONDS:
                os.utime(file if os.utime in os.supports_fd else path)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def _header(pcm: bytes) -> bytes:
    return _MAGIC + zlib.crc32(pcm).to_bytes(_CHECKSUM_BYTES, "big")
