"""The loudness of a whole session by ITU-R BS.1770, measured on its clips instead of its stream.

Between words a session is silent, and silence lies below the gate of BS.1770. So each distinct clip is weighted once,
and its energy is added wherever it sounds: ten hours cost little more than ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from voiceguide.audio.clip import RATE
from voiceguide.audio.limiter import Samples
from voiceguide.audio.mastering import decibels, weighted_energies

CELL_MS = 20
"""The resolution of energies: one value for each 20 ms."""

_HOP_CELLS = 5
_BLOCK_HOPS = 4
"""The blocks of BS.1770: 400 ms long, one every 100 ms."""

_SILENT_LUFS = -70.0
_GATE_LU = -10.0
_OFFSET_LU = -0.691

Energies = npt.NDArray[np.float32]
"""K-weighted energies, one for each cell of CELL_MS, in squares of full scale summed over the cell's frames."""


def energies(samples: Samples) -> Energies:
    """Return the K-weighted energy of each CELL_MS of `samples`."""
    return weighted_energies(samples, RATE * CELL_MS // 1000)


def integrated(sounding: Iterable[tuple[int, Energies]]) -> float:
    """Return the integrated loudness in LUFS of `sounding`, pairs of a start in ms and the energies from there on.

    It is minus infinity if nothing is above the gate.
    """
    placed = [(start_ms // CELL_MS, cells) for start_ms, cells in sounding]
    hops = np.zeros(1 + max((first_cell + cells.size for first_cell, cells in placed), default=0) // _HOP_CELLS)
    for first_cell, cells in placed:
        np.add.at(hops, np.arange(first_cell, first_cell + cells.size) // _HOP_CELLS, cells)
    blocks = np.convolve(hops, np.ones(_BLOCK_HOPS))
    power = blocks / (RATE * CELL_MS // 1000 * _HOP_CELLS * _BLOCK_HOPS)
    heard = power[power > 10 ** ((_SILENT_LUFS - _OFFSET_LU) / 10)]
    if not heard.size:
        return float("-inf")
    return _OFFSET_LU + decibels(heard[heard > heard.mean() * 10 ** (_GATE_LU / 10)].mean())
