"""How loud it is at the microphone, for whoever wants to see that it hears."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voiceguide.ear import RATE

EVERY_SAMPLES = RATE // 5
SILENT_DBFS = -96.0
"""The level of digital silence: that of less than the least step of 16 bits."""


class Meter:
    """Tells the level of what is heard five times a second, if it is `on`."""

    def __init__(self, on: bool = True) -> None:
        self._on = on
        self._energy = 0.0
        self._samples = 0

    def level_dbfs(self, block: npt.NDArray[np.int16]) -> float | None:
        """Return the level since the last one, if `block` completes a fifth of a second; otherwise None."""
        if not self._on:
            return None
        self._energy += float(np.sum(np.square(block / 32_768)))
        self._samples += block.size
        if self._samples < EVERY_SAMPLES:
            return None
        level = 10 * np.log10(max(self._energy / self._samples, 10 ** (SILENT_DBFS / 10)))
        self._energy, self._samples = 0.0, 0
        return round(float(level), 1)
