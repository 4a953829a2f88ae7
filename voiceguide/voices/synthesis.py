"""Lines handed to a process, each result checked, and what went wrong tried again."""

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
"""Longer than the longest line at the slowest speed."""

UNKNOWN_PROFILE = SpeechProfile()
"""Of a voice that nobody knows yet."""

_SIGNS = re.compile(r"[\[\]<>{}|\\^~]")

MakeRequest = Callable[[str, str], dict[str, Any]]
"""What a process is to be asked for a text, and for the path of the file that it is to write."""


def synthesize(
    name: str,
    process: EngineProcess,
    request: MakeRequest,
    lines: Sequence[str],
    speed: float,
    profile: SpeechProfile = UNKNOWN_PROFILE,
) -> Iterator[tuple[str, Clip]]:
    """Each line with what `process` made of it, in whatever order they get done; `name` is the voice's.

    What they can't be by its `profile` is asked for again.

    Raises VoiceError for a line that can't be said.
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
                continue  # for somebody who didn't wait for it
            # A process that died has lost all it was asked; each of those counts as tried.
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
    """It goes under another name before it goes, so that whoever still speaks finds nothing to write into."""
    folder = Path(tempfile.mkdtemp(prefix="voiceguide-"))
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):  # where files that are open keep their folder
            folder = folder.rename(f"{folder}-gone")
        shutil.rmtree(folder, ignore_errors=True)


def without_markup(line: str) -> str:
    """`line` without signs that an engine may take for commands.

    `[[…]]` is phonemes to espeak and Piper and a command to NSSpeechSynthesizer, `<…>` is mark-up to SAPI5 and to SSML.
    """
    return " ".join(_SIGNS.sub(" ", line).split())


@dataclass(frozen=True, slots=True)
class _Job:
    line: str
    path: Path
    tries: int = 0


def _checked(job: _Job, speed: float, profile: SpeechProfile) -> Clip | str:
    """The clip that the engine wrote, or what is wrong with it."""
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
