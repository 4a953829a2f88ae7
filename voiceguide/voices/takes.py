"""Lines handed to a mouth, each result checked, and what went wrong tried again."""

from __future__ import annotations

import re
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voiceguide import audiofile
from voiceguide.clip import Clip
from voiceguide.errors import VoiceError, visible
from voiceguide.voices.mouths import Mouth
from voiceguide.voices.samples import letters

TRIES = 2

MAX_LINE_SECONDS = 360
"""Longer than the longest line at the slowest speed."""

_SIGNS = re.compile(r"[\[\]<>{}|\\^~]")

SHORTEST, SHORTEST_WORD = 0.6, 0.4
LONGEST = 2.5
"""What a line takes, as parts of what its letters take in the voice's sample; words of few letters differ more."""

SURE_LETTERS = 12

Request = Callable[[str, str], dict[str, Any]]
"""What a mouth is to be asked for a text, and for the path of the file that it is to write."""


def takes(
    name: str, mouth: Mouth, request: Request, lines: Sequence[str], speed: float, letter_ms: float | None = None
) -> Iterator[tuple[str, Clip]]:
    """Each line with what `mouth` made of it, in whatever order they get done; `name` is the voice's.

    `letter_ms` is what it takes at speed 1.0 for a letter of its sample, as far as that is known.

    Raises VoiceError for a line that can't be said.
    """
    with tempfile.TemporaryDirectory(prefix="voiceguide-") as folder:
        jobs = deque(_Job(line, Path(folder, f"{number}.wav")) for number, line in enumerate(lines))
        speaking: dict[str, _Job] = {}
        while jobs or speaking:
            while jobs and len(speaking) < mouth.at_once:
                job = jobs.popleft()
                job.path.unlink(missing_ok=True)
                speaking[str(job.path)] = job
                mouth.ask(request(plain(job.line), str(job.path)))
            path, problem = mouth.answer()
            if path and path not in speaking:
                continue  # for somebody who didn't wait for it
            # A mouth that died has lost all it was asked; each of those counts as tried.
            done = [speaking.pop(path)] if path else [speaking.pop(path) for path in list(speaking)]
            for job in done:
                result = problem or _checked(job, speed, letter_ms)
                if isinstance(result, Clip):
                    yield job.line, result
                elif job.tries + 1 < TRIES:
                    jobs.append(_Job(job.line, job.path, job.tries + 1))
                else:
                    raise VoiceError(f"the voice {name} can't say ‘{_short(job.line)}’: {visible(result)}")


def plain(line: str) -> str:
    """`line` without signs that an engine may take for commands.

    `[[…]]` is phonemes to espeak and Piper and a command to NSSpeechSynthesizer, `<…>` is mark-up to SAPI5 and to SSML.
    """
    return " ".join(_SIGNS.sub(" ", line).split())


@dataclass(frozen=True, slots=True)
class _Job:
    line: str
    path: Path
    tries: int = 0


def _checked(job: _Job, speed: float, letter_ms: float | None) -> Clip | str:
    """The clip that the engine wrote, or what is wrong with it."""
    try:
        clip = audiofile.read(job.path, MAX_LINE_SECONDS)
    except audiofile.AudioFileError as error:
        return str(error) if job.path.exists() else "nothing was written"
    if not any(clip.pcm):
        return "it is silent"
    many, signs = letters(job.line), len(job.line)
    if not _least_ms(many, letter_ms) / speed <= clip.ms <= _most_ms(many, signs, letter_ms) / speed:
        return f"{clip.ms} ms of speech is not what {many} letters take"
    job.path.unlink()
    return clip


def _least_ms(many: int, letter_ms: float | None) -> float:
    """Nobody reads a letter in 10 ms."""
    return many * max(10.0, (letter_ms or 0.0) * (SHORTEST if many >= SURE_LETTERS else SHORTEST_WORD))


def _most_ms(many: int, signs: int, letter_ms: float | None) -> float:
    """Where there are few letters, the voice may have to read signs: “10 %” takes longer than its letters."""
    generous = 2_500.0 * (1 + signs)
    if not letter_ms or many < SURE_LETTERS or many < 0.7 * signs:
        return generous
    return min(generous, LONGEST * many * letter_ms + 1_000)


def _short(line: str) -> str:
    return visible(line if len(line) <= 60 else f"{line[:57]}…")
