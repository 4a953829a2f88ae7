"""What a sound device is fed: one stream after the other without a gap, at a volume, with short sounds laid over it."""

from __future__ import annotations

import queue
import threading
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import zip_longest
from operator import itemgetter
from typing import Protocol

from voiceguide.audio.clip import FRAME_BYTES, RATE, silence

AHEAD_BLOCKS = 5
FILL_SECONDS = 1.0
"""How long a stream may take to get its first blocks ready."""

_PEAK = 32_767


class Source(Protocol):
    """A stream of PCM that is taken in whatever portions a device wants."""

    error: Exception | None
    finished: bool

    def take(self, size: int) -> bytes:
        """Up to `size` bytes: less if they aren't there yet, or, when it is `finished`, no more at all."""
        ...

    def close(self) -> None: ...


class Feed:
    """Hands out PCM without end: the stream's, and silence where there is none.

    A device's thread calls `take`, another one the rest. `tap` is given every block as it is handed out.
    """

    def __init__(self, source_of: Callable[[Iterator[bytes]], Source], now: Callable[[], float]) -> None:
        self.volume_db = 0
        self.tap: Callable[[bytes], None] | None = None
        self._source_of = source_of
        self._now = now
        self._lock = threading.Lock()
        self._source: Source | None = None
        self._handed = 0
        self._silence_after = 0
        self._over = b""
        self._served = 0
        self._origin = now()
        self._marks: list[tuple[int, float]] = []

    def start(self, blocks: Iterator[bytes]) -> None:
        """The stream from now on."""
        self.stop()
        source = self._source_of(blocks)
        with self._lock:
            self._adopt(source)

    def swap(self, onward: Callable[[int], Iterator[bytes]]) -> None:
        """Another stream at the very frame that the first has got to, which `onward` is given.

        A device that asks meanwhile waits for the few milliseconds that this takes; it holds sound for longer.
        """
        with self._lock:
            old, handed = self._source, self._handed
            self._adopt(self._source_of(onward(handed)))
        if old:
            old.close()

    def stop(self) -> int:
        """Silence from the next portion on; how many frames of the stream were handed out."""
        with self._lock:
            source, self._source, handed = self._source, None, self._handed
        if source is None:
            return 0
        source.close()
        return handed

    def overlay(self, pcm: bytes) -> None:
        """A short sound at once, over whatever there is."""
        with self._lock:
            self._over = pcm

    @property
    def frames(self) -> int:
        """How many frames of the stream were handed out. Raises what went wrong while it was made."""
        source = self._source
        if source is None:
            return 0
        if source.error:
            raise source.error
        return self._handed

    @property
    def silence_after(self) -> int:
        """Frames handed out since the stream's last, while it is this stream's turn."""
        return self._silence_after if self._source else 0

    def time_of(self, frame: int) -> float:
        """When frame `frame` of the stream was played, in seconds of `now`, to the sample as long as nothing stalls."""
        marks = self._marks
        if not marks:
            return self._now()
        begun, at = marks[max(0, bisect_right(marks, frame, key=itemgetter(0)) - 1)]
        return at + (frame - begun) / RATE

    def keep_time(self) -> None:
        """Takes notice of a device that has run dry, as it does when the process is stopped or the machine asleep.

        To be called by the device's thread before it takes more; time is counted from its first call on.
        """
        late = self._now() - self._origin - self._served / RATE
        if late > 0 or not self._served:
            self._origin += late

    def take(self, frames: int) -> bytes:
        """The next `frames` frames."""
        with self._lock:
            pcm = self._next(frames)
            over, self._over = self._over[: len(pcm)], self._over[len(pcm) :]
        if self.volume_db:
            pcm = louder(pcm, self.volume_db)
        if over:
            pcm = mixed(pcm, over)
        if self.tap:
            self.tap(pcm)
        return pcm

    def _adopt(self, source: Source) -> None:
        self._source, self._handed, self._silence_after, self._marks = source, 0, 0, []

    def _next(self, frames: int) -> bytes:
        pcm = b""
        if self._source:
            pcm = self._source.take(frames * FRAME_BYTES)
            taken = len(pcm) // FRAME_BYTES
            if taken:
                self._mark()
            self._handed += taken
            if self._source.finished:
                self._silence_after += frames - taken
        self._served += frames
        return pcm + silence(frames - len(pcm) // FRAME_BYTES)

    def _mark(self) -> None:
        """Notes the moment of the stream's next frame, unless it follows from the last note."""
        at = self._origin + self._served / RATE
        if not self._marks or abs(self.time_of(self._handed) - at) > 1 / RATE:
            self._marks.append((self._handed, at))


class Direct:
    """A stream that is made as it is taken."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.error: Exception | None = None
        self.finished = False
        self._blocks = blocks
        self._rest = b""

    def take(self, size: int) -> bytes:
        while len(self._rest) < size and not self.finished:
            block = next(self._blocks, b"")
            self._rest += block
            self.finished = not block
        part, self._rest = self._rest[:size], self._rest[size:]
        return part

    def close(self) -> None:
        """There is nothing to close."""


class Ahead:
    """Blocks made ahead by a thread of their own, so that a device's thread never waits for a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.error: Exception | None = None
        self.finished = False
        self._ready: queue.Queue[bytes | None] = queue.Queue(AHEAD_BLOCKS)
        self._rest = b""
        self._closed = False
        self._filled = threading.Event()
        threading.Thread(target=self._render, args=(blocks,), daemon=True).start()
        self._filled.wait(FILL_SECONDS)

    def take(self, size: int) -> bytes:
        while len(self._rest) < size and not self.finished:
            try:
                block = self._ready.get_nowait()
            except queue.Empty:
                break
            self.finished = block is None
            self._rest += block or b""
        part, self._rest = self._rest[:size], self._rest[size:]
        return part

    def close(self) -> None:
        self._closed = True

    def _render(self, blocks: Iterator[bytes]) -> None:
        try:
            for block in blocks:
                if not self._put(block):
                    return
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody listens
            self.error = error
        self._put(None)
        self._filled.set()

    def _put(self, block: bytes | None) -> bool:
        """False if nobody wants it any more."""
        if self._ready.full():
            self._filled.set()
        while not self._closed:
            try:
                self._ready.put(block, timeout=1)
            except queue.Full:
                continue
            return True
        return False


def louder(pcm: bytes, db: int) -> bytes:
    """`pcm` changed by `db`; what would be too loud is limited."""
    gain = 10 ** (db / 20)
    samples = array("h", pcm)
    if not any(samples):
        return pcm
    return array("h", (_limited(int(sample * gain)) for sample in samples)).tobytes()


def mixed(pcm: bytes, over: bytes) -> bytes:
    """Two sounds at once; `over` isn't longer than `pcm`."""
    pairs = zip_longest(array("h", pcm), array("h", over), fillvalue=0)
    return array("h", (_limited(below + above) for below, above in pairs)).tobytes()


def _limited(sample: int) -> int:
    return max(-_PEAK, min(_PEAK, sample))
