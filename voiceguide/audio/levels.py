"""How loud a whole session is, by ITU-R BS.1770, found on its clips and not on its stream.

Between words a session is silent, and silence is below the measure's gate. So each distinct clip is weighted once, and
its energy is put wherever it sounds; ten hours cost little more than ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from voiceguide.audio.clip import RATE
from voiceguide.audio.limiter import Samples
from voiceguide.audio.mastering import decibels, weighted_energies

CELL_MS = 20
_HOP_CELLS = 5
_BLOCK_HOPS = 4
"""BS.1770's blocks: 400 ms long, one every 100 ms."""

_SILENT_LUFS = -70.0
_GATE_LU = -10.0
_OFFSET_LU = -0.691

Energies = npt.NDArray[np.float32]


def energies(samples: Samples) -> Energies:
    """The K-weighted energy of each 20 ms, in squares of full scale."""
    return weighted_energies(samples, RATE * CELL_MS // 1000)


def integrated(sounding: Iterable[tuple[int, Energies]]) -> float:
    """The loudness in LUFS of what sounds, each from a millisecond on; minus infinity if nothing does."""
    placed = [(start_ms // CELL_MS, cells) for start_ms, cells in sounding]
    hops = np.zeros(1 + max((first + cells.size for first, cells in placed), default=0) // _HOP_CELLS)
    for first, cells in placed:
        np.add.at(hops, np.arange(first, first + cells.size) // _HOP_CELLS, cells)
    blocks = np.convolve(hops, np.ones(_BLOCK_HOPS))
    power = blocks / (RATE * CELL_MS // 1000 * _HOP_CELLS * _BLOCK_HOPS)
    heard = power[power > 10 ** ((_SILENT_LUFS - _OFFSET_LU) / 10)]
    if not heard.size:
        return float("-inf")
    return _OFFSET_LU + decibels(heard[heard > heard.mean() * 10 ** (_GATE_LU / 10)].mean())
