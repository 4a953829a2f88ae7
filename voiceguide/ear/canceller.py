"""Takes what the loudspeaker plays out of what the microphone hears, and touches nothing else.

A Kalman filter in the frequency domain, its impulse response cut into parts of a block each: the filter and its step
follow from how uncertain each part still is (G. Enzner and P. Vary, “Frequency-domain adaptive Kalman filter for
acoustic echo control in hands-free telephones”, Signal Processing 86, 2006; F. Kuech, E. Mabande and G. Enzner,
“State-space architecture of the partitioned-block-based acoustic echo controller”, ICASSP 2014). A second filter takes
the third power of what is played, since small loudspeakers give way at their loudest (F. Kuech and W. Kellermann,
“Orthogonalized power filters for nonlinear acoustic echo cancellation”, Signal Processing 86, 2006). There is no
suppressor behind them: one would take away parts of the listener's words as well.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voiceguide.ear import RATE

BLOCK = RATE // 50
"""The samples of a block: 20 ms."""

PARTS = 36
"""How many blocks the echo may take from the first sound to the last: 720 ms, the device's delay included."""

Samples = npt.NDArray[np.float32]
Spectrum = npt.NDArray[np.complex64]

_BINS = BLOCK + 1
_POWERS = 2
_UNKNOWN = np.array([1.0, 1e-3], np.float32)[:, np.newaxis, np.newaxis]
"""How uncertain each filter is at first; the second one waits for the first."""

_MOMENT_SHARE = 1e-3
_KEPT = np.float32(0.9995**2)
"""How much of the room is still as it was, from one block to the next."""

_NOISE_KEPT = np.float32(0.8)
_TINY = np.float32(1e-7)

DRIFT_BLOCKS = 100
"""After how many blocks in which something is played the drift between the two clocks is looked at again."""

MAX_DRIFT = 3e-4
WORSE = 1.3
JUMP_KEPT = 0.95
"""A filter that makes what is heard louder by more than this factor, on the average of 0.4 s, is of no use."""

_LEAST_ENERGY = 0.01
_DRIFT_GAIN = 0.5
_MAX_SHIFT = 100
_ALIKE = 0.5
_LOW_BINS = PARTS * BLOCK * 2 * 600 // RATE


class Canceller:
    """Finds the echo of what is played by itself; samples have full scale at 1."""

    def __init__(self) -> None:
        self.drift = 0.0
        """By how much the reference has to be resampled: the drift found so far, as a fraction."""

        self._played = np.zeros((_POWERS, PARTS, _BINS), np.complex64)
        self._filter = np.zeros((_POWERS, PARTS, _BINS), np.complex64)
        self._uncertain = np.empty((_POWERS, PARTS, _BINS), np.float32)
        self._noise = np.full(_BINS, 1e-6, np.float32)
        self._last = np.zeros((_POWERS, BLOCK), np.float32)
        self._square, self._fourth = 1e-4, 3e-8
        self._blocks = 0
        self._silent_blocks = PARTS
        self._active_blocks = 0
        self._looked_blocks = 0
        self._looked: Spectrum | None = None
        self._forget()

    def step(self, heard: Samples, reference: Samples) -> tuple[Samples, Samples]:
        """Return `heard` without its echo, and the echo; all of shape (BLOCK,)."""
        self._blocks += 1
        self._silent_blocks = 0 if reference.any() or self._last.any() else self._silent_blocks + 1
        self._played[:, 1:] = self._played[:, :-1]
        self._played[:, 0] = 0
        if self._silent_blocks > PARTS:
            return heard, np.zeros(BLOCK, np.float32)
        powers = self._powers(reference)
        self._played[:, 0] = np.fft.rfft(np.concatenate([self._last, powers], axis=1), axis=1)
        self._last = powers
        echo = np.fft.irfft((self._played * self._filter).sum(axis=(0, 1)))[BLOCK:].astype(np.float32)
        left = heard - echo
        self._learn(left)
        self._follow_drift()
        self._notice_jump(heard, left)
        return left, echo

    def _powers(self, reference: Samples) -> Samples:
        """Return the reference and its third power, less what of that is like the reference; shape (2, BLOCK)."""
        square = reference * reference
        if square.any():
            self._square += _MOMENT_SHARE * (float(square.mean()) - self._square)
            self._fourth += _MOMENT_SHARE * (float((square * square).mean()) - self._fourth)
        third = reference * (square - np.float32(self._fourth / self._square)) / np.float32(3 * self._square)
        return np.stack([reference, third])

    def put_off(self, blocks: int) -> None:
        """Take note that the reference comes so many blocks later from now on, or earlier; the echo doesn't."""
        if abs(blocks) >= PARTS:
            self._forget()
            return
        new = slice(-blocks, None) if blocks > 0 else slice(None, -blocks)
        self._filter = np.roll(self._filter, -blocks, axis=1)
        self._filter[:, new] = 0
        self._uncertain = np.roll(self._uncertain, -blocks, axis=1)
        self._uncertain[:, new] = _UNKNOWN
        self._looked = None

    def _forget(self) -> None:
        self._filter[:] = 0
        self._uncertain[:] = _UNKNOWN
        self._looked = None
        self._before = self._after = 0.0

    def _notice_jump(self, heard: Samples, left: Samples) -> None:
        """Begin anew if the filter adds more than it takes away: a device has skipped something, or been moved."""
        self._before = JUMP_KEPT * self._before + float(heard @ heard)
        self._after = JUMP_KEPT * self._after + float(left @ left)
        if self._after > WORSE * self._before + _LEAST_ENERGY:
            self._forget()

    def _learn(self, left: Samples) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), left])).astype(np.complex64)
        self._noise = _NOISE_KEPT * self._noise + (1 - _NOISE_KEPT) * _power(error)
        played = _power(self._played)
        gain = self._uncertain / ((played * self._uncertain).sum(axis=(0, 1)) + 2 * self._noise + _TINY)
        self._filter += gain * np.conj(self._played) * error
        self._shorten()
        self._uncertain *= _KEPT * (1 - np.float32(0.5) * gain * played)
        self._uncertain += (1 - _KEPT) * _power(self._filter)

    def _shorten(self) -> None:
        """Keep each part as long as a block: half of the parts at a time, as that is half of the work."""
        some = slice(self._blocks % 2, None, 2)
        response = np.fft.irfft(self._filter[:, some], axis=2)
        response[..., BLOCK:] = 0
        self._filter[:, some] = np.fft.rfft(response, axis=2)

    def _follow_drift(self) -> None:
        """See by how many samples the room's response has moved since the last look."""
        self._active_blocks += 1
        if self._active_blocks % DRIFT_BLOCKS:
            return
        now = self._response()
        if self._looked is not None:
            moved, alike = _shift(now, self._looked)
            if alike > _ALIKE:
                passed = (self._blocks - self._looked_blocks) * BLOCK
                self.drift = min(max(self.drift - _DRIFT_GAIN * moved / passed, -MAX_DRIFT), MAX_DRIFT)
        self._looked, self._looked_blocks = now, self._blocks

    def _response(self) -> Spectrum:
        """Return the spectrum of the whole impulse response, twice as long as that is."""
        response = np.fft.irfft(self._filter[0], axis=1)[:, :BLOCK].reshape(-1)
        return np.asarray(np.fft.rfft(response, 2 * response.size), np.complex64)


def _shift(now: Spectrum, before: Spectrum) -> tuple[float, float]:
    """Return by how many samples `now` is later than `before`, and how alike the two are then, up to 1."""
    low = _LOW_BINS
    alike = np.fft.irfft(now[:low] * np.conj(before[:low]), (now.size - 1) * 2)
    near = np.concatenate([alike[-_MAX_SHIFT:], alike[: _MAX_SHIFT + 1]])
    best = int(near[1:-1].argmax()) + 1
    left, middle, right = near[best - 1 : best + 2]
    energy = np.sqrt(_power(now[:low]).sum() * _power(before[:low]).sum()) / (now.size - 1)
    fraction = 0.5 * (left - right) / (left - 2 * middle + right - 1e-20)
    return float(best - _MAX_SHIFT + fraction), float(middle / (energy + 1e-20))


def _power(spectrum: Spectrum) -> npt.NDArray[np.float32]:
    return np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32)
