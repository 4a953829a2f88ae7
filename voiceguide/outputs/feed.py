"""What a sound device is fed: streams without a gap between them, at a volume, with short sounds on top."""

from __future__ import annotations

import queue
import threading
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import chain, repeat, zip_longest
from operator import itemgetter
from typing import Protocol

from voiceguide.audio.clip import FRAME_BYTES, RATE, silence
from voiceguide.outputs import Tap

AHEAD_BLOCKS = 5
"""How many blocks are rendered ahead: half a second."""

FILL_SECONDS = 1.0
"""How long to wait for the first blocks of a stream."""

DUCK_DB = -14
"""How much softer a ducked stream is: a listener's voice stands out from it, and the guide's can still be followed."""

DUCK_FRAMES = RATE * 30 // 1000
"""How long it takes to get down: a voice is out of the way after a syllable, and nothing clicks."""

RISE_FRAMES = RATE * 200 // 1000
"""How long it takes to come back, slowly enough not to be noticed."""

_PEAK = 32_767


class Source(Protocol):
    """A stream of PCM that is taken in whatever portions a device wants.

    `error` is what went wrong while it was made, if anything did.
    """

    error: Exception | None
    finished: bool

    def take(self, max_bytes: int) -> bytes:
        """Return up to `max_bytes` of PCM: fewer if no more is ready, or if the stream is `finished`."""
        ...

    def close(self) -> None:
        """Let go of the rest of the stream."""
        ...


class Feed:
    """An endless supply of PCM: the stream's, and silence where there is none.

    A device's thread calls `keep_time` and `take`, another thread all else. `tap` is given every portion as it is
    handed out, and whatever it is given belongs to the stream that is playing then.
    """

    def __init__(self, source_of: Callable[[Iterator[bytes]], Source], now: Callable[[], float]) -> None:
        self.volume_db = 0
        self.tap: Tap | None = None
        self._source_of = source_of
        self._now = now
        self._lock = threading.Lock()
        self._source: Source | None = None
        self._handed_frames = 0
        self._silence_frames = 0
        self._overlay = b""
        self._depth = 0.0
        self._served_frames = 0
        self._origin_seconds = now()
        self._marks: list[tuple[int, float]] = []

    def start(self, blocks: Iterator[bytes]) -> None:
        """Hand out this stream from now on."""
        self.stop()
        source = self._source_of(blocks)
        with self._lock:
            self._adopt(source)

    def swap(self, onward: Callable[[int], Iterator[bytes]]) -> None:
        """Go over to the stream that `onward` makes, given the very frame that the first one has reached.

        A device that asks meanwhile waits for the few milliseconds that this takes; the sound it holds lasts longer.
        """
        with self._lock:
            old, handed = self._source, self._handed_frames
            self._adopt(self._source_of(onward(handed)))
        if old:
            old.close()

    def stop(self) -> int:
        """Hand out silence from the next portion on; return how many frames of the stream were handed out."""
        with self._lock:
            source, self._source, handed = self._source, None, self._handed_frames
            self._depth = 0.0  # what comes next begins at its own level
        if source is None:
            return 0
        source.close()
        return handed

    def overlay(self, pcm: bytes) -> None:
        """Lay a short sound over whatever comes next."""
        with self._lock:
            self._overlay = pcm

    @property
    def frames(self) -> int:
        """The number of frames of the stream that were handed out. Raises what went wrong while it was made."""
        source = self._source
        if source is None:
            return 0
        if source.error:
            raise source.error
        return self._handed_frames

    @property
    def silence_frames(self) -> int:
        """The number of frames of silence handed out since the stream ended."""
        return self._silence_frames if self._source else 0

    def time_of(self, frame: int) -> float:
        """Return when the stream's `frame` was handed out, in seconds of `now`: exact, unless something stalls."""
        marks = self._marks
        if not marks:
            return self._now()
        marked_frame, at_seconds = marks[max(0, bisect_right(marks, frame, key=itemgetter(0)) - 1)]
        return at_seconds + (frame - marked_frame) / RATE

    def keep_time(self) -> None:
        """Notice a device that has run dry, as it does while the process is stopped or the machine asleep.

        The device's thread calls this before it takes more; time counts from the first call.
        """
        late_seconds = self._now() - self._origin_seconds - self._served_frames / RATE
        if late_seconds > 0 or not self._served_frames:
            self._origin_seconds += late_seconds

    def take(self, frames: int) -> bytes:
        """Return the PCM of the next `frames` frames."""
        with self._lock:
            first_frame = self._handed_frames
            pcm = self._next(frames)
            taken = range(first_frame, self._handed_frames)
            over, self._overlay = self._overlay[: len(pcm)], self._overlay[len(pcm) :]
            if self.volume_db:
                pcm = louder(pcm, self.volume_db)
            pcm = self._ducked(pcm, ducks=self.tap is not None and self.tap.ducks(taken))
            if over:
                pcm = mixed(pcm, over)
            if self.tap and pcm:
                self.tap.heard(pcm, taken)
        return pcm

    def _adopt(self, source: Source) -> None:
        self._source, self._handed_frames, self._silence_frames, self._marks = source, 0, 0, []

    def _next(self, frames: int) -> bytes:
        pcm = b""
        if self._source:
            pcm = self._source.take(frames * FRAME_BYTES)
            taken = len(pcm) // FRAME_BYTES
            if taken:
                self._mark()
            self._handed_frames += taken
            if self._source.finished:
                self._silence_frames += frames - taken
        self._served_frames += frames
        return pcm + silence(frames - len(pcm) // FRAME_BYTES)

    def _ducked(self, pcm: bytes, ducks: bool) -> bytes:
        """Return a portion on its way down or up, if it isn't at its own level; `_depth` is 1 all the way down."""
        if not ducks and not self._depth:
            return pcm
        first, goal, step = self._depth, float(ducks), 1 / DUCK_FRAMES if ducks else -1 / RISE_FRAMES
        samples, way = array("h", pcm), int((goal - first) / step)
        self._depth = goal if way < len(samples) else first + step * len(samples)
        ratio = 10 ** (DUCK_DB / 20)
        gains = chain((ratio ** (first + step * count) for count in range(1, way + 1)), repeat(ratio**goal))
        return array("h", [int(sample * gain) for sample, gain in zip(samples, gains, strict=False)]).tobytes()

    def _mark(self) -> None:
        """Note the moment of the stream's next frame, unless it follows from the last note."""
        at_seconds = self._origin_seconds + self._served_frames / RATE
        if not self._marks or abs(self.time_of(self._handed_frames) - at_seconds) > 1 / RATE:
            self._marks.append((self._handed_frames, at_seconds))


class Direct:
    """A source whose blocks are rendered when they are taken."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.error: Exception | None = None
        self.finished = False
        self._blocks = blocks
        self._rest = b""

    def take(self, max_bytes: int) -> bytes:
        while len(self._rest) < max_bytes and not self.finished:
            block = next(self._blocks, b"")
            self._rest += block
            self.finished = not block
        part, self._rest = self._rest[:max_bytes], self._rest[max_bytes:]
        return part

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


class Ahead:
    """A source whose blocks are rendered ahead in a thread, so that a device's thread never waits for a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.error: Exception | None = None
        self.finished = False
        self._ready: queue.Queue[bytes | None] = queue.Queue(AHEAD_BLOCKS)
        self._rest = b""
        self._closed = False
        self._filled = threading.Event()
        threading.Thread(target=self._render, args=(blocks,), daemon=True).start()
        self._filled.wait(FILL_SECONDS)

    def take(self, max_bytes: int) -> bytes:
        while len(self._rest) < max_bytes and not self.finished:
            try:
                block = self._ready.get_nowait()
            except queue.Empty:
                break
            self.finished = block is None
            self._rest += block or b""
        part, self._rest = self._rest[:max_bytes], self._rest[max_bytes:]
        return part

    def close(self) -> None:
        self._closed = True

    def _render(self, blocks: Iterator[bytes]) -> None:
        try:
            for block in blocks:
                if not self._put(block):
                    return
        except Exception as error:  # noqa: BLE001 - raised again by `Feed.frames`
            self.error = error
        self._put(None)
        self._filled.set()

    def _put(self, block: bytes | None) -> bool:
        """Wait for room, and queue `block`; return False if the source has been closed."""
        if self._ready.full():
            self._filled.set()
        while not self._closed:
            try:
                self._ready.put(block, timeout=1)
            except queue.Full:
                continue
            return True
        return False


def louder(pcm: bytes, gain_db: int) -> bytes:
    """Return `pcm` with its level changed by `gain_db`; samples beyond full scale are clipped."""
    factor = 10 ** (gain_db / 20)
    samples = array("h", pcm)
    if not any(samples):
        return pcm
    return array("h", (_clipped(int(sample * factor)) for sample in samples)).tobytes()


def mixed(pcm: bytes, over: bytes) -> bytes:
    """Return the sum of two sounds, clipped at full scale; `over` must not be longer than `pcm`."""
    pairs = zip_longest(array("h", pcm), array("h", over), fillvalue=0)
    return array("h", (_clipped(below + above) for below, above in pairs)).tobytes()


def _clipped(sample: int) -> int:
    return max(-_PEAK, min(_PEAK, sample))
