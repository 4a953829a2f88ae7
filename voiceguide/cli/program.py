"""The program: its commands, how their errors are reported, and how it ends."""

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
"""How soon a signal that was swallowed is sent again."""


class Program(click.Group):
    """The group of all commands, which turns an error into a sentence and an exit status."""

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
                raise  # click ends quietly: nobody is reading any more
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
    """A voice guides you through a session, hands-free: it tells you the next step, waits, counts and chimes.

    What you do in a session is a technique, a readable script in plain text. ‘voiceguide list’ lists those that come
    with voiceguide, and ‘voiceguide new’ begins one of your own.
    """


MODULES = (play, export, show, authoring, record, voices, cache, listener)
for command in (command for module in MODULES for command in module.COMMANDS):
    program.add_command(command)


def _writable(stream: TextIO | None) -> TextIO:
    """Return the stream, ready for any character, or one that leads nowhere if the caller has closed it."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _end(received: int, _frame: object) -> None:
    sys.exit(128 + received)


def _swallowed(exception: Any) -> None:
    """Send a signal again if the exit that it caused was swallowed, as Python's own callbacks do."""
    ended = exception.exc_value
    if not isinstance(ended, SystemExit) or not isinstance(ended.code, int):
        sys.__unraisablehook__(exception)
        return
    # Not at once, or this function would swallow it as well.
    again = threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), ended.code - 128))
    again.daemon = True
    again.start()


def main() -> None:
    """Run the program; a signal ends it as an error would, so that everything half-done is cleaned up."""
    sys.stdout, sys.stderr = (_writable(stream) for stream in (sys.stdout, sys.stderr))
    sys.unraisablehook = _swallowed
    for name in ENDS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    program(prog_name="voiceguide")
