"""Files that appear whole or not at all: written under another name beside the target, then put in its place."""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import platform
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from voiceguide.base.errors import ExportError, visible

_PREFIX = ".voiceguide-"
_SUFFIX = ".part"
_HOST = re.sub(r"\W", "", platform.node())[:32]
"""The name of this machine: several may write to one folder, and each knows only its own processes."""

_unfinished: set[Path] = set()


@atexit.register
def _leave_nothing() -> None:
    """Remove unfinished files at exit: a signal that arrives while a block is entered never lets the block end."""
    for temporary in tuple(_unfinished):
        _remove(temporary)


def _remove(temporary: Path) -> None:
    # It may be gone already, or its disk may be; then another error has more to say.
    with contextlib.suppress(OSError):
        temporary.unlink()
    _unfinished.discard(temporary)


@contextlib.contextmanager
def atomic_file(path: Path, size_bytes: int) -> Iterator[IO[bytes]]:
    """Open a file for about `size_bytes`, which becomes `path` when the block ends without an error.

    Raises ExportError if that can't be done; whatever was at `path` before is then still there.
    """
    shown = visible(str(path))
    if not path.parent.is_dir():
        raise ExportError(f"the folder {visible(str(path.parent))} doesn't exist; make it first")
    try:
        path = Path(os.path.realpath(path))  # a link stays a link: its target is written
        _check(path, shown, size_bytes)
        sweep(path.parent)
        with _replacing(path) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ExportError(_explained(error, shown, path, size_bytes)) from None


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all, and make its folder if it is missing.

    It doesn't wait for the disk, so a power cut may lose the data: for what can be made again. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path) as file:
        file.write(data)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `path` that takes its place, and its permissions, when the block ends without an error."""
    temporary = path.parent / _temporary_name()
    _unfinished.add(temporary)
    try:
        with temporary.open("xb") as file:
            yield file
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        _remove(temporary)


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Make a folder in `parent` for the duration of the block. It vanishes in one step: it is whole or gone."""
    sweep(parent)
    folder = parent / _temporary_name()
    folder.mkdir()
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(folder.rename(parent / _temporary_name()), ignore_errors=True)


def _temporary_name() -> str:
    return f"{_PREFIX}{_HOST}-{os.getpid()}-{os.urandom(4).hex()}{_SUFFIX}"


def _check(path: Path, shown: str, size_bytes: int) -> None:
    if path.is_symlink():
        raise ExportError(f"{shown} is a link that leads nowhere; name a file")
    if path.is_dir():
        raise ExportError(f"{shown} is a folder; name a file in it")
    if path.exists() and not path.is_file():
        raise ExportError(f"{shown} is not a plain file; name another")
    disk = shutil.disk_usage(path.parent)
    if disk.free < size_bytes and disk.total:  # what isn't a disk, such as /proc, has neither
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _explained(error: OSError, shown: str, path: Path, size_bytes: int) -> str:
    if error.errno == errno.ENOSPC:
        free = shutil.disk_usage(path.parent).free
        return f"{shown}: the disk is full; about {_megabytes(size_bytes)} are needed, {_megabytes(free)} are free"
    return f"{shown}: can't be written ({error.strerror or error})"


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"


def sweep(folder: Path) -> None:
    """Remove what exports of this machine that were killed have left in `folder`."""
    for left in folder.glob(f"{_PREFIX}{_HOST}-*{_SUFFIX}"):
        process = left.name.removeprefix(f"{_PREFIX}{_HOST}-").split("-")[0]
        if process.isdigit() and not _alive(int(process)):
            with contextlib.suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _alive(process: int) -> bool:
    if os.name == "nt":
        return True  # on Windows, signal 0 would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
