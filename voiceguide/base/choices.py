"""The values that a listener can choose from, each list in one place."""

from __future__ import annotations

from typing import Literal, get_args

from voiceguide.base.errors import UsageError, shortened

Guidance = Literal["teach", "remind", "quiet"]
"""How much is said."""

Pace = Literal["slow", "normal", "brisk"]
"""How long settling, moving and resting take; holds stay as they are."""

Dose = Literal["low", "high"]
"""Which end of every range is taken."""

Quality = Literal["low", "medium", "high"]
"""How faithfully an exported file keeps the sound."""

CaptionFormat = Literal["vtt", "srt", "lrc"]
"""The suffixes of caption files."""

GUIDANCE: tuple[Guidance, ...] = get_args(Guidance)
PACES: tuple[Pace, ...] = get_args(Pace)
DOSES: tuple[Dose, ...] = get_args(Dose)
QUALITIES: tuple[Quality, ...] = get_args(Quality)
CAPTION_FORMATS: tuple[CaptionFormat, ...] = get_args(CaptionFormat)

MIN_SPEED = 0.5
MAX_SPEED = 2.0
"""The slowest and the fastest speech, as factors of a voice's calm pace."""


def check_choice(name: str, value: str, values: tuple[str, ...]) -> None:
    """Raise UsageError if `value`, given for `name`, is none of `values`."""
    if value not in values:
        raise UsageError(f"unknown {name} ‘{shortened(value, 40)}’; it may be {', '.join(values)}")


def check_speed(speed: float) -> None:
    """Raise UsageError if `speed` is outside MIN_SPEED to MAX_SPEED."""
    if not MIN_SPEED <= speed <= MAX_SPEED:
        raise UsageError(f"‘{speed:g}’ is not a speech speed; it may be from {MIN_SPEED} to {MAX_SPEED}, say 0.8")
