"""A natural voice: Piper, in a process of its own that is kept as long as the program runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import version

from voiceguide.clip import Clip
from voiceguide.stretch import stretched
from voiceguide.voices.habits import Habits
from voiceguide.voices.models import AS_TOLD, Model
from voiceguide.voices.mouths import ServingMouth
from voiceguide.voices.pace import Pace, measured, setting_for
from voiceguide.voices.samples import sample
from voiceguide.voices.takes import Request, takes

PATIENCE_SECONDS = 60
"""How long one line may take: the longest ones need some twenty seconds on a slow machine."""

AT_ONCE = 2
"""Lines that are asked for at the same time; one is spoken, the next one waits for its turn."""

CALM = 1.12
"""How much slower than in their models Piper's voices speak at speed 1.0: then they are as calm as the system's."""

_MOUTH = "voiceguide.voices.piper_mouth"


@cache
def _mouth(model: Model) -> ServingMouth:
    """What speaks for all sessions of this process."""
    return ServingMouth(_MOUTH, (str(model.model), str(model.config), model.digest), AT_ONCE, PATIENCE_SECONDS)


class PiperVoice:
    """A Piper model's voice."""

    def __init__(self, model: Model) -> None:
        self.name = model.card.name
        parts = (*(f"{package} {version(package)}" for package in ("piper-tts", "onnxruntime")), sys.platform)
        self._identity = " ".join((*parts, model.digest, "without noise, plain", str((CALM, model.pace))))
        self._pace = model.pace
        self._reading_ms = model.reading_ms
        self._sample = sample(model.card.languages)
        self._habits = Habits(self._sample.letter_ms(model.reading_ms), ends_in_silence=True)
        self._mouth = _mouth(model)

    def identity_of(self, line: str) -> str:
        return f"{self._identity} {line}"

    def words_a_minute(self) -> float | None:
        return self._sample.words_a_minute(self._reading_ms)

    def begin(self) -> None:
        self._mouth.begin()

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        slowness, tempo = setting_for(speed, self._pace)
        request = self._request(slowness)
        for line, clip in takes(self.name, self._mouth, request, lines, speed / tempo, self._habits):
            yield line, stretched(clip, tempo)

    def close(self) -> None:
        self._mouth.close()

    @staticmethod
    def _request(slowness: float) -> Request:
        return lambda text, path: {"text": text, "slowness": CALM * slowness, "path": path}


def measure(model: Model, lines: Sequence[str]) -> tuple[Pace, int]:
    """How fast a voice says `lines` at each slowness, and how long it takes for its sample.

    Raises VoiceError, or ValueError if it can't be made faster.
    """
    from voiceguide.mastering import master

    voice = PiperVoice(replace(model, pace=AS_TOLD, reading_ms=None))

    def lasting(lines: Sequence[str], slowness: float) -> int:
        return sum(master(clip).ms for _, clip in voice.record(lines, 1 / slowness))

    try:
        return measured(partial(lasting, lines)), lasting(sample(model.card.languages).lines, 1.0)
    finally:
        voice.close()
