"""The keyboard as a remote control, with the terminal as it was when it is over."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from voiceguide.transport import Command, Request

KEYS = {
    " ": Command.TOGGLE,
    "\r": Command.READY,
    "\n": Command.READY,
    "n": Command.NEXT,
    "b": Command.BACK,
    "r": Command.REPEAT,
    "[": Command.SLOWER,
    "]": Command.FASTER,
    "q": Command.STOP,
}

HINT = "space pause   enter ready   n next   b back   r repeat   [ ] speed   q quit"


@contextlib.contextmanager
def listening(put: Callable[[Request], None]) -> Iterator[None]:
    """While the block runs, each key that means something is given to `put`."""
    if not sys.stdin or not sys.stdin.isatty():
        yield
    elif sys.platform == "win32":
        with _reading(_windows_keys, put):
            yield
    else:
        with _unbuffered_terminal(), _reading(_posix_keys, put):
            yield


@contextlib.contextmanager
def _reading(keys: Callable[[threading.Event], Iterator[str]], put: Callable[[Request], None]) -> Iterator[None]:
    over = threading.Event()

    def read() -> None:
        for key in keys(over):
            if command := KEYS.get(key.lower()):
                put(Request(command))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join(timeout=1)


def _posix_keys(over: threading.Event) -> Iterator[str]:
    import select

    descriptor = sys.stdin.fileno()
    while not over.is_set():
        if select.select([descriptor], [], [], 0.2)[0]:
            typed = os.read(descriptor, 64)
            if not typed:
                return
            # An arrow or function key is one escape sequence, not the letters in it.
            if not typed.startswith(b"\x1b"):
                yield from typed.decode("utf-8", "ignore")


def _windows_keys(over: threading.Event) -> Iterator[str]:
    import msvcrt

    console: Any = msvcrt
    while not over.wait(0.05):
        while console.kbhit():
            yield console.getwch()


@contextlib.contextmanager
def _unbuffered_terminal() -> Iterator[None]:
    """Keys come one by one, without an echo; after a stop with Ctrl-Z, too."""
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    resumed = signal.signal(signal.SIGCONT, lambda *_: tty.setcbreak(descriptor))
    tty.setcbreak(descriptor)
    try:
        yield
    finally:
        signal.signal(signal.SIGCONT, resumed)
        with contextlib.suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
