"""The listener's settings, kept in a small TOML file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from voiceguide.base import paths
from voiceguide.base.choices import GUIDANCE, MAX_SPEED, MIN_SPEED, PACES, Guidance, Pace, check_choice
from voiceguide.base.errors import ConfigError, UnknownNameError, UsageError
from voiceguide.base.files import write_atomically
from voiceguide.recording.cache_folder import read_size


@dataclass(frozen=True, slots=True)
class Config:
    """The settings: what `play`, `show` and `export` do unless told otherwise; None leaves it to the program.

    `speed` is a factor, `mic` is a part of a microphone's name, `history` is `on` or `off`, and `cache` is the bound of
    the clip cache in bytes.
    """

    speed: float | None = None
    voice: str | None = None
    guidance: Guidance | None = None
    pace: Pace | None = None
    mic: str | None = None
    history: str | None = None
    cache: int | None = None


def file() -> Path:
    """Return the path of the settings, whether or not there are any."""
    return paths.config_folder() / "config.toml"


def load() -> Config:
    """Read the listener's settings. Raises ConfigError if there is a file but it can't be used."""
    if file().exists() and not file().is_file():
        raise ConfigError(file(), "not a file; remove it")
    try:
        values = tomllib.loads(file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Config()
    except (OSError, ValueError) as error:
        raise ConfigError(file(), f"can't be used ({error}); correct it, or remove it") from None
    config = Config()
    for key, value in values.items():
        try:
            config = changed(config, key, str(value))
        except UsageError as error:
            raise ConfigError(file(), str(error)) from None
    return config


def changed(config: Config, key: str, text: str) -> Config:
    """Return `config` with `key` set to the value in `text`.

    Raises UnknownNameError for an unknown key, and UsageError for a wrong value.
    """
    _check_key(key)
    return replace(config, **{key: _READ[key](text)})


def _check_key(key: str) -> None:
    if key not in _READ:
        raise UnknownNameError("setting", key, _READ)


def cleared(config: Config, key: str) -> Config:
    """Return `config` with `key` left to the program again. Raises UnknownNameError for an unknown key."""
    _check_key(key)
    return replace(config, **{key: None})


def save(config: Config) -> None:
    """Write the file whole, or leave it as it was. Raises ConfigError if it can't be written."""
    # JSON writes strings and numbers as TOML does.
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in asdict(config).items() if value is not None]
    try:
        write_atomically(file(), "".join(lines).encode())
    except OSError as error:
        raise ConfigError(file(), f"can't be written ({error.strerror})") from None


def read_speed(text: str) -> float:
    """Return the speed, a factor, in `text`. Raises UsageError outside MIN_SPEED to MAX_SPEED."""
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not MIN_SPEED <= speed <= MAX_SPEED:
        raise UsageError(f"‘{text[:40]}’ is not a speech speed; it may be from {MIN_SPEED} to {MAX_SPEED}, say 0.8")
    return round(speed, 3)


def _one_of(name: str, *values: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        check_choice(name, text, values)
        return text

    return read


_READ: dict[str, Callable[[str], Any]] = {
    "speed": read_speed,
    "voice": str,
    "guidance": _one_of("guidance", *GUIDANCE),
    "pace": _one_of("pace", *PACES),
    "mic": str,
    "history": _one_of("setting of the history", "on", "off"),
    "cache": read_size,
}
KEYS = tuple(field.name for field in fields(Config))
