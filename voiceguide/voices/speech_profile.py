"""How a voice speaks, and so, which clips can't be a whole line: half a sentence is a wrong instruction."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.audio.clip import RATE, Clip
from voiceguide.voices.sample_texts import letters

SHORTEST, LONGEST = 0.55, 2.5
"""How long a line may take, relative to what its letters would take at the pace of the voice's sample.

89 lines in four voices took 0.70 to 1.5 times as long, single words up to 2.1 times.
"""

SURE_LETTERS = 12
"""How many letters a line must have for LONGEST to hold."""

END_FRAMES = RATE // 200
LOUD_END = 0.05
"""A clip whose last 5 ms (END_FRAMES) exceed this part of its peak amplitude was cut off."""


@dataclass(frozen=True, slots=True)
class SpeechProfile:
    """How many milliseconds a voice takes per letter at speed 1.0, None if unknown, and whether it ends in silence."""

    letter_ms: float | None = None
    ends_in_silence: bool = False

    def problem(self, line: str, clip: Clip, speed: float) -> str:
        """Return why `clip` can't be the whole of `line` at `speed`, or "" if it can."""
        if not any(clip.pcm):
            return "it is silent"
        count = letters(line)
        if not self._least_ms(count) / speed <= clip.ms <= self._most_ms(count, len(line)) / speed:
            return f"{clip.ms} ms of speech is not what {count} letters take"
        if self.ends_in_silence and _ends_loud(clip):
            return "it ends in the middle of a sound"
        return ""

    def _least_ms(self, letter_count: int) -> float:
        """Return the shortest time that a line may take: at least 10 ms per letter."""
        return letter_count * max(10.0, SHORTEST * (self.letter_ms or 0.0))

    def _most_ms(self, letter_count: int, char_count: int) -> float:
        """Return the longest time that a line may take: a generous one if it has few letters, such as “10 %”."""
        generous_ms = 2_500.0 * (1 + char_count)
        if not self.letter_ms or letter_count < SURE_LETTERS or letter_count < 0.7 * char_count:
            return generous_ms
        return min(generous_ms, LONGEST * letter_count * self.letter_ms + 1_000)


def _ends_loud(clip: Clip) -> bool:
    import numpy as np  # slow to import, and not needed for a voice's name

    levels = np.abs(np.frombuffer(clip.pcm, "<i2").astype(np.int32))
    return bool(levels[-END_FRAMES:].max() > LOUD_END * levels.max())
