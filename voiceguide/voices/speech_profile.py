"""What is known of how a voice speaks, and so, what it can't have said: half a sentence is a wrong instruction."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.audio.clip import RATE, Clip
from voiceguide.voices.sample_texts import letters

SHORTEST, LONGEST = 0.55, 2.5
"""What a line takes, as parts of what its letters take in the voice's sample.

Of 89 lines in four voices, 0.70 to 1.5, and a word by itself up to 2.1.
"""

SURE_LETTERS = 12

END_FRAMES = RATE // 200
LOUD_END = 0.05
"""What is as loud in its last 5 ms, as a part of its peak, was cut off."""


@dataclass(frozen=True, slots=True)
class SpeechProfile:
    """What a voice takes at speed 1.0 for a letter of its sample, if anybody knows, and whether it ends in silence."""

    letter_ms: float | None = None
    ends_in_silence: bool = False

    def problem(self, line: str, clip: Clip, speed: float) -> str:
        """Why `clip` can't be all of `line` at a speed; empty if it may be."""
        if not any(clip.pcm):
            return "it is silent"
        many = letters(line)
        if not self._least_ms(many) / speed <= clip.ms <= self._most_ms(many, len(line)) / speed:
            return f"{clip.ms} ms of speech is not what {many} letters take"
        if self.ends_in_silence and _ends_loud(clip):
            return "it ends in the middle of a sound"
        return ""

    def _least_ms(self, many: int) -> float:
        """Nobody reads a letter in 10 ms."""
        return many * max(10.0, SHORTEST * (self.letter_ms or 0.0))

    def _most_ms(self, many: int, signs: int) -> float:
        """Where there are few letters, the voice may have to read signs: “10 %” takes longer than its letters."""
        generous = 2_500.0 * (1 + signs)
        if not self.letter_ms or many < SURE_LETTERS or many < 0.7 * signs:
            return generous
        return min(generous, LONGEST * many * self.letter_ms + 1_000)


def _ends_loud(clip: Clip) -> bool:
    import numpy as np  # whoever only asks for a voice's name doesn't wait for it

    levels = np.abs(np.frombuffer(clip.pcm, "<i2").astype(np.int32))
    return bool(levels[-END_FRAMES:].max() > LOUD_END * levels.max())
