"""The loudness of an export: the gain that brings a session to it, and the ceiling that its peaks stay under."""

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
"""The highest peak that a player may decode."""

_MP3_DB = {"low": 1.5, "medium": 1.3, "high": 1.0}
_AAC_DB = {"low": 2.9, "medium": 1.4, "high": 1.2}
_OPUS_DB = {"low": 4.1, "medium": 2.5, "high": 2.4}
CODING_DB = {"mp3": _MP3_DB, "html": _MP3_DB, "m4b": _AAC_DB, "m4a": _AAC_DB, "opus": _OPUS_DB}
"""How far, in dB, the peaks of encoded speech may rise above those of the original, by format and quality: as measured
over three techniques, three voices and three speeds, plus half a dB, since rounding on another processor is enough to
move a peak."""

_MP3_LU = {"low": 0.35, "medium": 0.35, "high": 0.35}
CODING_LU = {"mp3": _MP3_LU, "html": _MP3_LU, "opus": {"low": 0.4}}
"""How much quieter, in LU, an encoder makes speech, by format and quality: about the same for all voices and speeds."""

_ROUNDS = 4
_NEAR_DB = 0.05
_MOST_DB = 6.0
"""The most that is added to make up for the limiter."""

Key = TypeVar("Key", bound=Hashable)


def ceiling_db(format_name: str, quality: str) -> float:
    """Return the highest peak, in dBTP, that a format's encoder may be given."""
    return CEILING_DBTP - CODING_DB.get(format_name, {}).get(quality, 0.0)


def loudness_for(format_name: str, quality: str, lufs: float) -> float:
    """Return the loudness, in LUFS, that a format's encoder has to be given for its result to be at `lufs`."""
    return lufs + CODING_LU.get(format_name, {}).get(quality, 0.0)


def levelled(clip: Clip, gain_db: float, ceiling_db: float) -> Clip:
    """Return `clip` with a gain, and with no peak, between samples either, above a ceiling in dBTP."""
    louder = as_samples(clip) * np.float32(amplitude(gain_db))
    return as_clip(truly_limited(louder, amplitude(ceiling_db)))


def gain_for(lufs: float, heard: Sequence[tuple[int, Key]], clip_of: Callable[[Key], Clip], ceiling_db: float) -> float:
    """Return the gain, in dB, that brings a session to the loudness `lufs`; 0 if the session is silent.

    `heard` has the start of each clip in milliseconds, and its key. What the limiter takes away, under `ceiling_db`, is
    made up for, with at most 6 dB.
    """
    times = Counter(key for _, key in heard)
    cells, peaks = {}, {}
    for key in times:
        samples = as_samples(clip_of(key))
        cells[key], peaks[key] = energies(samples), np.abs(samples).max(initial=0.0)
    missing_db = lufs - integrated((start_ms, cells[key]) for start_ms, key in heard)
    if missing_db == float("inf"):
        return 0.0
    weights = {key: count * float(cells[key].sum()) for key, count in times.items()}
    gain_db = missing_db
    for _ in range(_ROUNDS):
        ceiling_amplitude = amplitude(ceiling_db - gain_db)
        loud = [key for key in times if peaks[key] > ceiling_amplitude]
        taken = sum(weights[key] * _taken(clip_of(key), ceiling_amplitude) for key in loud)
        wanted_db = missing_db - decibels(1 - taken / sum(weights.values()))
        if abs(wanted_db - gain_db) < _NEAR_DB:
            break
        gain_db = min(wanted_db, missing_db + _MOST_DB)
    return round(gain_db, 2)


def _taken(clip: Clip, ceiling_amplitude: float) -> float:
    """Return what share of a clip's energy the limiter takes, 0 to 1; peaks between samples hardly matter here."""
    samples = as_samples(clip)
    return 1 - float(np.sum(limited(samples, ceiling_amplitude) ** 2) / np.sum(samples**2))
