"""Engine processes, seen from outside: requests go in, files come out, and no crash or hang gets through."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol


class EngineProcess(Protocol):
    """A process that takes requests and answers them in the order in which they are finished.

    `at_once` is how many requests may be waiting for their answers.
    """

    at_once: int

    def warm_up(self) -> None:
        """Load the engine in the background, if that makes later requests faster."""
        ...

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request; its "path" is the file that is to be written."""
        ...

    def answer(self) -> tuple[str | None, str]:
        """Wait for an answer; return the path of its request, and what went wrong ("" if nothing).

        A path of None means that all requests without an answer are lost.
        """
        ...

    def close(self) -> None:
        """End the process; another request starts a new one."""
        ...


class ServingProcess:
    """One process that keeps the engine loaded and takes one request after the other.

    It runs `module` with `arguments`. If no answer comes within `patience_seconds`, the process is killed, and all
    requests without an answer are lost.
    """

    def __init__(self, module: str, arguments: Sequence[str], at_once: int, patience_seconds: float) -> None:
        self.at_once = at_once
        self._command = [sys.executable, "-m", module, *arguments]
        self._patience_seconds = patience_seconds
        self._process: subprocess.Popen[str] | None = None

    def warm_up(self) -> None:
        self._running()

    def ask(self, request: dict[str, Any]) -> None:
        process = self._running()
        # That a process has died is noticed when its answer is read.
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(request), file=process.stdin, flush=True)

    def answer(self) -> tuple[str | None, str]:
        process = self._running()
        watch = threading.Timer(self._patience_seconds, process.kill)
        watch.daemon = True  # a program that ends in the middle of a line doesn't wait for it
        watch.start()
        try:
            line = process.stdout.readline() if process.stdout else ""
        finally:
            watch.cancel()
        answer: dict[str, Any] = json.loads(line) if line else {"path": None, "problem": "the engine's process died"}
        if answer["path"] is None:
            self.close()
        return answer["path"], answer["problem"]

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(BrokenPipeError), process:
            process.kill()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for the player
            )
        return self._process


class ProcessPerLine:
    """A new process for each request: slower, but the only way where forking isn't safe.

    Each runs `module`, and is killed after `limit_seconds`.
    """

    def __init__(self, module: str, at_once: int, limit_seconds: float) -> None:
        self.at_once = at_once
        self._command = [sys.executable, "-m", module, "once"]
        self._limit_seconds = limit_seconds
        self._pool = ThreadPoolExecutor(at_once)
        self._answers: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

    def warm_up(self) -> None:
        """Do nothing: each request has a process of its own."""

    def ask(self, request: dict[str, Any]) -> None:
        self._pool.submit(self._speak, request)

    def answer(self) -> tuple[str | None, str]:
        return self._answers.get()

    def close(self) -> None:
        """Do nothing: no process outlives its request."""

    def _speak(self, request: dict[str, Any]) -> None:
        given = json.dumps(request) + "\n"
        try:
            done = subprocess.run(
                self._command, input=given, capture_output=True, text=True, timeout=self._limit_seconds
            )
            problem: str = json.loads(done.stdout)["problem"]
        except subprocess.TimeoutExpired:
            problem = "the engine hung"
        except ValueError:
            problem = "the engine died"
        except OSError as error:
            problem = str(error)
        self._answers.put((request["path"], problem))
