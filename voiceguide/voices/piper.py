"""Piper's natural voices, in an engine process that is kept as long as the program runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from voiceguide.audio.clip import Clip
from voiceguide.audio.stretch import stretched
from voiceguide.voices.engine_process import ServingProcess
from voiceguide.voices.models import Model
from voiceguide.voices.sample_texts import sample_text
from voiceguide.voices.speech_profile import SpeechProfile
from voiceguide.voices.synthesis import synthesize

PATIENCE_SECONDS = 60
"""How long one line may take: the longest ones take about twenty seconds on a slow machine."""

AT_ONCE = 2
"""How many lines are requested at a time: while one is spoken, the next is already waiting."""

CALM_SLOWNESS = 1.4
"""How many times as long as their models suggest Piper's voices take at speed 1.0.

For other speeds the sound is stretched afterwards, since speech that Piper itself speeds up is harder to understand: at
300 words a minute, a speech recognizer got 11 % of joe's words wrong, but only 7 % of them when the sound was
stretched.
"""

_PROGRAM = "voiceguide.voices.piper_program"


@cache
def _process_of(model: Model) -> ServingProcess:
    """Return the engine process that speaks for all sessions of this program."""
    return ServingProcess(_PROGRAM, (str(model.model), str(model.config), model.digest), AT_ONCE, PATIENCE_SECONDS)


class PiperVoice:
    """The voice of a Piper model."""

    def __init__(self, model: Model) -> None:
        self.name = model.card.name
        parts = (*(f"{package} {version(package)}" for package in ("piper-tts", "onnxruntime")), sys.platform)
        self._identity = " ".join((*parts, model.digest, "without noise, stretched", str(CALM_SLOWNESS)))
        self._sample_ms = model.sample_ms
        self._sample = sample_text(model.card.languages)
        self._profile = SpeechProfile(self._sample.letter_ms(model.sample_ms), ends_in_silence=True)
        self._process = _process_of(model)

    def identity_of(self, line: str) -> str:
        return f"{self._identity} {line}"

    def words_a_minute(self) -> float | None:
        return self._sample.words_a_minute(self._sample_ms)

    def warm_up(self) -> None:
        self._process.warm_up()

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        for line, clip in synthesize(self.name, self._process, _request, lines, 1.0, self._profile):
            yield line, stretched(clip, speed)

    def close(self) -> None:
        self._process.close()


def _request(text: str, path: str) -> dict[str, Any]:
    return {"text": text, "slowness": CALM_SLOWNESS, "path": path}


def sample_ms(model: Model) -> int:
    """Measure how many milliseconds a voice takes to read its sample text. Raises VoiceError if it can't say it."""
    from voiceguide.audio.mastering import master

    voice = PiperVoice(model)
    try:
        return sum(master(clip).ms for _, clip in voice.record(sample_text(model.card.languages).lines, 1.0))
    finally:
        voice.close()
