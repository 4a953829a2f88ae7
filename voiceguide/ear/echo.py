"""What the loudspeaker plays is taken out of what the microphone hears: WebRTC's AEC3, and a gate behind it."""

from __future__ import annotations

from collections import deque
from enum import Enum
from functools import cache

import numpy as np
import numpy.typing as npt
from pywebrtc_audio import EchoCanceller

from voiceguide.audio.clip import RATE as PLAYED_RATE

RATE = 16_000
FRAME = RATE // 100
AHEAD = RATE * 3 // 10
"""Samples of the reference that may wait; more of them do only if one clock is faster, or nobody listened."""

TAIL_FRAMES = 60
"""How long after its reference an echo may still be heard: what the device holds, and the room."""

AUDIBLE = 30.0
"""RMS of a reference, in steps of 16 bits, above which something is played."""

GATE_DB = 7.0
"""If so much of what the microphone heard was echo, the rest is not a listener."""

_UP, _DOWN = 320, 441
_TAPS = 24
_STEP = PLAYED_RATE / RATE

Int16 = npt.NDArray[np.int16]


class Mixed(Enum):
    """Who is heard in a frame."""

    LISTENER = "nothing is played"
    BOTH = "something is played, and there is more than its echo"
    ECHO = "hardly more than the echo"


class Echo:
    """Fed with the two streams in blocks of any size; the canceller finds out by itself how late the echo is."""

    def __init__(self) -> None:
        self._canceller = EchoCanceller(RATE)
        self._resampler = Resampler()
        self._played: deque[Int16] = deque()
        self._waiting = 0
        self._tail = 0

    def played(self, pcm: bytes) -> None:
        """What the loudspeaker is handed: mono, 16 bit, at the rate of all clips."""
        block = self._resampler.feed(np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2"))
        self._played.append(block)
        self._waiting += block.size
        while self._waiting - self._played[0].size > AHEAD:
            self._waiting -= self._played.popleft().size

    def removed(self, heard: Int16) -> tuple[Int16, list[Mixed]]:
        """Whole frames of `heard` without the echo, and what there was of it in each."""
        reference = self._taken(heard.size)
        clean = self._canceller.process(heard, reference)
        before, after, played = _power(heard), _power(clean), _power(reference)
        return clean, [self._mixed(*frame) for frame in zip(before, after, played, strict=True)]

    def _mixed(self, before: float, after: float, played: float) -> Mixed:
        self._tail = TAIL_FRAMES if played > AUDIBLE**2 else max(0, self._tail - 1)
        if not self._tail:
            return Mixed.LISTENER
        return Mixed.BOTH if after > before * 10 ** (-GATE_DB / 10) else Mixed.ECHO

    def _taken(self, wanted: int) -> Int16:
        """The next samples of the reference; silence for what isn't there."""
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
    frames = samples.astype(np.float32).reshape(-1, FRAME)
    powers: list[float] = np.mean(frames * frames, axis=1).tolist()
    return powers


class Resampler:
    """22 050 to 16 000 Hz, block by block: each sample is a weighted sum of its neighbours."""

    def __init__(self) -> None:
        self._rest = np.zeros(_TAPS, np.int16)
        self._phase = 0

    def feed(self, samples: Int16) -> Int16:
        """As many samples as these and those left over are enough for."""
        given = np.concatenate([self._rest, samples])
        count = max(0, ((given.size - _TAPS) * _UP - self._phase) // _DOWN)
        places = self._phase + np.arange(count) * _DOWN
        starts = places // _UP
        neighbours = given[starts[:, np.newaxis] + np.arange(_TAPS)]
        mixed = np.einsum("nt,nt->n", neighbours, _weights()[places % _UP])
        reached = self._phase + count * _DOWN
        self._rest, self._phase = given[reached // _UP :], reached % _UP
        return np.asarray(np.clip(np.rint(mixed), -32_768, 32_767), np.int16)


@cache
def _weights() -> npt.NDArray[np.float32]:
    """For each of the places between two samples, a low-pass below the new rate's half."""
    cutoff = 0.92 / _STEP
    offsets = np.arange(_TAPS) - (_TAPS // 2 - 1) - np.arange(_UP)[:, np.newaxis] / _UP
    weights = cutoff * np.sinc(cutoff * offsets) * np.cos(np.pi * offsets / (_TAPS + 2)) ** 2
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
