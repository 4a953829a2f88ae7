"""Takes what the loudspeaker plays out of what the microphone hears: with WebRTC's AEC3, and a gate behind it."""

from __future__ import annotations

from collections import deque
from enum import Enum
from functools import cache

import numpy as np
import numpy.typing as npt
from pywebrtc_audio import EchoCanceller

from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear import RATE

FRAME_SAMPLES = RATE // 100
"""10 ms."""

AHEAD_SAMPLES = RATE * 3 // 10
"""How much of the reference may wait; more does only if one clock is faster, or nobody listened."""

TAIL_FRAMES = 60
"""How long an echo may outlast its reference: what the device still holds, and the room's reverberation."""

AUDIBLE_RMS = 30.0
"""The RMS of the reference, in steps of 16 bits, above which something is being played."""

GATE_DB = 7.0
"""If the canceller lowers a frame's power by this much or more, what is left is not a listener."""

_UP, _DOWN = 320, 441
_TAPS = 24
_STEP = PLAYED_RATE / RATE

Int16 = npt.NDArray[np.int16]


class Mixed(Enum):
    """What is heard in a frame."""

    LISTENER = "nothing is played"
    BOTH = "something is played, and there is more than its echo"
    ECHO = "hardly more than the echo"


class Echo:
    """An echo canceller for two streams, in blocks of any size; it finds out by itself how late the echo is."""

    def __init__(self) -> None:
        self._canceller = EchoCanceller(RATE)
        self._resampler = Resampler()
        self._played: deque[Int16] = deque()
        self._waiting = 0
        self._tail = 0

    def played(self, pcm: bytes) -> None:
        """Take in what the loudspeaker is handed: PCM, mono, 16 bit, at 22,050 Hz."""
        block = self._resampler.feed(np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2"))
        self._played.append(block)
        self._waiting += block.size
        while self._waiting - self._played[0].size > AHEAD_SAMPLES:
            self._waiting -= self._played.popleft().size

    def removed(self, heard: Int16) -> tuple[Int16, list[Mixed]]:
        """Return `heard` without the echo, and for each of its frames what was heard in it.

        `heard` is mono at RATE, shape (n,), and a whole number of frames.
        """
        reference = self._taken(heard.size)
        clean = self._canceller.process(heard, reference)
        before, after, played = _power(heard), _power(clean), _power(reference)
        return clean, [self._mixed(*frame) for frame in zip(before, after, played, strict=True)]

    def _mixed(self, before: float, after: float, played: float) -> Mixed:
        self._tail = TAIL_FRAMES if played > AUDIBLE_RMS**2 else max(0, self._tail - 1)
        if not self._tail:
            return Mixed.LISTENER
        return Mixed.BOTH if after > before * 10 ** (-GATE_DB / 10) else Mixed.ECHO

    def _taken(self, wanted: int) -> Int16:
        """Return the next `wanted` samples of the reference, with silence for what is missing."""
        parts, missing = [], wanted
        while missing and self._played:
            block = self._played.popleft()
            parts.append(block[:missing])
            if block.size > missing:
                self._played.appendleft(block[missing:])
            missing -= parts[-1].size
        self._waiting -= wanted - missing
        taken = np.concatenate([*parts, np.zeros(missing, np.int16)])
        return np.asarray(taken, np.int16)


def _power(samples: Int16) -> list[float]:
    frames = samples.astype(np.float32).reshape(-1, FRAME_SAMPLES)
    powers: list[float] = np.mean(frames * frames, axis=1).tolist()
    return powers


class Resampler:
    """Resamples from 22,050 to 16,000 Hz, block by block: each sample is a weighted sum of its neighbors."""

    def __init__(self) -> None:
        self._rest = np.zeros(_TAPS, np.int16)
        self._phase = 0

    def feed(self, samples: Int16) -> Int16:
        """Return as many samples at 16,000 Hz as the given ones, and those left over, are enough for."""
        given = np.concatenate([self._rest, samples])
        count = max(0, ((given.size - _TAPS) * _UP - self._phase) // _DOWN)
        places = self._phase + np.arange(count) * _DOWN
        starts = places // _UP
        neighbors = given[starts[:, np.newaxis] + np.arange(_TAPS)]
        mixed = np.einsum("nt,nt->n", neighbors, _weights()[places % _UP])
        reached = self._phase + count * _DOWN
        self._rest, self._phase = given[reached // _UP :], reached % _UP
        return np.asarray(np.clip(np.rint(mixed), -32_768, 32_767), np.int16)


@cache
def _weights() -> npt.NDArray[np.float32]:
    """Return the low-pass filter for each position between two samples, shape (_UP, _TAPS)."""
    cutoff = 0.92 / _STEP
    offsets = np.arange(_TAPS) - (_TAPS // 2 - 1) - np.arange(_UP)[:, np.newaxis] / _UP
    weights = cutoff * np.sinc(cutoff * offsets) * np.cos(np.pi * offsets / (_TAPS + 2)) ** 2
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
