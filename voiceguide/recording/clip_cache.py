"""The cache of recorded lines: files named by what made them, checked when read, written whole or not at all."""

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
"""How long one process waits for another that records the same; it may have been stopped in the middle."""

MARK_SECONDS = 86_400

_MAGIC = b"voiceguide clip 2\n"
_CHECKSUM_BYTES = 4
_HEADER_BYTES = len(_MAGIC) + _CHECKSUM_BYTES
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class ClipCache:
    """Clips by key, in `folder`; in memory as far as the folder can't be used. Any process may use the same folder.

    At most `limit` bytes of them are kept.
    """

    def __init__(self, folder: Path, limit: int = cache_folder.USUAL_BYTES) -> None:
        self.folder = folder
        self.max_bytes = limit
        self._is_new = False
        self.problem: str | None = None
        self._memory: dict[str, Clip] = {}

    def get(self, key: str) -> Clip | None:
        """The clip under `key`, or None if there is none, or none that is whole."""
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
        """Keeps `clip` under `key`."""
        path = self._path(key)
        self._is_new = True
        try:
            write_atomically(path, _header(clip.pcm) + clip.pcm)
        except OSError as error:
            self.problem = f"the cache {self.folder} can't be written ({error.strerror or error})"
            self._memory[key] = clip

    def prune(self) -> None:
        """Makes room, if anything was added."""
        if self._is_new:
            self._is_new = False
            cache_folder.prune(self.folder, self.max_bytes)

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """The only process that is inside a block of this `name`, so that what one records isn't recorded by others."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / f"{sha256(name.encode()).hexdigest()[:32]}.lock", PATIENCE_SECONDS)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(poll_interval=0.01)
        except (OSError, NotImplementedError, Timeout):  # what is recorded twice is only recorded twice
            yield
            return
        try:
            yield
        finally:
            lock.release()

    @staticmethod
    def _mark(file: int, path: Path) -> None:
        """Has a line that is wanted stay; once a day is enough."""
        with contextlib.suppress(OSError):  # somebody else's, or on a disk that can't be written
            if os.fstat(file).st_mtime < time.time() - MARK_SECONDS:
                os.utime(file if os.utime in os.supports_fd else path)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def _header(pcm: bytes) -> bytes:
    return _MAGIC + zlib.crc32(pcm).to_bytes(_CHECKSUM_BYTES, "big")
