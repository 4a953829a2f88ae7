"""A session bus of one's own, and programs that talk on it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = ("dbus-daemon", "playerctl")


def missing() -> str | None:
    """The program that is not installed, if one is."""
    return next((name for name in PROGRAMS if not shutil.which(name)), None)


@contextmanager
def bus(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running bus; yields its address and its process."""
    address = f"unix:path={folder}/bus"
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address", f"--address={address}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip().split(",")[0], process
        finally:
            process.kill()


def run(address: str, *command: str) -> str:
    """What a program on the bus prints."""
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": address}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout.strip()
