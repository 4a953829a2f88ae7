"""The engine process for pyttsx3, where it can crash or hang without harm. Run as a program, never imported.

    python -m voiceguide.voices.pyttsx3_program once     meets the one request on standard input
    python -m voiceguide.voices.pyttsx3_program serve    meets each request in a child forked for it (Linux)

A request is a line of JSON: {"text", "voice", "rate", "path"} has the text spoken into the file at `path`, at `rate`
words a minute; {"path"} alone has the engine and its voices described there, as JSON. The answer {"path", "problem"}
comes once the file has been written or has failed; if its path is null, no request can be met at all. Requests may be
sent before earlier ones are answered.
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
"""How long one line may take: most take about ten milliseconds, so one that takes this long has hung."""

MAX_FILE_BYTES = 16 * 1024 * 1024
SpeechRequest = dict[str, Any]


def load_engine() -> None:
    """Import pyttsx3 and its driver; on Linux, have it find the espeak-ng that came as a Python package."""
    if sys.platform == "linux":
        with contextlib.suppress(ImportError):
            import espeakng_loader

            os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
            # Once loaded, it is found under the name that pyttsx3 asks for; the loader's own function doesn't do that.
            ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import pyttsx3

    if pyttsx3.engine.default_engine_by_sys_platform() == "espeak":
        import pyttsx3.drivers.espeak  # once, before the forks


def do(request: SpeechRequest) -> None:
    """Meet one request; the engine isn't fit for a second one."""
    if "text" in request:
        speak(request)
    else:
        Path(request["path"]).write_text(json.dumps(describe()), encoding="utf-8")


def speak(request: SpeechRequest) -> None:
    """Write the text of `request` as speech into its file."""
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
    """Make the rate stick.

    pyttsx3 queues properties up to the first loop, and ends that loop with espeak_Cancel, which discards whatever
    espeak's own thread hasn't got to yet. So the queue is run now, and espeak is given time to take it in.
    """
    if engine.driver_name == "espeak":
        from pyttsx3.drivers import _espeak

        engine.proxy.setBusy(False)
        _espeak.Synchronize()
        engine.proxy.setBusy(True)


def describe() -> dict[str, Any]:
    """Describe the engine: its name, what identifies its sound, and its voices."""
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
    """Return a clean language tag: espeak's driver leaves a length byte and a terminator in it, macOS writes en_US."""
    text = language.decode("utf-8", "replace") if isinstance(language, bytes) else language
    return "".join(char for char in text.replace("_", "-").lower() if char.isalnum() or char == "-")


@dataclass(frozen=True, slots=True)
class _Child:
    pid: int
    request: SpeechRequest
    deadline: float


def serve() -> None:
    """Fork a child for each line on standard input, until that ends and all children are done."""
    gc.disable()  # a child speaks one line: collecting garbage would only copy the pages it shares with this process
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
    """Fork a child that meets `request`; its pipe says what went wrong, and closes when the child ends."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_child(request, write_end)
    os.close(write_end)
    selector.register(read_end, selectors.EVENT_READ, _Child(pid, request, time.monotonic() + LIMIT_SECONDS))


def _be_child(request: SpeechRequest, report: int) -> None:
    """Meet the request, and exit without any of the parent's clean-up."""
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
    """Stop speech that never ends at MAX_FILE_BYTES, or at the system's own limit if that is lower."""
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
    """Run the program, as the module's docstring describes."""
    try:
        load_engine()
    except BaseException as error:  # noqa: BLE001 - whatever it is, the answer says so
        _answer(1, None, f"{type(error).__name__}: {error}")
    else:
        serve() if task == "serve" else once()


def once() -> None:
    """Meet the one request on standard input."""
    answers = os.dup(1)
    os.dup2(2, 1)  # pyttsx3 prints to standard output, which is for the answer
    request = json.loads(sys.stdin.readline())
    do(request)
    _answer(answers, request["path"], "")


if __name__ == "__main__":
    main(sys.argv[1])
