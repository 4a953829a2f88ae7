"""Mastering of recorded lines: silence is trimmed from both ends, and all are brought to one loudness."""

from __future__ import annotations

import os
from functools import cache

# For matrices larger than any here, numpy starts a thread for each core, which is half the time that loading it takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

from voiceguide.audio import limiter
from voiceguide.audio.clip import RATE, Clip
from voiceguide.audio.limiter import Samples, by_block, gain_factors, limited

LINE_DBFS = -13.8
"""The K-weighted level of every line over its parts that are speech; with it, a session is at about -16 LUFS."""

PEAK_DBFS = -2.6
"""No sample of a line is above this, which leaves room for peaks between samples and for what a codec adds."""

LEAD_MS = 3
"""Silence kept at both ends, so that a soft consonant isn't cut off."""

_MOST_MADE_UP_DB = 24.0
_NEAR_DB = 0.05
"""How much gain may be added to make up for what the limiter takes away, and how near the result has to be."""

_TRIM_DB = -50.0
_GATE_DB = -12.0
_PART_BLOCKS = 48
"""Blocks of the limiter whose level is measured together: 48 ms, about a syllable's vowel."""

_PART_FRAMES = _PART_BLOCKS * limiter.BLOCK_FRAMES

_FULL_SCALE = 32_768.0


def master(clip: Clip) -> Clip:
    """Return `clip` trimmed and at the level of all lines; a silent clip becomes an empty one."""
    samples = _trimmed(as_samples(clip))
    if not samples.size:
        return Clip(b"")
    return as_clip(_eased(limited(samples * np.float32(amplitude(_gain_db(samples))), amplitude(PEAK_DBFS))))


def _gain_db(samples: Samples) -> float:
    """Find the gain in dB that brings a line to LINE_DBFS once the limiter has taken its part.

    The limiter's gain changes slowly, so it takes the same share of the weighted energy as of the unweighted. So one
    spectrum is enough for all gains that are tried.
    """
    blocks = by_block(samples)
    highest = np.abs(blocks).max(axis=0)
    energies = np.pad((blocks**2).sum(axis=0), (0, -highest.size % _PART_BLOCKS)).reshape(-1, _PART_BLOCKS)
    power = weighted_energies(samples, _PART_FRAMES) / _PART_FRAMES / np.maximum(energies.sum(axis=1), 1e-12)

    def missing_db(gain_db: float) -> float:
        at_edges = gain_factors(highest, amplitude(PEAK_DBFS - gain_db))
        kept = np.pad((at_edges[:-1] + at_edges[1:]) / 2, (0, energies.size - highest.size)).reshape(-1, _PART_BLOCKS)
        return LINE_DBFS - gain_db - _speech_db(power * (energies * kept**2).sum(axis=1))

    low_db = LINE_DBFS - _speech_db(power * energies.sum(axis=1))
    high_db = low_db + _MOST_MADE_UP_DB
    while high_db - low_db > _NEAR_DB:
        middle_db = (low_db + high_db) / 2
        low_db, high_db = (middle_db, high_db) if missing_db(middle_db) > 0 else (low_db, middle_db)
    return low_db


def _eased(samples: Samples) -> Samples:
    """Fade in and out over LEAD_MS: some voices begin in the middle of an “s”."""
    ease_frames = min(RATE * LEAD_MS // 1000, samples.size // 2)
    ramp = np.linspace(0, 1, ease_frames, dtype=np.float32)
    eased = samples.copy()
    eased[:ease_frames] *= ramp
    eased[samples.size - ease_frames :] *= ramp[::-1]
    return eased


def as_samples(clip: Clip) -> Samples:
    """Return the samples of `clip`, one for each frame, where 1 is full scale."""
    return np.frombuffer(clip.pcm, dtype="<i2").astype(np.float32) / _FULL_SCALE


def as_clip(samples: Samples) -> Clip:
    """Return `samples`, where 1 is full scale, as a clip; what is louder is clipped."""
    return Clip(np.rint(samples * _FULL_SCALE).clip(-32_768, 32_767).astype("<i2").tobytes())


def _trimmed(samples: Samples) -> Samples:
    """Return `samples` without what is more than 50 dB below their peak at both ends, and empty if nothing is heard."""
    magnitude = np.abs(samples)
    peak = magnitude.max(initial=0.0)
    if peak < amplitude(-60.0):
        return samples[:0]
    loud = np.flatnonzero(magnitude > peak * amplitude(_TRIM_DB))
    lead_frames = RATE * LEAD_MS // 1000
    return samples[max(0, loud[0] - lead_frames) : loud[-1] + 1 + lead_frames]


def loudness(samples: Samples) -> float:
    """Return the K-weighted level in dBFS of the parts that are speech: those no more than 12 dB below the mean.

    The weighting is that of ITU-R BS.1770. Its gating needs blocks of 400 ms, which a word like “Up” doesn't fill.
    """
    return _speech_db(weighted_energies(samples, _PART_FRAMES) / _PART_FRAMES)


def _speech_db(power: npt.NDArray[np.floating]) -> float:
    speech = power[power >= power.mean() * amplitude(_GATE_DB) ** 2]
    return decibels(speech.mean() + 1e-12)


def weighted_energies(samples: Samples, block_frames: int) -> npt.NDArray[np.float32]:
    """Return the K-weighted energy of each `block_frames`: the sum of the squared samples, where 1 is full scale."""
    blocks = np.pad(samples, (0, -samples.size % block_frames)).reshape(-1, block_frames)
    # Parseval: a block's energy is the sum over its spectrum, and there, weighting is a multiplication.
    spectrum = np.fft.rfft(blocks, axis=1)
    weighted = (spectrum.real**2 + spectrum.imag**2) @ _k_weights(block_frames)
    energies: npt.NDArray[np.float32] = weighted.astype(np.float32)
    return energies


@cache
def _k_weights(block_frames: int) -> npt.NDArray[np.float32]:
    """Return the power gains of both K filters at a block's frequencies, from their analog form in ITU-R BS.1770."""
    s = 2j * np.pi * np.fft.rfftfreq(block_frames, 1 / RATE)
    shelf_w, shelf_q, shelf_amplitude = 2 * np.pi * 1681.97, 0.7072, 10 ** (3.99984 / 20)
    raised = shelf_amplitude * s**2 + np.sqrt(shelf_amplitude) * shelf_w / shelf_q * s + shelf_w**2
    shelf = raised / (s**2 + shelf_w / shelf_q * s + shelf_w**2)
    pass_w, pass_q = 2 * np.pi * 38.1355, 0.5003
    high_pass = s**2 / (s**2 + pass_w / pass_q * s + pass_w**2)
    # Each frequency but the first also stands for its negative.
    weights: npt.NDArray[np.float32] = (2 / block_frames * np.abs(shelf * high_pass) ** 2).astype(np.float32)
    return weights


def amplitude(db: float) -> float:
    """Return the linear amplitude of a level in dB, where 0 dB is 1."""
    return float(10.0 ** (db / 20))


def decibels(power: float) -> float:
    """Return the level in dB of a linear power, where 1 is 0 dB."""
    return float(10 * np.log10(power))
