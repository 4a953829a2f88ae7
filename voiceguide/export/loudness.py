"""How loud an export is: the gain that brings a session to a loudness, under a ceiling for its peaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import numpy as np

from voiceguide.audio.clip import Clip
from voiceguide.audio.levels import energies, integrated
from voiceguide.audio.limiter import limited, truly_limited
from voiceguide.audio.mastering import amplitude, as_clip, as_samples, decibels

CEILING_DBTP = -1.0
"""No peak is above this, as a player decodes it."""

_MP3_DB = {"low": 1.5, "medium": 1.3, "high": 1.0}
_AAC_DB = {"low": 2.9, "medium": 1.4, "high": 1.2}
_OPUS_DB = {"low": 4.1, "medium": 2.5, "high": 2.4}
CODING_DB = {"mp3": _MP3_DB, "html": _MP3_DB, "m4b": _AAC_DB, "m4a": _AAC_DB, "opus": _OPUS_DB}
"""By how much the peaks of what a coder makes of speech may be above what it was given, by quality: as was measured
over three techniques, three voices and three speeds, and half a dB more, as another processor's roundings suffice for
another peak."""

_MP3_LU = {"low": 0.35, "medium": 0.35, "high": 0.35}
CODING_LU = {"mp3": _MP3_LU, "html": _MP3_LU, "opus": {"low": 0.4}}
"""How much quieter a coder makes speech, which was about the same for all voices and speeds."""

_ROUNDS = 4
_NEAR_DB = 0.05
_MOST_DB = 6.0
"""More than this a limiter isn't asked to take."""

Key = TypeVar("Key", bound=Hashable)


def ceiling_db(format_name: str, quality: str) -> float:
    """What no peak may be above that a format's coder is given, in dBTP."""
    return CEILING_DBTP - CODING_DB.get(format_name, {}).get(quality, 0.0)


def asked_of(format_name: str, quality: str, lufs: float) -> float:
    """The loudness that a format's coder has to be given, so that what it makes is at `lufs`."""
    return lufs + CODING_LU.get(format_name, {}).get(quality, 0.0)


def levelled(clip: Clip, gain_db: float, ceiling_db: float) -> Clip:
    """`clip` louder by a gain, with no peak above a ceiling."""
    louder = as_samples(clip) * np.float32(amplitude(gain_db))
    return as_clip(truly_limited(louder, amplitude(ceiling_db)))


def gain_for(lufs: float, heard: Sequence[tuple[int, Key]], clip_of: Callable[[Key], Clip], ceiling_db: float) -> float:
    """The gain in dB by which a session has the loudness `lufs`; 0 if it is silent.

    `heard` is when each clip sounds, in milliseconds. What the limiter takes away is made up for.
    """
    times = Counter(key for _, key in heard)
    cells, peaks = {}, {}
    for key in times:
        samples = as_samples(clip_of(key))
        cells[key], peaks[key] = energies(samples), np.abs(samples).max(initial=0.0)
    missing_db = lufs - integrated((start_ms, cells[key]) for start_ms, key in heard)
    if missing_db == float("inf"):
        return 0.0
    weights = {key: many * float(cells[key].sum()) for key, many in times.items()}
    gain_db = missing_db
    for _ in range(_ROUNDS):
        ceiling = amplitude(ceiling_db - gain_db)
        taken = sum(weights[key] * _taken(clip_of(key), ceiling) for key in times if peaks[key] > ceiling)
        wanted_db = missing_db - decibels(1 - taken / sum(weights.values()))
        if abs(wanted_db - gain_db) < _NEAR_DB:
            break
        gain_db = min(wanted_db, missing_db + _MOST_DB)
    return round(gain_db, 2)


def _taken(clip: Clip, ceiling: float) -> float:
    """What the limiter takes of a clip's energy, 0 to 1; what is between the samples hardly matters here."""
    samples = as_samples(clip)
    return 1 - float(np.sum(limited(samples, ceiling) ** 2) / np.sum(samples**2))
