"""Trying the microphone out: how loud it is there, and what is understood."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import closing
from typing import Any

import click

from voiceguide.base.errors import DeviceError, MissingExtraError, visible
from voiceguide.base.moments import SECOND, format_length

LEAST_DBFS = -60
"""The level at which the meter is empty; somebody who speaks is louder."""


def hear(ms: int, mic: str | None) -> None:
    """Listen for a while, and show what is heard and understood.

    Raises MissingExtraError if what it needs isn't installed, and DeviceError if there is no microphone, or only
    silence.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from voiceguide.ear.extra import missing

    if package := missing():
        raise MissingExtraError("hearing spoken commands", "listen", package)
    loudest = float("-inf")
    columns = TextColumn("{task.fields[level]:>4} dBFS"), BarColumn()
    console, hidden = Console(stderr=True), not sys.stderr.isatty()
    with (
        closing(_said_by_the_ear(ms, mic)) as lines,
        Progress(*columns, console=console, disable=hidden, transient=True) as progress,
    ):
        meter = progress.add_task("", visible=False, total=-LEAST_DBFS, level="")
        for said in lines:
            if "level_dbfs" in said:
                level = said["level_dbfs"]
                loudest = max(loudest, level)
                progress.update(meter, visible=True, completed=level - LEAST_DBFS, level=round(level))
            else:
                click.echo(_told(said, ms))
    if loudest == float("-inf"):
        raise DeviceError("the process that listens has ended")
    if loudest < LEAST_DBFS:
        raise DeviceError("there is only silence: is the microphone on, and near enough?")
    click.echo(f"at its loudest it was {loudest:.0f} dBFS")


def _said_by_the_ear(ms: int, mic: str | None) -> Generator[dict[str, Any]]:
    """Yield what the process that listens says, until it has been listening for `ms`."""
    command = [sys.executable, "-m", "voiceguide.ear", "--levels", *([f"--mic={mic}"] if mic else [])]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        over = threading.Timer(ms / SECOND, process.kill)
        try:
            for line in process.stdout or ():
                said = json.loads(line)
                if said.get("state") == "gone":
                    raise DeviceError(said["why"])
                if "state" in said:
                    over.start()
                yield said
        finally:
            over.cancel()
            process.kill()


def _told(said: dict[str, Any], ms: int) -> str:
    """Return a line of the process in words."""
    if "state" in said:
        where = f"the microphone is “{visible(said['microphone'])}”, since {visible(said['why'])}"
        return f"{where}\nsay “pause”, “go on”, “how long” …; this ends after {format_length(ms)}"
    if said["command"]:
        return f"I heard: {said['command'].lower().replace('_', ' ')}"
    return f"I heard “{visible(said['heard'])}”, which is no command"
