"""The system's voice through pyttsx3, at arm's length: every line in a process of its own, every result checked."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from voiceguide import audiofile, paths
from voiceguide.clip import Clip
from voiceguide.errors import VoiceError, visible
from voiceguide.voices.mouth import LIMIT_SECONDS
from voiceguide.voices.voice import VoiceCard

_SIGNS = re.compile(r"[\[\]<>{}|\\^~]")
CALM_WORDS_A_MINUTE = 160
"""The engine's rate at speed 1.0."""

TRIES = 2
AT_ONCE = 1 + (os.cpu_count() or 1)
"""Lines that are spoken at the same time: one more than there are processors, as pyttsx3 naps between looks."""

MAX_LINE_SECONDS = 360
"""Longer than the longest line at the slowest speed."""

_MOUTH = "voiceguide.voices.mouth"


@cache
def _shared_mouth() -> Mouth:
    """What speaks for all voices of this process."""
    return ForkingMouth() if sys.platform == "linux" else SpawningMouth()


@cache
def _description() -> dict[str, Any]:
    """What the engine says of itself. Raises VoiceError if it can't speak on this machine."""
    files = _engine_files()
    if files and (kept := _kept_description(files)):
        return kept
    described = _asked_for_description()
    if files:
        _keep_description(files, described)
    return described


def _asked_for_description() -> dict[str, Any]:
    """What the engine answers, in TRIES tries."""
    problem = ""
    with tempfile.TemporaryDirectory(prefix="voiceguide-") as folder:
        file = Path(folder, "voices.json")
        for _ in range(TRIES):
            _shared_mouth().ask({"path": str(file)})
            path, problem = _shared_mouth().answer()
            if path and not problem:
                described: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
                return described
    raise VoiceError(f"the system's voice can't be used ({visible(problem)}); run ‘voiceguide doctor’")


def _engine_files() -> list[Any] | None:
    """What tells one engine from another where its voices come along with it; None where the system has its own."""
    found = [importlib.util.find_spec(name) for name in ("pyttsx3", "espeakng_loader")]
    origins = [Path(spec.origin) for spec in found if spec and spec.origin]
    if sys.platform != "linux" or len(origins) < len(found):
        return None
    return [[str(origin), origin.stat().st_mtime_ns] for origin in origins]


def _kept_description(files: list[Any]) -> dict[str, Any] | None:
    """What the same engine said the last time: asking takes longer than all the rest of a session's preparation."""
    try:
        kept = json.loads(_description_file().read_text(encoding="utf-8"))
        described: dict[str, Any] = kept["described"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return described if kept["files"] == files and {"engine", "identity", "voices"} <= described.keys() else None


def _keep_description(files: list[Any], described: dict[str, Any]) -> None:
    temporary = _description_file().with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        temporary.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps({"files": files, "described": described}), encoding="utf-8")
        temporary.replace(_description_file())


def _description_file() -> Path:
    return paths.cache_folder() / "voices.json"


def cards() -> list[VoiceCard]:
    """The voices of the system's engine. Raises VoiceError if it can't speak on this machine."""
    described = _description()
    return [
        VoiceCard(voice["id"], described["engine"], tuple(voice["languages"]), voice["name"])
        for voice in described["voices"]
    ]


def plain(line: str) -> str:
    """`line` without signs that an engine may take for commands.

    `[[…]]` is phonemes to espeak and a command to NSSpeechSynthesizer, `<…>` is mark-up to SAPI5 and to SSML.
    """
    return " ".join(_SIGNS.sub(" ", line).split())


class SystemVoice:
    """One of the system's voices."""

    def __init__(self, card: VoiceCard) -> None:
        self.name = card.name
        self.identity = f"{_description()['identity']} {card.name} {CALM_WORDS_A_MINUTE} plain"
        self._mouth = _shared_mouth()

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        with tempfile.TemporaryDirectory(prefix="voiceguide-") as folder:
            jobs = deque(_Job(line, Path(folder, f"{number}.wav")) for number, line in enumerate(lines))
            speaking: dict[str, _Job] = {}
            while jobs or speaking:
                while jobs and len(speaking) < self._mouth.at_once:
                    job = jobs.popleft()
                    speaking[str(job.path)] = job
                    self._mouth.ask(self._request(job, speed))
                path, problem = self._mouth.answer()
                # A mouth that died has lost all it was asked; each of those counts as tried.
                done = [speaking.pop(path)] if path else [speaking.pop(path) for path in list(speaking)]
                for job in done:
                    result = problem or _checked(job, speed)
                    if isinstance(result, Clip):
                        yield job.line, result
                    elif job.tries + 1 < TRIES:
                        jobs.append(_Job(job.line, job.path, job.tries + 1))
                    else:
                        raise VoiceError(f"the voice {self.name} can't say ‘{_short(job.line)}’: {visible(result)}")

    def close(self) -> None:
        self._mouth.close()

    def _request(self, job: _Job, speed: float) -> dict[str, Any]:
        job.path.unlink(missing_ok=True)
        return {"text": plain(job.line), "voice": self.name, "rate": rate_for(speed), "path": str(job.path)}


def rate_for(speed: float) -> int:
    """The engine's words a minute for a speed."""
    return round(CALM_WORDS_A_MINUTE * speed)


@dataclass(frozen=True, slots=True)
class _Job:
    line: str
    path: Path
    tries: int = 0


def _checked(job: _Job, speed: float) -> Clip | str:
    """The clip that the engine wrote, or what is wrong with it."""
    try:
        clip = audiofile.read(job.path, MAX_LINE_SECONDS)
    except audiofile.AudioFileError as error:
        return str(error) if job.path.exists() else "nothing was written"
    if not any(clip.pcm):
        return "it is silent"
    # Generous at both ends: “10 %” takes longer than its letters, and nobody reads a letter in 10 ms.
    letters, signs = len(re.findall("[A-Za-z]", job.line)), len(job.line)
    if not 10 * letters / speed <= clip.ms <= 2_500 * (1 + signs) / speed:
        return f"{clip.ms} ms of speech is not what {letters} letters take"
    job.path.unlink()
    return clip


def _short(line: str) -> str:
    return visible(line if len(line) <= 60 else f"{line[:57]}…")


class Mouth(Protocol):
    """Takes requests and gives answers in the order in which they get done."""

    at_once: int

    def ask(self, request: dict[str, Any]) -> None: ...

    def answer(self) -> tuple[str | None, str]:
        """A path and what went wrong with it, empty if nothing; no path if everything asked for is lost."""
        ...

    def close(self) -> None: ...


class ForkingMouth:
    """One process that has the engine's code loaded, and forks for each line."""

    def __init__(self) -> None:
        self.at_once = AT_ONCE
        self._process: subprocess.Popen[str] | None = None

    def ask(self, request: dict[str, Any]) -> None:
        process = self._running()
        # A mouth that has died is found out when it is listened to.
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(request), file=process.stdin, flush=True)

    def answer(self) -> tuple[str | None, str]:
        process = self._running()
        # It kills its children at their limit itself; this is for when it is stopped or starved.
        watch = threading.Timer(2.5 * LIMIT_SECONDS, process.kill)
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
                [sys.executable, "-m", _MOUTH, "serve"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl-C is for the player
            )
        return self._process


class SpawningMouth:
    """A new process for each line: slower, and the only way where forking isn't safe."""

    def __init__(self) -> None:
        self.at_once = AT_ONCE
        self._pool = ThreadPoolExecutor(self.at_once)
        self._answers: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

    def ask(self, request: dict[str, Any]) -> None:
        self._pool.submit(self._speak, request)

    def answer(self) -> tuple[str | None, str]:
        return self._answers.get()

    def close(self) -> None:
        """Nothing outlives a line."""

    def _speak(self, request: dict[str, Any]) -> None:
        command = [sys.executable, "-m", _MOUTH, "once"]
        given = json.dumps(request) + "\n"
        try:
            done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=LIMIT_SECONDS)
            problem: str = json.loads(done.stdout)["problem"]
        except subprocess.TimeoutExpired:
            problem = "the engine hung"
        except ValueError:
            problem = "the engine died"
        except OSError as error:
            problem = str(error)
        self._answers.put((request["path"], problem))
