"""The keyboard as a remote control; afterwards, the terminal is as it was.

Presentation clickers and many remote controls are keyboards, too: they send page keys, arrows, F5 and a period.
"""

from __future__ import annotations

import contextlib
import os
import re
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
    "l": Command.LONGER,
    "e": Command.EASE_OFF,
    "t": Command.HOW_LONG,
    "[": Command.SLOWER,
    "]": Command.FASTER,
    "+": Command.LOUDER,
    "=": Command.LOUDER,
    "-": Command.SOFTER,
    "q": Command.STOP,
    "right": Command.NEXT,
    "left": Command.BACK,
    "page down": Command.NEXT,
    "page up": Command.BACK,
    "up": Command.LOUDER,
    "down": Command.SOFTER,
    "f5": Command.READY,
    ".": Command.TOGGLE,
}
"""What each key asks for. On a clicker, F5 starts the show, and the period blanks the screen."""

HINT = "space pause, enter ready, n b r step, l longer, e ease off, t time, q quit"

_SEQUENCES = {
    b"\x1b[A": "up", b"\x1b[B": "down", b"\x1b[C": "right", b"\x1b[D": "left",
    b"\x1bOA": "up", b"\x1bOB": "down", b"\x1bOC": "right", b"\x1bOD": "left",
    b"\x1b[5~": "page up", b"\x1b[6~": "page down",
    b"\x1b[15~": "f5", b"\x1b[15;2~": "f5", b"\x1b[[E": "f5",
}  # fmt: skip
"""What terminals send for keys that aren't characters (xterm's sequences); the last is the Linux console's."""

_WINDOWS_CODES = {
    "H": "up", "P": "down", "M": "right", "K": "left", "I": "page up", "Q": "page down", "?": "f5", "X": "f5",
}  # fmt: skip
"""The second of the two characters that a Windows console gives for such keys."""

_TYPED = re.compile(
    rb"(?P<sequence>\x1b(?:\[\[[^\x1b]|\[[0-?]*[ -/]*[@-Z\\-~]|O[0-9;]*[@-~]"
    rb"|[]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[^][OPX^_\x1b]))"
    rb"|(?P<begun>\x1b(?:\[\[?[0-?]*[ -/]*|O[0-9;]*|[]PX^_][^\x07\x1b]*)?)"
    rb"|(?P<character>[\x00-\x7f])"
)
"""A whole escape sequence (ECMA-48, and the Linux console's `ESC [ [ x`), the beginning of one, or a character.

The two bytes ESC x are the key x with Alt. Bytes outside ASCII match nothing, as no such key has a meaning.
"""


@contextlib.contextmanager
def listening(put: Callable[[Request], None]) -> Iterator[None]:
    """Give each key that has a meaning to `put`, while the block runs."""
    if not sys.stdin or not sys.stdin.isatty():
        yield
    elif sys.platform == "win32":
        with _reading(_windows_keys, put):
            yield
    else:
        with _unbuffered_terminal(), _reading(_posix_keys, put):
            yield


def keys_in(typed: bytes) -> tuple[list[str], bytes]:
    """Return the keys in what a terminal has sent, and the rest: an escape sequence that isn't complete yet.

    A key is its character or, as in KEYS, its name. Unknown sequences are left out as a whole.
    """
    keys: list[str] = []
    for found in _TYPED.finditer(typed):
        if found.lastgroup == "begun" and found.end() == len(typed):
            return keys, found[0]
        if found.lastgroup == "character":
            keys.append(found[0].decode())
        elif name := _SEQUENCES.get(found[0]):
            keys.append(name)
    return keys, b""


@contextlib.contextmanager
def _reading(keys: Callable[[threading.Event], Iterator[str]], put: Callable[[Request], None]) -> Iterator[None]:
    over = threading.Event()

    def read() -> None:
        for key in keys(over):
            if command := KEYS.get(key.lower()):
                put(Request(command, by="key"))

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
    rest = b""
    while not over.is_set():
        if not select.select([descriptor], [], [], 0.2)[0]:
            rest = b""  # A key's bytes come together, so this was the escape key by itself.
            continue
        try:
            typed = os.read(descriptor, 64)
        except OSError:  # The terminal has been closed.
            return
        if not typed:
            return
        keys, rest = keys_in(rest + typed)
        yield from keys


def _windows_keys(over: threading.Event) -> Iterator[str]:
    import msvcrt

    console: Any = msvcrt
    while not over.wait(0.05):
        while console.kbhit():
            yield _windows_key(console)


def _windows_key(console: Any) -> str:
    """Return the next key: its character or its name, "" if it is unknown."""
    key: str = console.getwch()
    # An à looks like the first of two characters, but no second one is waiting behind it.
    if key in {"\x00", "\xe0"} and console.kbhit():
        return _WINDOWS_CODES.get(console.getwch(), "")
    return key


@contextlib.contextmanager
def _unbuffered_terminal() -> Iterator[None]:
    """Have keys arrive one by one, without an echo, while the block runs; also after a suspension with Ctrl-Z."""
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
