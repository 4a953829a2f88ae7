"""An output without a device: the stream passes by the clock, and what would have been heard can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.outputs.feed import Direct, Feed

STALLED_SECONDS = 0.5
"""Who hasn't looked for so long was asleep, and nothing has passed."""


class SilentOutput(Feed):
    """Plays to nobody. With `keep`, `heard` holds every frame of a stream that passed, what lies between left out."""

    problem: str | None = None

    def __init__(self, now: Callable[[], float], keep: bool = False) -> None:
        super().__init__(Direct, now)
        self._keep = keep
        self._began = now()
        self.heard = bytearray()

    def start(self, blocks: Iterator[bytes]) -> None:
        self._pass()
        super().start(blocks)

    def swap(self, onward: Callable[[int], Iterator[bytes]]) -> None:
        self._pass()
        super().swap(onward)

    def stop(self) -> int:
        self._pass()
        return super().stop()

    def recover(self) -> None:
        """Nothing can be lost."""

    @property
    def frames(self) -> int:
        self._pass()
        return super().frames

    @property
    def ended(self) -> bool:
        self._pass()
        return self.silence_after > 0

    def close(self) -> None:
        """There is nothing to close."""

    def _pass(self) -> None:
        """Lets as many frames pass as there are in the time since the last look."""
        elapsed = self._now() - self._began - self._served / RATE
        if elapsed > STALLED_SECONDS:
            self._began += elapsed
            self.keep_time()
            return
        before = super().frames
        pcm = self.take(int(elapsed * RATE))
        if self._keep:
            self.heard += pcm[: (super().frames - before) * FRAME_BYTES]
