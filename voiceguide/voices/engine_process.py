"""The processes that speak, seen from outside: requests go in, files come out, and no crash or hang gets through."""

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
    """Takes requests and gives answers in the order in which they get done."""

    at_once: int

    def warm_up(self) -> None:
        """Loads the engine while others work, where that is of use later."""
        ...

    def ask(self, request: dict[str, Any]) -> None: ...

    def answer(self) -> tuple[str | None, str]:
        """A path and what went wrong with it, empty if nothing; no path if everything asked for is lost."""
        ...

    def close(self) -> None: ...


class ServingProcess:
    """One process that has the engine's code loaded, and takes one line after the other.

    `module` is its program, `arguments` are what that is started with. If no answer comes for `patience` seconds, the
    process is killed, and everything that was asked for is lost.
    """

    def __init__(self, module: str, arguments: Sequence[str], at_once: int, patience: float) -> None:
        self.at_once = at_once
        self._command = [sys.executable, "-m", module, *arguments]
        self._patience = patience
        self._process: subprocess.Popen[str] | None = None

    def warm_up(self) -> None:
        self._running()

    def ask(self, request: dict[str, Any]) -> None:
        process = self._running()
        # A process that has died is found out when its answer is read.
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(request), file=process.stdin, flush=True)

    def answer(self) -> tuple[str | None, str]:
        process = self._running()
        watch = threading.Timer(self._patience, process.kill)
        watch.daemon = True  # a program that is ended in the middle of a line doesn't wait for it
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
    """A new process for each line: slower, and the only way where forking isn't safe."""

    def __init__(self, module: str, at_once: int, limit: float) -> None:
        self.at_once = at_once
        self._command = [sys.executable, "-m", module, "once"]
        self._limit = limit
        self._pool = ThreadPoolExecutor(at_once)
        self._answers: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

    def warm_up(self) -> None:
        """Each line has a process of its own."""

    def ask(self, request: dict[str, Any]) -> None:
        self._pool.submit(self._speak, request)

    def answer(self) -> tuple[str | None, str]:
        return self._answers.get()

    def close(self) -> None:
        """Nothing outlives a line."""

    def _speak(self, request: dict[str, Any]) -> None:
        given = json.dumps(request) + "\n"
        try:
            done = subprocess.run(self._command, input=given, capture_output=True, text=True, timeout=self._limit)
            problem: str = json.loads(done.stdout)["problem"]
        except subprocess.TimeoutExpired:
            problem = "the engine hung"
        except ValueError:
            problem = "the engine died"
        except OSError as error:
            problem = str(error)
        self._answers.put((request["path"], problem))
