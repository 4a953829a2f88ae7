"""A real terminal that is typed into, stopped, resized and closed in mid-session: it ends well, and is as it was."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.program import PROGRAM

SCRIPT = "# Long\n\nLift your hips.\n\n- Press. [hold 10m] [3 times]\n\nLet go.\n"


class Session:
    """`play` at a terminal of its own, without a sound."""

    def __init__(self, folder: Path, *options: str) -> None:
        script = folder / "long.md"
        script.write_text(SCRIPT)
        self.terminal, self.inside = pty.openpty()
        self.before = termios.tcgetattr(self.inside)
        self.screen = b""
        command = [*PROGRAM, "play", str(script), "--output", "silent", "--voice", "hum", *options]
        environment = {**os.environ, "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            command, stdin=self.inside, stdout=self.inside, stderr=self.inside, env=environment, start_new_session=True
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.until(lambda: b"Lift" in self.screen)

    def _read(self) -> None:
        try:
            while shown := os.read(self.terminal, 65_536):
                self.screen += shown
        except OSError:
            pass

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, self.screen[-500:]
            time.sleep(0.01)

    def type(self, keys: bytes) -> None:
        os.write(self.terminal, keys)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.inside, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def end(self) -> None:
        """Quits as a listener does, and looks at what is left."""
        self.type(b"qq")
        began = time.monotonic()
        assert self.process.wait(20) == 0
        assert time.monotonic() - began < 5
        assert termios.tcgetattr(self.inside) == self.before
        assert b"Traceback" not in self.screen
        if b"\x1b[?25l" in self.screen:
            self.until(lambda: self.screen.rfind(b"\x1b[?25h") > self.screen.rfind(b"\x1b[?25l"))
        os.close(self.inside)
        os.close(self.terminal)


@pytest.mark.long
def test_a_cat_on_the_keyboard_is_no_harm(tmp_path: Path) -> None:
    """Fifty thousand keys, and pieces of sequences, as fast as a terminal takes them; then q is q."""
    session = Session(tmp_path)
    chance = random.Random(7)
    keys = [*b"nbr[]lte -=+\r\n.", 27, 91, 65, 0, 255, 195]
    for _ in range(50):
        session.type(bytes(chance.choices(keys, k=1_000)))
    session.end()


@pytest.mark.long
def test_a_key_that_is_held_is_many_presses(tmp_path: Path) -> None:
    """A thousand times the space bar: the session is paused or goes on, and answers."""
    session = Session(tmp_path)
    for _ in range(10):
        session.type(b" " * 100)
        time.sleep(0.02)
    session.end()


def test_a_session_that_was_stopped_goes_on_with_its_keys(tmp_path: Path) -> None:
    """Ctrl-Z and fg: what a shell has made of the terminal meanwhile is undone."""
    session = Session(tmp_path)
    for _ in range(3):
        session.process.send_signal(signal.SIGSTOP)
        session.until(lambda: Path(f"/proc/{session.process.pid}/stat").read_text().split()[2] == "T")
        termios.tcsetattr(session.inside, termios.TCSANOW, session.before)
        session.process.send_signal(signal.SIGCONT)
        session.until(lambda: termios.tcgetattr(session.inside)[3] != session.before[3])
    session.end()


@pytest.mark.long
@pytest.mark.parametrize("options", [(), ("--big",), ("--flash",), ("--plain",)])
def test_any_size_of_window_will_do(tmp_path: Path, options: tuple[str, ...]) -> None:
    """A corner of the screen, a wall, and every size between while somebody drags."""
    session = Session(tmp_path, *options)
    for rows, columns in ((1, 1), (2, 10), (24, 80), (200, 500), (5, 20), (0, 0), (24, 80)):
        session.resize(rows, columns)
        time.sleep(0.15)
    session.end()


def test_a_window_that_is_closed_ends_it(tmp_path: Path) -> None:
    """Nobody can see or hear to it any more; nothing plays on for half an hour."""
    session = Session(tmp_path)
    session.process.send_signal(signal.SIGHUP)
    os.close(session.terminal)
    assert session.process.wait(20) == 129


@pytest.mark.long
def test_without_anything_to_type_with_it_plays(tmp_path: Path) -> None:
    """From cron, from a service, with its input closed: a session to its end."""
    script = tmp_path / "short.md"
    script.write_text("# Short\n\nLift. [hold 5s]\n")
    play = [*PROGRAM, "play", str(script), "--output", "silent", "--no-wait", "--voice", "hum"]
    for streams in ("</dev/null", "<&-", "<&- 2>&-", "</dev/null | cat"):
        done = subprocess.run(["sh", "-c", f'"$@" {streams}', "sh", *play], capture_output=True, text=True, timeout=30)
        assert (done.returncode, done.stderr) == (0, "")
        assert "hold 5s" in done.stdout
