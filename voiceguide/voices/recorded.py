"""A listener's own recordings, a WAV file for each line; another voice says the lines that are missing."""

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
"""The lowest peak of a recording, in steps of 16 bits: below this hundredth of full scale, only the room is heard."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """The folder of one voice's recordings."""

    card: VoiceCard
    folder: Path

    def file(self, line: str) -> Path:
        """Return the path of a line's recording, whether or not it exists."""
        return self.folder / file_name(line)

    def missing(self, lines: Iterable[str]) -> list[str]:
        """Return those of `lines` that haven't been recorded."""
        return [line for line in lines if not self.file(line).is_file()]


def all_recordings() -> list[Recordings]:
    """Return the recordings of every voice that has been recorded here."""
    return [_known(folder, about.get("languages")) for folder, about in own_voices.all_about(ENGINE)]


def cards() -> list[VoiceCard]:
    """Return the cards of the recorded voices."""
    return [one.card for one in all_recordings()]


def open_voice(card: VoiceCard, otherwise: Callable[[], Voice]) -> Voice:
    """Open a recorded voice; `otherwise` opens the one that says the lines that haven't been recorded."""
    return RecordedVoice(next(one for one in all_recordings() if one.card == card), otherwise())


def recordings(name: str) -> Recordings | None:
    """Return the recordings of the voice called `name`, or None if there are none."""
    return next((one for one in all_recordings() if one.card.name == name.lower()), None)


def begun(name: str, languages: Sequence[str]) -> Recordings:
    """Return the recordings called `name`, with a new folder if need be. Raises UsageError if it can't be made."""
    name = own_voices.checked_name(name)
    if recordings(name) is None:
        with own_voices.new(name, {"engine": ENGINE, "languages": list(languages)}):
            pass
    return next(one for one in all_recordings() if one.card.name == name)


def file_name(line: str) -> str:
    """Return the name of a line's file: its words, so that people can find it; other words give another name."""
    words = "-".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", line).casefold()))
    if len(words.encode()) <= MAX_NAME_BYTES:
        return f"{words}{SUFFIX}"
    beginning = words.encode()[:MAX_NAME_BYTES].decode(errors="ignore")
    return f"{beginning}-{sha256(words.encode()).hexdigest()[:8]}{SUFFIX}"


def read(file: Path) -> Clip:
    """Read a recording. Raises AudioFileError if it can't be read, or if nothing can be heard in it."""
    clip = audiofile.read(file, MAX_LINE_SECONDS)
    # Every eighth sample shows speech as well, and takes less time.
    some = memoryview(clip.pcm).cast("h")[::8]
    if max(max(some, default=0), -min(some, default=0)) < LEAST_PEAK:
        raise audiofile.AudioFileError(f"{file}: nothing can be heard in it; record it again")
    return clip


def problems(there: Recordings, lines: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with each recording of `lines` that exists but can't be used."""
    for line in lines:
        try:
            if there.file(line).is_file():
                read(there.file(line))
        except audiofile.AudioFileError as error:
            yield str(error)


class RecordedVoice:
    """A recorded voice, with `otherwise` for the lines that are missing or can't be read."""

    def __init__(self, there: Recordings, otherwise: Voice) -> None:
        self.name = there.card.name
        self._there = there
        self._otherwise = otherwise
        self._digests: dict[Path, str] = {}

    def identity_of(self, line: str) -> str:
        digest = self._digest(self._there.file(line))
        return f"recorded {digest}" if digest else self._otherwise.identity_of(line)

    def words_a_minute(self) -> float | None:
        """Return None: there is no recording of the sample text."""
        return None

    def warm_up(self) -> None:
        """Do nothing: recordings are ready, and the other voice starts when a line is missing."""

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
        """Return the SHA-256 of a recording as it was when first asked for; "" if it can't be used."""
        if file not in self._digests:
            try:
                read(file)
                self._digests[file] = sha256_of_files(file)
            except (OSError, audiofile.AudioFileError):
                self._digests[file] = ""
        return self._digests[file]


def _known(folder: Path, languages: object) -> Recordings:
    tags = tuple(map(str, languages)) if isinstance(languages, list) else ()
    count = sum(1 for _ in folder.glob(f"*{SUFFIX}"))
    card = VoiceCard(
        folder.name, ENGINE, tags, f"{count} lines of your own", natural=True, only_by_name=True, as_written=True
    )
    return Recordings(card, folder)
