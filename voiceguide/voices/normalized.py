"""A voice that takes lines as they are written, and has another voice read them as they are read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from voiceguide.audio.clip import Clip
from voiceguide.voices.voice import Voice


class NormalizedVoice:
    """`voice`, given what `spoken` turns each line into; lines that are read alike are recorded once."""

    def __init__(self, voice: Voice, spoken: Callable[[str], str]) -> None:
        self.name = voice.name
        self._voice = voice
        self._spoken = spoken

    def identity_of(self, line: str) -> str:
        return self._voice.identity_of(self._spoken(line))

    def words_a_minute(self) -> float | None:
        return self._voice.words_a_minute()

    def warm_up(self) -> None:
        self._voice.warm_up()

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        written: dict[str, list[str]] = {}
        for line in lines:
            written.setdefault(self._spoken(line), []).append(line)
        for read, clip in self._voice.record(list(written), speed):
            yield from ((line, clip) for line in written[read])

    def close(self) -> None:
        self._voice.close()
