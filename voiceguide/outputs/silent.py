"""An output without a device: the stream passes with the clock, and what would have been heard can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.outputs.feed import Direct, Feed

STALLED_SECONDS = 0.5
"""If nobody has looked for this long, the player was asleep, and nothing has passed."""


class SilentOutput(Feed):
    """Plays to nobody. With `keep`, `heard` is the PCM of all streams as far as they passed, without gaps."""

    problem: str | None = None

    def __init__(self, now: Callable[[], float], keep: bool = False) -> None:
        super().__init__(Direct, now)
        self._keep = keep
        self._began_seconds = now()
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
        """Do nothing: no device can be lost."""

    @property
    def frames(self) -> int:
        self._pass()
        return super().frames

    @property
    def ended(self) -> bool:
        self._pass()
        return self.silence_frames > 0

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def _pass(self) -> None:
        """Let as many frames pass as fit into the time since the last look."""
        elapsed_seconds = self._now() - self._began_seconds - self._served_frames / RATE
        if elapsed_seconds > STALLED_SECONDS:
            self._began_seconds += elapsed_seconds
            self.keep_time()
            return
        before = super().frames
        pcm = self.take(int(elapsed_seconds * RATE))
        if self._keep:
            self.heard += pcm[: (super().frames - before) * FRAME_BYTES]
