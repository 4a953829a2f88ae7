"""The system's voices through pyttsx3, at arm's length: each line in a process of its own, each result checked."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from voiceguide.audio.clip import Clip
from voiceguide.audio.stretch import stretched
from voiceguide.base import paths
from voiceguide.base.errors import VoiceError, visible
from voiceguide.base.files import write_atomically
from voiceguide.voices.engine_process import EngineProcess, ProcessPerLine, ServingProcess
from voiceguide.voices.pyttsx3_program import LIMIT_SECONDS
from voiceguide.voices.sample_lengths import sample_ms
from voiceguide.voices.sample_texts import sample_text
from voiceguide.voices.speech_profile import SpeechProfile
from voiceguide.voices.synthesis import TRIES, MakeRequest, synthesize
from voiceguide.voices.voice import Voice, VoiceCard

CALM_WORDS_A_MINUTE = 130
"""The engine's rate at speed 1.0."""

SPEED_TOLERANCE = 0.015
"""The relative error of a speed that nobody hears."""

AT_ONCE = 1 + (os.cpu_count() or 1)
"""How many lines are spoken at a time: one more than there are processors, as pyttsx3 sleeps between polls."""

_PROGRAM = "voiceguide.voices.pyttsx3_program"


@cache
def _shared_process() -> EngineProcess:
    """Return the engine process that speaks for all of the system's voices."""
    if sys.platform == "linux":
        # It kills its children at their limit itself; this patience is for when it is stopped or starved itself.
        return ServingProcess(_PROGRAM, ("serve",), AT_ONCE, 2.5 * LIMIT_SECONDS)
    return ProcessPerLine(_PROGRAM, AT_ONCE, LIMIT_SECONDS)


@cache
def _description() -> dict[str, Any]:
    """Return what the engine says of itself. Raises VoiceError if it can't speak on this machine."""
    files = _engine_files()
    if files and (kept := _kept_description(files)):
        return kept
    described = _asked_for_description()
    if files:
        _keep_description(files, described)
    return described


def _asked_for_description() -> dict[str, Any]:
    """Ask the engine to describe itself, up to TRIES times. Raises VoiceError if it can't."""
    problem = ""
    with tempfile.TemporaryDirectory(prefix="voiceguide-") as folder:
        file = Path(folder, "voices.json")
        for _ in range(TRIES):
            _shared_process().ask({"path": str(file)})
            path, problem = _shared_process().answer()
            if path and not problem:
                described: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
                return described
    raise VoiceError(f"the system's voice can't be used ({visible(problem)}); run ‘voiceguide doctor’")


def _engine_files() -> list[Any] | None:
    """Return the path and time of each file that identifies the engine; None where voices are the system's own."""
    found = [importlib.util.find_spec(name) for name in ("pyttsx3", "espeakng_loader")]
    origins = [Path(spec.origin) for spec in found if spec and spec.origin]
    if sys.platform != "linux" or len(origins) < len(found):
        return None
    return [[str(origin), origin.stat().st_mtime_ns] for origin in origins]


def _kept_description(files: list[Any]) -> dict[str, Any] | None:
    """Return what the same engine said last time: asking takes longer than the rest of a session's preparation."""
    try:
        kept = json.loads(_description_file().read_text(encoding="utf-8"))
        described: dict[str, Any] = kept["described"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return described if kept["files"] == files and {"engine", "identity", "voices"} <= described.keys() else None


def _keep_description(files: list[Any], described: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        write_atomically(_description_file(), json.dumps({"files": files, "described": described}).encode())


def _description_file() -> Path:
    return paths.cache_folder() / "voices.json"


def cards() -> list[VoiceCard]:
    """Return the cards of the system's voices. Raises VoiceError if the engine can't speak on this machine."""
    described = _description()
    return [
        VoiceCard(voice["id"], described["engine"], tuple(voice["languages"]), voice["name"])
        for voice in described["voices"]
    ]


def open_voice(card: VoiceCard, _otherwise: Callable[[], Voice]) -> Voice:
    """Open one of the system's voices."""
    return SystemVoice(card)


class SystemVoice:
    """One of the system's voices."""

    def __init__(self, card: VoiceCard) -> None:
        self.name = card.name
        self._identity = f"{_description()['identity']} {card.name} {CALM_WORDS_A_MINUTE} paced"
        self._process = _shared_process()
        self._sample = sample_text(card.languages)

    def identity_of(self, line: str) -> str:
        return f"{self._identity} {line}"

    def warm_up(self) -> None:
        self._process.warm_up()

    def words_a_minute(self) -> float | None:
        return self._sample.words_a_minute(self._sample_ms(rate_for(1.0)))

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        rate = rate_for(speed)
        usual_ms, ms = (self._sample_ms(one) for one in (rate_for(1.0), rate))
        reached = usual_ms / ms if usual_ms and ms else speed
        # Some engines have only a few speeds; stretching makes up for what can be heard of the difference.
        tempo = speed / reached if abs(speed / reached - 1) > SPEED_TOLERANCE else 1.0
        profile = SpeechProfile(self._sample.letter_ms(usual_ms), ends_in_silence=sys.platform == "linux")
        for line, clip in synthesize(self.name, self._process, self._request(rate), lines, reached, profile):
            yield line, stretched(clip, tempo)

    def close(self) -> None:
        self._process.close()

    def _sample_ms(self, rate: int) -> int | None:
        def read() -> list[Clip]:
            speed = rate / CALM_WORDS_A_MINUTE
            return [
                clip for _, clip in synthesize(self.name, self._process, self._request(rate), self._sample.lines, speed)
            ]

        return sample_ms(f"{self._identity} {rate}", read)

    def _request(self, rate: int) -> MakeRequest:
        return lambda text, path: {"text": text, "voice": self.name, "rate": rate, "path": path}


def rate_for(speed: float) -> int:
    """Return the rate, in the engine's words a minute, for a `speed`."""
    return round(CALM_WORDS_A_MINUTE * speed)
