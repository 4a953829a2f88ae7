"""The process that speaks: pyttsx3 where it can crash, hang or forget without harm. Run as a program, never imported.

    python -m voiceguide.voices.pyttsx3_program once     does the one request on standard input
    python -m voiceguide.voices.pyttsx3_program serve    does each request line, in a child forked for it (Linux)

A request is a JSON line: {"text", "voice", "rate", "path"} has the text spoken into the file at `path`, {"path"} alone
has the engine and its voices described there, as JSON. The answer {"path", "problem"} comes when the file is written,
or could not be; without a path, nothing can be done at all. Requests may be sent before earlier ones are answered.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import selectors
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import resource

LIMIT_SECONDS = 10
"""A line takes some ten milliseconds; one that takes this long hangs."""

MAX_FILE_BYTES = 16 * 1024 * 1024
SpeechRequest = dict[str, Any]


def load_engine() -> None:
    """Imports pyttsx3 and its driver. On Linux the espeak-ng it finds is the one that came as a Python package."""
    if sys.platform == "linux":
        with contextlib.suppress(ImportError):
            import espeakng_loader

            os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
            # Under the name that pyttsx3 asks for, this library is already there; the loader's own way doesn't do it.
            ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import pyttsx3

    if pyttsx3.engine.default_engine_by_sys_platform() == "espeak":
        import pyttsx3.drivers.espeak  # once, before the forks


def do(request: SpeechRequest) -> None:
    """One request by one engine into one file; the engine isn't fit for a second."""
    if "text" in request:
        speak(request)
    else:
        Path(request["path"]).write_text(json.dumps(describe()), encoding="utf-8")


def speak(request: SpeechRequest) -> None:
    import pyttsx3

    engine = pyttsx3.init()
    if request["voice"]:
        engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    _apply_properties(engine)
    finished = threading.Event()
    engine.connect("finished-utterance", lambda **_: finished.set())
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    finished.wait(LIMIT_SECONDS)


def _apply_properties(engine: Any) -> None:
    """Makes the rate stick.

    pyttsx3 queues properties up to the first loop, and ends that loop with espeak_Cancel, which throws away whatever
    espeak's own thread hasn't got to yet. So the queue is run now, and espeak is given the time to take it in.
    """
    if engine.driver_name == "espeak":
        from pyttsx3.drivers import _espeak

        engine.proxy.setBusy(False)
        _espeak.Synchronize()
        engine.proxy.setBusy(True)


def describe() -> dict[str, Any]:
    """The engine, what identifies its sound, and its voices."""
    from importlib.metadata import PackageNotFoundError, version

    import pyttsx3

    engine = pyttsx3.init()
    identity = [f"pyttsx3 {version('pyttsx3')}", engine.driver_name, sys.platform]
    if engine.driver_name == "espeak":
        with contextlib.suppress(PackageNotFoundError):
            identity.append(f"espeakng-loader {version('espeakng-loader')}")
    voices = [
        {"id": voice.id, "name": voice.name, "languages": [_tag(language) for language in voice.languages or ()]}
        for voice in engine.getProperty("voices")
    ]
    return {"engine": engine.driver_name, "identity": " ".join(identity), "voices": voices}


def _tag(language: str | bytes) -> str:
    """A language tag: the espeak driver leaves the list's length byte and its end in, macOS writes en_US."""
    text = language.decode("utf-8", "replace") if isinstance(language, bytes) else language
    return "".join(char for char in text.replace("_", "-").lower() if char.isalnum() or char == "-")


@dataclass(frozen=True, slots=True)
class _Child:
    pid: int
    request: SpeechRequest
    deadline: float


def serve() -> None:
    """Forks a child for each request line; ends with standard input."""
    gc.disable()  # a child lives for one line: a collection would only copy the pages it shares with this process
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    pending = b""
    while selector.get_map():
        children = [key.data for key in selector.get_map().values() if key.data]
        wait = min((child.deadline for child in children), default=time.monotonic() + 60) - time.monotonic()
        for key, _ in selector.select(max(0.0, wait)):
            if key.data:
                _reap(selector, key)
                continue
            chunk = os.read(0, 65_536)
            if not chunk:
                selector.unregister(0)
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                _start(selector, json.loads(line))
        for child in children:
            if child.deadline <= time.monotonic():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGKILL)


def _start(selector: selectors.BaseSelector, request: SpeechRequest) -> None:
    """A child at work on `request`; its pipe says what went wrong, and ends when it does."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_child(request, write_end)
    os.close(write_end)
    selector.register(read_end, selectors.EVENT_READ, _Child(pid, request, time.monotonic() + LIMIT_SECONDS))


def _be_child(request: SpeechRequest, report: int) -> None:
    """Does the request, and leaves without any of the parent's clean-up."""
    try:
        signal.alarm(2 * LIMIT_SECONDS)
        _limit_file_size()
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        do(request)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent is told
        os.write(report, f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)


def _limit_file_size() -> None:
    """Speech without an end stops here, or where the system's own limit is lower."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = MAX_FILE_BYTES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILE_BYTES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))


def _reap(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    child: _Child = key.data
    problem = os.read(key.fd, 4_096).decode(errors="replace")
    selector.unregister(key.fd)
    os.close(key.fd)
    status = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
    if status < 0:
        died = f"the engine died ({signal.Signals(-status).name})"
        problem = "the engine hung" if status == -signal.SIGKILL else died
    _answer(1, child.request["path"], problem)


def _answer(stream: int, path: str | None, problem: str) -> None:
    os.write(stream, json.dumps({"path": path, "problem": problem}).encode() + b"\n")


def main(task: str) -> None:
    """The program: see the module's docstring."""
    try:
        load_engine()
    except BaseException as error:  # noqa: BLE001 - whatever it is, whoever asks is told
        _answer(1, None, f"{type(error).__name__}: {error}")
    else:
        serve() if task == "serve" else once()


def once() -> None:
    answers = os.dup(1)
    os.dup2(2, 1)  # pyttsx3 prints to standard output, which is for answers
    request = json.loads(sys.stdin.readline())
    do(request)
    _answer(answers, request["path"], "")


if __name__ == "__main__":
    main(sys.argv[1])
