"""Files that appear whole or not at all: written under another name beside the target, then put in its place."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from voiceguide.errors import ExportError, visible

_PREFIX = ".voiceguide-"
_SUFFIX = ".part"


@contextlib.contextmanager
def whole_file(path: Path, size: int) -> Iterator[IO[bytes]]:
    """A file to write about `size` bytes to, which becomes `path` when the block ends well.

    Raises ExportError if that can't be done; whatever was at `path` is then untouched.
    """
    shown = visible(str(path))
    try:
        _check(path, size)
        _sweep(path.parent)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f"{_PREFIX}{os.getpid()}-", suffix=_SUFFIX, delete=False
        ) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                file.close()
                Path(file.name).chmod(_mode(path))
                Path(file.name).replace(path)
            except BaseException:
                # A generator's own clean-up comes too late for a signal: it is done here, at once.
                with contextlib.suppress(OSError):
                    file.close()
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ExportError(_explained(error, shown, path, size)) from None


def _check(path: Path, size: int) -> None:
    if path.is_dir():
        raise ExportError(f"{visible(str(path))} is a folder; name a file in it")
    if path.exists() and not path.is_file():
        raise ExportError(f"{visible(str(path))} is not a plain file; name another")
    if not path.parent.is_dir():
        raise ExportError(f"the folder {visible(str(path.parent))} doesn't exist; make it first")
    if shutil.disk_usage(path.parent).free < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _explained(error: OSError, shown: str, path: Path, size: int) -> str:
    if error.errno == errno.ENOSPC:
        free = shutil.disk_usage(path.parent).free
        return f"{shown}: the disk is full; about {_megabytes(size)} are needed, {_megabytes(free)} are free"
    return f"{shown}: can't be written ({error.strerror or error})"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, or those that any new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sweep(folder: Path) -> None:
    """Removes what killed exports left here."""
    for left in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        process = left.name.removeprefix(_PREFIX).split("-")[0]
        if process.isdigit() and not _alive(int(process)):
            with contextlib.suppress(OSError):
                left.unlink()


def _alive(process: int) -> bool:
    if os.name == "nt":
        return True  # there, signal 0 would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
