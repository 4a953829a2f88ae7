"""Making recorded lines alike: silence trimmed from both ends, all at one loudness."""

from __future__ import annotations

import os
from functools import cache

# numpy starts a thread a core for matrices larger than any here, and that takes half the time it takes to load.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

from voiceguide.audio import limiter
from voiceguide.audio.clip import RATE, Clip
from voiceguide.audio.limiter import by_block, gains, limited

LINE_DBFS = -13.8
"""Level of every line: K-weighted, over the parts that are speech; chosen so that a session is at about -16 LUFS."""

PEAK_DBFS = -2.6
"""No sample of a line is above this: what is between samples, and what a coder adds, has room."""

LEAD_MS = 3
"""Silence kept at either end, so that a soft consonant isn't clipped off."""

_MOST_MADE_UP_DB = 24.0
_NEAR_DB = 0.05
"""What the limiter takes away is made up for by more gain, so much at most, until next to nothing is missing."""

_TRIM_DB = -50.0
_GATE_DB = -12.0
PARTS = 48
"""Blocks of the limiter whose level is looked at together: 48 ms, about a syllable's vowel."""

BLOCK = PARTS * limiter.BLOCK

_FULL_SCALE = 32_768.0

Samples = npt.NDArray[np.float32]


def master(clip: Clip) -> Clip:
    """`clip` trimmed and at the level of all lines. A silent clip becomes an empty one."""
    samples = _trimmed(as_samples(clip))
    if not samples.size:
        return Clip(b"")
    return as_clip(_eased(limited(samples * np.float32(amplitude(_gain_db(samples))), amplitude(PEAK_DBFS))))


def _gain_db(samples: Samples) -> float:
    """What brings a line to the level of all lines, after the limiter has taken its part.

    The limiter's gain changes slowly, so it takes the same part of what is weighted as of what isn't. That spares a
    spectrum for each gain that is tried.
    """
    blocks = by_block(samples)
    highest = np.abs(blocks).max(axis=0)
    energies = np.pad((blocks**2).sum(axis=0), (0, -highest.size % PARTS)).reshape(-1, PARTS)
    power = weighted_energies(samples, BLOCK) / BLOCK / np.maximum(energies.sum(axis=1), 1e-12)

    def missing_db(gain_db: float) -> float:
        begins = gains(highest, amplitude(PEAK_DBFS - gain_db))
        kept = np.pad((begins[:-1] + begins[1:]) / 2, (0, energies.size - highest.size)).reshape(-1, PARTS)
        return LINE_DBFS - gain_db - _speech_db(power * (energies * kept**2).sum(axis=1))

    low = LINE_DBFS - _speech_db(power * energies.sum(axis=1))
    high = low + _MOST_MADE_UP_DB
    while high - low > _NEAR_DB:
        middle = (low + high) / 2
        low, high = (middle, high) if missing_db(middle) > 0 else (low, middle)
    return low


def _eased(samples: Samples) -> Samples:
    """Without a step at either end: some voices begin in the middle of an “s”."""
    ease = min(RATE * LEAD_MS // 1000, samples.size // 2)
    ramp = np.linspace(0, 1, ease, dtype=np.float32)
    eased = samples.copy()
    eased[:ease] *= ramp
    eased[samples.size - ease :] *= ramp[::-1]
    return eased


def as_samples(clip: Clip) -> Samples:
    """In parts of full scale."""
    return np.frombuffer(clip.pcm, dtype="<i2").astype(np.float32) / _FULL_SCALE


def as_clip(samples: Samples) -> Clip:
    return Clip(np.rint(samples * _FULL_SCALE).clip(-32_768, 32_767).astype("<i2").tobytes())


def _trimmed(samples: Samples) -> Samples:
    """Without what is below the threshold, relative to the peak, at both ends."""
    magnitude = np.abs(samples)
    peak = magnitude.max(initial=0.0)
    if peak < amplitude(-60.0):
        return samples[:0]
    loud = np.flatnonzero(magnitude > peak * amplitude(_TRIM_DB))
    lead = RATE * LEAD_MS // 1000
    return samples[max(0, loud[0] - lead) : loud[-1] + 1 + lead]


def loudness(samples: Samples) -> float:
    """The K-weighted level in dBFS of the parts that are speech: blocks that are within 12 dB of the clip's mean.

    The weighting is that of ITU-R BS.1770; its gating wants 400 ms blocks, which a word like “Up” doesn't fill.
    """
    return _speech_db(weighted_energies(samples, BLOCK) / BLOCK)


def _speech_db(power: npt.NDArray[np.floating]) -> float:
    speech = power[power >= power.mean() * amplitude(_GATE_DB) ** 2]
    return decibels(speech.mean() + 1e-12)


def weighted_energies(samples: Samples, block: int) -> Samples:
    """The energy of each `block` frames as loud as they are heard, in squares of full scale."""
    blocks = np.pad(samples, (0, -samples.size % block)).reshape(-1, block)
    # Parseval: a block's energy is the sum over its spectrum, where weighting is a product.
    spectrum = np.fft.rfft(blocks, axis=1)
    energies: Samples = ((spectrum.real**2 + spectrum.imag**2) @ _k_weights(block)).astype(np.float32)
    return energies


@cache
def _k_weights(block: int) -> Samples:
    """Power gain of the two K filters at a block's frequencies, from their analogue form in ITU-R BS.1770."""
    s = 2j * np.pi * np.fft.rfftfreq(block, 1 / RATE)
    shelf_w, shelf_q, shelf_gain = 2 * np.pi * 1681.97, 0.7072, 10 ** (3.99984 / 20)
    raised = shelf_gain * s**2 + np.sqrt(shelf_gain) * shelf_w / shelf_q * s + shelf_w**2
    shelf = raised / (s**2 + shelf_w / shelf_q * s + shelf_w**2)
    pass_w, pass_q = 2 * np.pi * 38.1355, 0.5003
    high_pass = s**2 / (s**2 + pass_w / pass_q * s + pass_w**2)
    # Each frequency but the first stands for a second one, below zero.
    weights: Samples = (2 / block * np.abs(shelf * high_pass) ** 2).astype(np.float32)
    return weights


def amplitude(db: float) -> float:
    return float(10.0 ** (db / 20))


def decibels(power: float) -> float:
    return float(10 * np.log10(power))
