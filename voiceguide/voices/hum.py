"""A voice that hums: as long as the words would take, the same every time, and there on any machine."""

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
    """One soft tone a line, a syllable long for each syllable; the pitch tells lines apart."""

    name = "hum"

    def identity_of(self, line: str) -> str:
        return f"hum 1 {line}"

    def words_a_minute(self) -> float | None:
        return sample_text(("en",)).words_a_minute(sum(hum(line, 1.0).ms for line in sample_text(("en",)).lines))

    def warm_up(self) -> None:
        """It is always ready."""

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        for line in lines:
            yield line, hum(line, speed)

    def close(self) -> None:
        """Nothing runs."""


def hum(line: str, speed: float) -> Clip:
    """The hum of one line."""
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
    """How long the hum of a line is."""
    return int(RATE * _syllables(line) * _MS_A_SYLLABLE / 1000 / speed)


def _syllables(line: str) -> int:
    """Runs of vowels, and a digit counts as one: near enough for a hum."""
    spoken = line.lower()
    runs = sum(a in _VOWELS and b not in _VOWELS for a, b in zip(spoken, f"{spoken[1:]} ", strict=True))
    return max(1, runs + sum(char.isdigit() for char in spoken))
