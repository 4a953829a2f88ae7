"""Somebody's own recordings, a WAV file for each line; another voice says the lines that aren't there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from voiceguide.audio import audiofile
from voiceguide.audio.clip import Clip
from voiceguide.audio.stretch import stretched
from voiceguide.base.hashing import sha256_of_files
from voiceguide.voices import own_voices
from voiceguide.voices.synthesis import MAX_LINE_SECONDS
from voiceguide.voices.voice import Voice, VoiceCard

ENGINE = "recorded"
SUFFIX = ".wav"
MAX_NAME_BYTES = 120
LEAST_PEAK = 300
"""A recording that is never louder than this, a hundredth of full scale, is of an empty room."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """A folder of recordings."""

    card: VoiceCard
    folder: Path

    def file(self, line: str) -> Path:
        """The file that `line` is or would be recorded in."""
        return self.folder / file_name(line)

    def missing(self, lines: Iterable[str]) -> list[str]:
        """The lines that aren't there."""
        return [line for line in lines if not self.file(line).is_file()]


def all_recordings() -> list[Recordings]:
    """Every voice that somebody has recorded."""
    return [_known(folder, about.get("languages")) for folder, about in own_voices.all_about(ENGINE)]


def cards() -> list[VoiceCard]:
    """Return the voices that somebody has recorded."""
    return [one.card for one in all_recordings()]


def open_voice(card: VoiceCard, otherwise: Callable[[], Voice]) -> Voice:
    """Return the voice of somebody's recordings; `otherwise` says the lines that they haven't recorded."""
    return RecordedVoice(next(one for one in all_recordings() if one.card == card), otherwise())


def recordings(name: str) -> Recordings | None:
    """The recordings called `name`."""
    return next((one for one in all_recordings() if one.card.name == name.lower()), None)


def begun(name: str, languages: Sequence[str]) -> Recordings:
    """The recordings called `name`, begun if they aren't there. Raises UsageError if they can't be."""
    name = own_voices.checked_name(name)
    if recordings(name) is None:
        with own_voices.new(name, {"engine": ENGINE, "languages": list(languages)}):
            pass
    return next(one for one in all_recordings() if one.card.name == name)


def file_name(line: str) -> str:
    """The name of a line's file: its words, so that a person finds it, and never two lines' with other words."""
    words = "-".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", line).casefold()))
    if len(words.encode()) <= MAX_NAME_BYTES:
        return f"{words}{SUFFIX}"
    beginning = words.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
    return f"{beginning}-{sha256(words.encode()).hexdigest()[:8]}{SUFFIX}"


def read(file: Path) -> Clip:
    """A recording. Raises AudioFileError if it can't be read, or if nothing can be heard."""
    clip = audiofile.read(file, MAX_LINE_SECONDS)
    some = memoryview(clip.pcm).cast("h")[
        ::8
    ]  # speech is slow enough to be found in these, and they are counted sooner
    if max(max(some, default=0), -min(some, default=0)) < LEAST_PEAK:
        raise audiofile.AudioFileError(f"{file}: nothing can be heard in it; record it again")
    return clip


def problems(there: Recordings, lines: Iterable[str]) -> Iterator[str]:
    """What is wrong with the recordings of `lines` that are there."""
    for line in lines:
        try:
            if there.file(line).is_file():
                read(there.file(line))
        except audiofile.AudioFileError as error:
            yield str(error)


class RecordedVoice:
    """Recordings, and `otherwise` for what isn't there or can't be read."""

    def __init__(self, there: Recordings, otherwise: Voice) -> None:
        self.name = there.card.name
        self._there = there
        self._otherwise = otherwise
        self._digests: dict[Path, str] = {}

    def identity_of(self, line: str) -> str:
        digest = self._digest(self._there.file(line))
        return f"recorded {digest}" if digest else self._otherwise.identity_of(line)

    def words_a_minute(self) -> float | None:
        """Nobody has recorded a sample."""
        return None

    def warm_up(self) -> None:
        """It is ready; the other voice gets ready when something is missing."""

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        missing = []
        for line in lines:
            if not self._digest(self._there.file(line)):
                missing.append(line)
                continue
            yield line, stretched(read(self._there.file(line)), speed)
        if missing:
            yield from self._otherwise.record(missing, speed)

    def close(self) -> None:
        self._otherwise.close()

    def _digest(self, file: Path) -> str:
        """Of a recording's bytes as it was when it was first looked at; empty if it can't be used."""
        if file not in self._digests:
            try:
                read(file)
                self._digests[file] = sha256_of_files(file)
            except (OSError, audiofile.AudioFileError):
                self._digests[file] = ""
        return self._digests[file]


def _known(folder: Path, languages: object) -> Recordings:
    tags = tuple(map(str, languages)) if isinstance(languages, list) else ()
    many = sum(1 for _ in folder.glob(f"*{SUFFIX}"))
    card = VoiceCard(
        folder.name, ENGINE, tags, f"{many} lines of your own", natural=True, only_by_name=True, as_written=True
    )
    return Recordings(card, folder)
