"""Keys: what terminals and clickers send, in whatever pieces it arrives."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from voiceguide.controls import keyboard
from voiceguide.controls.keyboard import HINT, KEYS, keys_in
from voiceguide.transport import Command, Request


@pytest.mark.parametrize(
    ("typed", "keys", "rest"),
    [
        (b"", [], b""),
        (b"n", ["n"], b""),
        (b"nb \r", ["n", "b", " ", "\r"], b""),
        (b"[]", ["[", "]"], b""),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"], b""),
        (b"\x1bOA\x1bOB\x1bOC\x1bOD", ["up", "down", "right", "left"], b""),
        (b"\x1b[5~\x1b[6~", ["page up", "page down"], b""),
        (b"\x1b[15~\x1b[15;2~\x1b[[E", ["f5", "f5", "f5"], b""),
        (b"n\x1b[6~q", ["n", "page down", "q"], b""),
        (b"\x1b", [], b"\x1b"),
        (b"n\x1b[", ["n"], b"\x1b["),
        (b"\x1b[6", [], b"\x1b[6"),
        (b"\x1b[[", [], b"\x1b[["),
        (b"\x1bO", [], b"\x1bO"),
        # What isn't known leaves none of its letters behind.
        (b"\x1b[H\x1b[F\x1b[2~\x1b[3~\x1b[24~", [], b""),
        (b"\x1b[1;5C\x1b[1;2A", [], b""),
        (b"\x1bOP\x1bOQ\x1b[[A", [], b""),
        (b"\x1b[200~n\x1b[201~", ["n"], b""),
        (b"\x1b[?62;4c\x1b[24;80R", [], b""),
        (b"\x1b]11;rgb:1e1e/1e1e/1e1e\x07\x1b]11;rgb:0/0/0\x1b\\n", ["n"], b""),
        (b"\x1b]11;rgb:1e", [], b"\x1b]11;rgb:1e"),
        (b"\x1bP>|tmux 3.4\x1b\\q", ["q"], b""),
        # With Alt, and the escape key before others.
        (b"\x1bq\x1bn", [], b""),
        (b"\x1b\x1b[C", ["right"], b""),
        (b"\x1b\x1b", [], b"\x1b"),
        (b"\x1b[\rn", ["\r", "n"], b""),
        # Characters outside ASCII, whole and in half.
        ("né日".encode(), ["n"], b""),
        ("é".encode()[1:] + b"n" + "日".encode()[:2], ["n"], b""),
        (b"\xff\xfe\x80q", ["q"], b""),
    ],
)
def test_what_is_typed_comes_apart_into_keys(typed: bytes, keys: list[str], rest: bytes) -> None:
    """An arrow is one key, not three letters that each do something."""
    assert keys_in(typed) == (keys, rest)


@pytest.mark.parametrize("typed", [b"n\x1b[6~q\x1bOC", b"\x1b[15;2~b\x1b[[E", "é\x1b[A \x1b]0;x\x07n".encode()])
def test_a_read_may_end_anywhere(typed: bytes) -> None:
    """Whatever the pieces are, the keys are the same."""
    whole, _ = keys_in(typed)
    for cut in range(len(typed)):
        first, rest = keys_in(typed[:cut])
        second, _ = keys_in(rest + typed[cut:])
        assert first + second == whole
    one_by_one, rest = [], b""
    for byte in typed:
        keys, rest = keys_in(rest + bytes([byte]))
        one_by_one += keys
    assert one_by_one == whole


def test_the_keys_ask_for_what_they_should() -> None:
    """What the help says the keys do is what they do."""
    asked = {
        "right": Command.NEXT, "page down": Command.NEXT, "left": Command.BACK, "page up": Command.BACK,
        "up": Command.LOUDER, "down": Command.SOFTER, " ": Command.TOGGLE, "\r": Command.READY, "l": Command.LONGER,
        "e": Command.EASE_OFF, "t": Command.HOW_LONG, "+": Command.LOUDER, "-": Command.SOFTER, "q": Command.STOP,
    }  # fmt: skip
    assert {key: KEYS[key] for key in asked} == asked
    assert all(key == key.lower() for key in KEYS)
    assert len(HINT) <= 74, "the border of a card in 80 columns has room for no more"


class Console:
    """msvcrt, as far as the keyboard knows it: the second character of a pair waits behind the first."""

    def __init__(self, characters: str) -> None:
        self.waiting = list(characters)

    def kbhit(self) -> bool:
        return bool(self.waiting)

    def getwch(self) -> str:
        return self.waiting.pop(0)


@pytest.mark.parametrize(
    ("characters", "keys"),
    [
        ("n", ["n"]),
        ("\xe0M\xe0K\xe0H\xe0P", ["right", "left", "up", "down"]),
        ("\x00I\x00Q\x00?", ["page up", "page down", "f5"]),
        ("\xe0Gq\x00;q", ["", "q", "", "q"]),
        ("\xe0", ["\xe0"]),
    ],
)
def test_a_windows_console_sends_some_keys_in_two(characters: str, keys: list[str]) -> None:
    """There, an arrow is two characters, and the first of them is a letter in French."""
    console = Console(characters)
    found = []
    while console.kbhit():
        found.append(keyboard._windows_key(console))
    assert found == keys


def until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_real_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys, sequences in two pieces, and a lone escape arrive as they should; the terminal is as before."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    requests: list[Request] = []
    with os.fdopen(theirs, closefd=False) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with keyboard.listening(requests.append):
            for piece in (b"N\x1b[6~", b"\x1b[", b"D", b"x"):
                os.write(ours, piece)
                time.sleep(0.05)
            assert until(lambda: len(requests) == 3)
            os.write(ours, b"\x1b")
            time.sleep(0.5)
            os.write(ours, b"t\xc3\xa9 ")
            assert until(lambda: len(requests) == 5)
        assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)
    commands = [Command.NEXT, Command.NEXT, Command.BACK, Command.HOW_LONG, Command.TOGGLE]
    assert requests == [Request(command, by="key") for command in commands]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_terminal_that_is_closed_is_left_in_peace() -> None:
    """A window that is closed in mid-session is no traceback."""
    code = (
        "import os, pty, sys, time\n"
        "from voiceguide.controls import keyboard\n"
        "ours, theirs = pty.openpty()\n"
        "sys.stdin = os.fdopen(theirs, closefd=False)\n"
        "with keyboard.listening(print):\n    os.close(ours)\n    time.sleep(0.5)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_terminal_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe is not a keyboard."""
    requests: list[Request] = []
    for stdin in (None, io.StringIO("nnn")):
        monkeypatch.setattr(sys, "stdin", stdin)
        with keyboard.listening(requests.append):
            pass
    assert not requests
