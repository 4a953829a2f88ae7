"""A voice that hums for as long as the words would take: the same every time, and there on every machine."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from math import pi, sin
from sys import byteorder

from voiceguide.audio.clip import RATE, Clip
from voiceguide.voices.sample_texts import sample_text
from voiceguide.voices.voice import Voice, VoiceCard

_MS_A_SYLLABLE = 180
_VOWELS = frozenset("aeiouyäöüáéíóúàèìòùâêîôû")

CARD = VoiceCard("hum", "voiceguide", (), "hums in place of words, for trying a script out", only_by_name=True)


def cards() -> list[VoiceCard]:
    """Return the one voice that hums."""
    return [CARD]


def open_voice(_card: VoiceCard, _otherwise: Callable[[], Voice]) -> Voice:
    """Return the voice that hums."""
    return HummingVoice()


class HummingVoice:
    """A voice that hums one soft tone for each line, 180 ms per syllable; its pitch tells lines apart."""

    name = "hum"

    def identity_of(self, line: str) -> str:
        return f"hum 1 {line}"

    def words_a_minute(self) -> float | None:
        return sample_text(("en",)).words_a_minute(sum(hum(line, 1.0).ms for line in sample_text(("en",)).lines))

    def warm_up(self) -> None:
        """Do nothing: it is always ready."""

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        for line in lines:
            yield line, hum(line, speed)

    def close(self) -> None:
        """Do nothing: no process runs."""


def hum(line: str, speed: float) -> Clip:
    """Return the hum of one line."""
    frames = hum_frames(line, speed)
    hertz = 110 + zlib.crc32(line.encode()) % 110
    fade = min(frames // 4, RATE // 100) or 1
    samples = array(
        "h",
        (
            int(6_000 * min(1.0, frame / fade, (frames + 1 - frame) / fade) * sin(2 * pi * hertz * frame / RATE))
            for frame in range(1, frames + 1)
        ),
    )
    if byteorder == "big":
        samples.byteswap()
    return Clip(samples.tobytes())


def hum_frames(line: str, speed: float) -> int:
    """Return the length of a line's hum in frames."""
    return int(RATE * _syllables(line) * _MS_A_SYLLABLE / 1000 / speed)


def _syllables(line: str) -> int:
    """Count the runs of vowels, and each digit as one syllable: near enough for a hum."""
    spoken = line.lower()
    runs = sum(a in _VOWELS and b not in _VOWELS for a, b in zip(spoken, f"{spoken[1:]} ", strict=True))
    return max(1, runs + sum(char.isdigit() for char in spoken))
