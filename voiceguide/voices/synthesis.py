"""Lines are handed to an engine process; each result is checked, and what went wrong is tried again."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voiceguide.audio import audiofile
from voiceguide.audio.clip import Clip
from voiceguide.base.errors import VoiceError, visible
from voiceguide.voices.engine_process import EngineProcess
from voiceguide.voices.speech_profile import SpeechProfile

TRIES = 2

MAX_LINE_SECONDS = 360
"""How long a clip may be: longer than the longest line at the slowest speed."""

UNKNOWN_PROFILE = SpeechProfile()
"""The profile of a voice whose pace hasn't been measured."""

_SIGNS = re.compile(r"[\[\]<>{}|\\^~]")

MakeRequest = Callable[[str, str], dict[str, Any]]
"""Makes the request for a text and for the path of the file that is to be written."""


def synthesize(
    name: str,
    process: EngineProcess,
    request: MakeRequest,
    lines: Sequence[str],
    speed: float,
    profile: SpeechProfile = UNKNOWN_PROFILE,
) -> Iterator[tuple[str, Clip]]:
    """Yield each line with its clip, in the order in which `process` finishes them.

    A clip that `profile` rules out at `speed` is asked for again. `name` is the voice's, for messages. Raises
    VoiceError, naming the line, if one can't be said in TRIES tries.
    """
    with _passing_folder() as folder:
        jobs = deque(_Job(line, Path(folder, f"{number}.wav")) for number, line in enumerate(lines))
        speaking: dict[str, _Job] = {}
        while jobs or speaking:
            while jobs and len(speaking) < process.at_once:
                job = jobs.popleft()
                job.path.unlink(missing_ok=True)
                speaking[str(job.path)] = job
                process.ask(request(without_markup(job.line), str(job.path)))
            path, problem = process.answer()
            if path and path not in speaking:
                continue  # from an earlier call, which was given up
            # A process that died has lost all its requests; each of them counts as tried.
            done = [speaking.pop(path)] if path else [speaking.pop(path) for path in list(speaking)]
            for job in done:
                result = problem or _checked(job, speed, profile)
                if isinstance(result, Clip):
                    yield job.line, result
                elif job.tries + 1 < TRIES:
                    jobs.append(_Job(job.line, job.path, job.tries + 1))
                else:
                    raise VoiceError(f"the voice {name} can't say ‘{_short(job.line)}’: {visible(result)}")


@contextlib.contextmanager
def _passing_folder() -> Iterator[Path]:
    """Yield a temporary folder; it is renamed before it is removed, so that a late engine can't write into it."""
    folder = Path(tempfile.mkdtemp(prefix="voiceguide-"))
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):  # on systems where open files keep their folder
            folder = folder.rename(f"{folder}-gone")
        shutil.rmtree(folder, ignore_errors=True)


def without_markup(line: str) -> str:
    """Return `line` without characters that an engine may take for commands.

    espeak and Piper read `[[…]]` as phonemes and NSSpeechSynthesizer as a command; SAPI5 reads `<…>` as mark-up.
    """
    return " ".join(_SIGNS.sub(" ", line).split())


@dataclass(frozen=True, slots=True)
class _Job:
    line: str
    path: Path
    tries: int = 0


def _checked(job: _Job, speed: float, profile: SpeechProfile) -> Clip | str:
    """Return the clip that the engine wrote, or what is wrong with it."""
    try:
        clip = audiofile.read(job.path, MAX_LINE_SECONDS)
    except audiofile.AudioFileError as error:
        said = str(error).removeprefix(f"{job.path}: ")
        return f"what was written is {said}" if job.path.exists() else "nothing was written"
    if problem := profile.problem(job.line, clip, speed):
        return problem
    job.path.unlink()
    return clip


def _short(line: str) -> str:
    return visible(line if len(line) <= 60 else f"{line[:57]}…")
