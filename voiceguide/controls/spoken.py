"""Spoken commands: a process that listens is told what is played, and what it understands becomes requests."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import IO, Any

from voiceguide.base.errors import MissingExtraError, UsageError, visible
from voiceguide.ear.extra import CANNOT_HEAR, missing
from voiceguide.transport import Command, Request

LANGUAGES = ("en",)
"""The languages that the recognizer was made for."""

HINT = "pause, go on, next, back, longer, ease off, how long, stop"

PORTIONS_WAITING = 40
"""How many portions may wait for the ear: two seconds of 50 ms each. More are dropped, as it isn't listening then."""

MAX_STARTS = 4
STARTS_SECONDS = 60.0
"""A process that has died MAX_STARTS times within this time isn't started again."""

CLOSE_SECONDS = 1.0
"""How long `close` waits for each thread."""

_EAR = "voiceguide.ear"


class Ear:
    """Listens until `close`, and gives each command it understands to `put`; with `call`, only after that name.

    `mic` is a part of a microphone's name, and `read` returns a line as it is read aloud. Raises MissingExtraError if
    what it needs isn't installed, and UsageError for a language it doesn't understand.
    """

    def __init__(
        self,
        put: Callable[[Request], None],
        language: str = "en",
        call: str | None = None,
        mic: str | None = None,
        read: Callable[[str], str] = lambda line: line,
    ) -> None:
        if package := missing():
            raise MissingExtraError("hearing spoken commands", "listen", package)
        if language[:2] not in LANGUAGES:
            raise UsageError(f"spoken commands are understood in English only, not in ‘{visible(language)}’")
        self.state = "starting"
        """`starting`, `listening`, or `gone: ` and why."""

        self.talking: Callable[[bool], None] = lambda _: None
        """Is told as soon as somebody talks, and when that is over."""

        self._put = put
        self._read_aloud = read
        chosen = [f"--{option}={value}" for option, value in (("call", call), ("mic", mic)) if value]
        self._command = [sys.executable, "-m", _EAR, "--language", language, *chosen]
        self._portions: queue.Queue[tuple[bytes, tuple[str, ...]]] = queue.Queue(PORTIONS_WAITING)
        self._closed = threading.Event()
        self._process = self._started()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._write)]
        for thread in self._threads:
            thread.start()

    @property
    def is_gone(self) -> bool:
        """Whether nothing is heard at the moment, nor will be soon."""
        return self.state.startswith("gone")

    def playing(self, pcm: bytes, says: tuple[str, ...]) -> None:
        """Take in PCM that the sound card is handed, and the words in it.

        This never waits nor fails, whatever the ear is doing.
        """
        with contextlib.suppress(queue.Full):
            self._portions.put_nowait((pcm, says))

    def close(self) -> None:
        """End the process that listens."""
        self._closed.set()
        self._process.kill()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(CLOSE_SECONDS)

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the player
        )

    def _read(self) -> None:
        """Take in what the process says, and start it again if it dies, unless it has said that it can't begin."""
        starts = deque([time.monotonic()], maxlen=MAX_STARTS)
        while True:
            for line in self._process.stdout or ():
                self._take(line)
            self.talking(False)
            status = self._process.wait()
            if self._closed.is_set() or status == CANNOT_HEAR:
                return
            if len(starts) == MAX_STARTS and time.monotonic() - starts[0] < STARTS_SECONDS:
                self.state = "gone: the process that listens keeps ending"
                return
            self.state = "gone: the process that listens has ended"
            starts.append(time.monotonic())
            self._process = self._started()
            if self._closed.is_set():
                self._process.kill()

    def _take(self, line: bytes) -> None:
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            return
        if said.get("state") == "gone":
            self.state = f"gone: {visible(str(said.get('why', '')))}"
        elif "state" in said:
            self.state = str(said["state"])
        elif "talking" in said:
            self.talking(said["talking"] is True)
        elif said.get("command") in Command.__members__:
            self._put(Request(Command[said["command"]], "voice", visible(str(said.get("heard", "")))))

    def _write(self) -> None:
        """Hand over what is played; a process that no longer takes it holds up nothing but this thread."""
        while not self._closed.is_set():
            try:
                pcm, says = self._portions.get(timeout=0.5)
            except queue.Empty:
                continue
            words = dict.fromkeys((*says, *map(self._read_aloud, says)))
            head = json.dumps({"bytes": len(pcm), "says": list(words)}).encode() + b"\n"
            with contextlib.suppress(OSError, ValueError):
                _write_all(self._process.stdin, head + pcm)


def _write_all(pipe: IO[bytes] | None, data: bytes) -> None:
    """Write `data` as a whole, since what follows half a portion could no longer be read."""
    while pipe and data:
        data = data[pipe.write(data) :]
