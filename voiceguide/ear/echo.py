"""Tells a listener from the loudspeaker's echo: what is left of each block, and how much of that an echo explains."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from voiceguide.ear import RATE
from voiceguide.ear.canceller import BLOCK, Canceller, Samples
from voiceguide.ear.resampler import Resampler

AHEAD_SAMPLES = RATE * 2
"""How much of the reference may wait; more does only if nobody listened."""

LEVEL_BLOCKS = 50
"""How often it is looked at how much waits: what always does, for a second, would come later than its echo."""

LONGEST_ECHO_BLOCKS = 60
"""For how long what was said may be heard: 1.2 s, for a wireless loudspeaker in a room with an echo of its own."""

OVER_BLOCKS = 30
"""For how long after the loudspeaker's last sound its echo is reckoned with: 0.6 s."""

SPARE_SAMPLES = 2 * BLOCK
"""How much may wait for good, so that a portion that comes a little late need not put off all that follow."""

LATE_BLOCKS = 3
"""By how much the microphone is held back, so that a reference that comes late is still ahead of its echo: 60 ms."""

LEARNING_BLOCKS = 350
"""How many blocks of the loudspeaker's have to be heard before an echo is known: seven seconds."""

PAUSE_BLOCKS = 150
FRESH_BLOCKS = 75
DRIFTING = 5e-6
"""If the two clocks drift apart, an echo isn't quite known after three seconds of silence, for a second and a half."""

AUDIBLE_RMS = 0.001
"""The RMS of the reference above which something is being played."""

MARGIN = 4.0
"""How many times the power that is expected to be left of an echo isn't a listener yet."""

_EDGES_HERTZ = (100, 250, 400, 550, 700, 900, 1_150, 1_450, 1_800, 2_250, 2_800, 3_500, 4_500, 6_000, 8_000)
_TAIL = np.float32(10 ** (-0.24))
"""What is left of a sound in a room after a block: 60 dB less after half a second."""

_MAX_LEAK_DB = 6.0
_LEAK_STEP_DB = 0.4
_LEAK_SHARE = 0.6
"""Leak is such that this share of an echo's blocks is below it; a listener talks in few of them."""

_LEAST_LOSS_DB = 1.0
_LOSS_STEP = 0.01
"""If, on the average of two seconds, the canceller takes away less than this, nothing comes back to the microphone."""

_SILENCE = np.float32(1e-9)


@dataclass(frozen=True, slots=True)
class Block:
    """20 ms of what was heard, without its echo.

    `power` is the mean square of the `samples`, and `listener` the share of it that no echo explains. `over` is whether
    the guide may be heard, and `says` are the lines of its that may. While it is `learning`, the echo is not yet known.
    """

    samples: Samples
    power: float
    listener: float
    over: bool = False
    learning: bool = False
    says: frozenset[str] = frozenset()


class Echo:
    """Follows two streams, in portions of any size; it finds out by itself how late the echo is, and how loud."""

    def __init__(self) -> None:
        self._canceller = Canceller()
        self._resampler = Resampler()
        self._played: deque[tuple[Samples, tuple[str, ...]]] = deque()
        self._waiting = 0
        self._least_waiting = AHEAD_SAMPLES
        self._heard = deque([np.zeros(BLOCK, np.float32)] * LATE_BLOCKS)
        self._heard_blocks = 0
        self._said: dict[str, int] = {}
        self._audible_blocks = self._fresh_blocks = 0
        self._quiet_blocks = OVER_BLOCKS
        self._echo = np.zeros(len(_EDGES_HERTZ) - 1, np.float32)
        self._leak_db = np.zeros(len(_EDGES_HERTZ) - 1, np.float32)
        self._loss_db = 0.0

    def played(self, pcm: bytes, says: tuple[str, ...] = ()) -> None:
        """Take in what the loudspeaker is handed, PCM, mono, 16 bit, at 22,050 Hz, and the lines that it says."""
        self._resampler.drift = self._canceller.drift
        pcm_samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float32) / np.float32(32_768)
        portion = self._resampler.feed(pcm_samples)
        self._played.append((portion, says))
        self._waiting += portion.size
        self._drop(self._waiting - AHEAD_SAMPLES)

    def removed(self, heard: Samples) -> Block:
        """Take in a block, of shape (BLOCK,) and full scale 1; return that of LATE_BLOCKS before without its echo."""
        self._heard_blocks += 1
        self._heard.append(heard)
        self._least_waiting = min(self._least_waiting, self._waiting)
        if self._heard_blocks % LEVEL_BLOCKS == 0:
            self._drop(self._least_waiting - SPARE_SAMPLES)
            self._least_waiting = self._waiting
        reference = self._taken()
        audible = float(np.mean(np.square(reference))) > AUDIBLE_RMS**2
        self._audible_blocks += audible
        self._fresh_blocks = FRESH_BLOCKS if self._quiet_blocks > PAUSE_BLOCKS else self._fresh_blocks - audible
        self._quiet_blocks = 0 if audible else self._quiet_blocks + 1
        mic = self._heard.popleft()
        left, echo = self._canceller.step(mic, reference)
        over = self._quiet_blocks < OVER_BLOCKS
        drifted = self._fresh_blocks > 0 and abs(self._canceller.drift) > DRIFTING
        learning = over and (drifted or self._audible_blocks < LEARNING_BLOCKS)
        share = self._unexplained(left, echo) if over else 1.0
        if not learning and not self._comes_back(mic, left):
            left, share = mic, 1.0
        return Block(left, float(np.mean(np.square(left))), share, over, learning, self._says())

    def _comes_back(self, mic: Samples, left: Samples) -> bool:
        """Tell whether the loudspeaker can be heard at all: with headphones, there is nothing to take away."""
        loss_db = 10 * float(np.log10((np.mean(np.square(mic)) + _SILENCE) / (np.mean(np.square(left)) + _SILENCE)))
        if self._quiet_blocks < OVER_BLOCKS // 2:
            self._loss_db += _LOSS_STEP * (min(max(loss_db, -3.0), 20.0) - self._loss_db)
        return self._loss_db > _LEAST_LOSS_DB

    def _unexplained(self, left: Samples, echo: Samples) -> float:
        """Return the share of the power that is left in a block that an echo doesn't explain, from 0 to 1."""
        heard, echoed = _bands(left), _bands(echo)
        self._echo = np.maximum(echoed, self._echo * _TAIL)
        explained = self._echo * 10 ** (self._leak_db / 10)
        loud = self._echo > 10 * _SILENCE
        step = np.where(heard > explained, _LEAK_SHARE, _LEAK_SHARE - 1) * _LEAK_STEP_DB
        self._leak_db[loud] += step[loud] * (4 if self._audible_blocks < LEARNING_BLOCKS else 1)
        np.clip(self._leak_db, -40.0, _MAX_LEAK_DB, out=self._leak_db)
        return float(np.maximum(heard - MARGIN * explained, 0.0).sum() / (heard.sum() + _SILENCE))

    def _says(self) -> frozenset[str]:
        return frozenset(line for line, block in self._said.items() if self._heard_blocks - block < LONGEST_ECHO_BLOCKS)

    def _taken(self) -> Samples:
        """Return the next block of the reference, and note what it says; if not all of it is there yet, silence.

        The rest then comes a whole block later, and so does all that follows, which the canceller is told: otherwise it
        would have to learn the room anew.
        """
        if self._waiting < BLOCK:
            self._canceller.put_off(1)
            return np.zeros(BLOCK, np.float32)
        return self._next_block()

    def _drop(self, samples: int) -> None:
        """Drop as many whole blocks of the reference as there are in so many samples."""
        if samples >= BLOCK:
            for _ in range(samples // BLOCK):
                self._next_block()
            self._canceller.put_off(-(samples // BLOCK))

    def _next_block(self) -> Samples:
        parts, missing = [], BLOCK
        while missing:
            portion, says = self._played.popleft()
            parts.append(portion[:missing])
            self._said.update(dict.fromkeys(says, self._heard_blocks))
            if portion.size > missing:
                self._played.appendleft((portion[missing:], says))
            missing -= parts[-1].size
        self._waiting -= BLOCK
        return np.asarray(np.concatenate(parts), np.float32)


def _bands(samples: Samples) -> npt.NDArray[np.float32]:
    """Return the power of a block in each band; shape (bands,)."""
    spectrum = np.fft.rfft(samples * _window())
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return np.asarray(np.add.reduceat(power, _starts())[:-1] / (BLOCK * BLOCK) + _SILENCE / 100, np.float32)


@cache
def _window() -> Samples:
    return np.asarray(np.hanning(BLOCK), np.float32)


@cache
def _starts() -> npt.NDArray[np.int64]:
    starts = np.asarray(_EDGES_HERTZ) * BLOCK // RATE
    starts[-1] = BLOCK // 2
    return starts
