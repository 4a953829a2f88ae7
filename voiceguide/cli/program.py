"""The program: its commands, what becomes of their errors, and how it ends."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import click

from voiceguide import __version__
from voiceguide.base.errors import ScriptError, VoiceguideError, visible
from voiceguide.cli import authoring, cache, export, listener, play, record, show, voices
from voiceguide.cli.options import example
from voiceguide.cli.status import OTHER, exit_status

ENDS = ("SIGINT", "SIGTERM", "SIGHUP")
"""The signals that end the program; Windows has only the first two."""

AGAIN_SECONDS = 0.1


class Program(click.Group):
    """Turns what the rooms complain about into a sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except VoiceguideError as error:
            prefix = "" if isinstance(error, ScriptError) else "voiceguide: "
            click.echo(f"{prefix}{visible(str(error))}", err=True)
            ctx.exit(exit_status(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly: nobody reads on
            # What is still in standard output's buffer can't be written either, and must not be tried again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            click.echo(f"voiceguide: {visible(error.strerror or str(error))}", err=True)
            ctx.exit(OTHER)
        return result


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=example("voiceguide play foam-roller"),
)
@click.version_option(__version__, prog_name="voiceguide")
def program() -> None:
    """A voice guides you through a session, hands-free: it tells, waits, counts and chimes.

    A technique is a readable script in plain text; those that come along are listed by ‘voiceguide list’.
    """


ROOMS = (play, export, show, authoring, record, voices, cache, listener)
for command in (command for room in ROOMS for command in room.COMMANDS):
    program.add_command(command)


def _writable(stream: TextIO | None) -> TextIO:
    """A stream that takes any character; nowhere, if the caller has closed it."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _end(received: int, _frame: object) -> None:
    sys.exit(128 + received)


def _swallowed(exception: Any) -> None:
    """Sends a signal again that came in the middle of what swallows its end, as Python's own callbacks do."""
    ended = exception.exc_value
    if not isinstance(ended, SystemExit) or not isinstance(ended.code, int):
        sys.__unraisablehook__(exception)
        return
    # Not at once: then it would come in the middle of this, which swallows it as well.
    again = threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), ended.code - 128))
    again.daemon = True
    again.start()


def main() -> None:
    """The program, ended by a signal as if by an error: everything half-done is cleaned up."""
    sys.stdout, sys.stderr = (_writable(stream) for stream in (sys.stdout, sys.stderr))
    sys.unraisablehook = _swallowed
    for name in ENDS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    program(prog_name="voiceguide")
