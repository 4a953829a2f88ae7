"""An output without a device: the stream passes by the clock, and what would have been heard can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voiceguide.clip import FRAME_BYTES, RATE


class SilentOutput:
    """Plays to nobody. With `keep`, `heard` holds every frame that passed, pauses left out."""

    problem: str | None = None

    def __init__(self, now: Callable[[], float], keep: bool = False) -> None:
        self._now = now
        self._keep = keep
        self.heard = bytearray()
        self._blocks: Iterator[bytes] | None = None
        self._began = 0.0
        self._block = b""
        self._taken = 0
        self._exhausted = False

    def start(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._began, self._block, self._taken, self._exhausted = blocks, self._now(), b"", 0, False

    def stop(self) -> int:
        frames = self.frames
        self._blocks, self._taken = None, 0
        return frames

    @property
    def frames(self) -> int:
        if self._blocks is not None:
            self._pass_by(int((self._now() - self._began) * RATE))
        return self._taken

    @property
    def ended(self) -> bool:
        _ = self.frames
        return self._exhausted

    def close(self) -> None:
        """There is nothing to close."""

    def _pass_by(self, frames: int) -> None:
        """Lets the stream run on to `frames` frames from its beginning."""
        while self._blocks is not None and self._taken < frames:
            if not self._block:
                self._block = next(self._blocks, b"")
                if not self._block:
                    self._exhausted = True
                    return
            part = self._block[: (frames - self._taken) * FRAME_BYTES]
            self._block = self._block[len(part) :]
            self._taken += len(part) // FRAME_BYTES
            if self._keep:
                self.heard += part
