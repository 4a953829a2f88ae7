"""The sound card through simpleaudio, which plays whole buffers: it gets the rest of a session as one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

from voiceguide.audio.clip import FRAME_BYTES, RATE, silence
from voiceguide.base.errors import DeviceError, MissingExtraError, UsageError
from voiceguide.outputs import Tap
from voiceguide.outputs.feed import louder

MAX_FRAMES = 3 * 3600 * RATE
"""Three hours, about 480 MB, since simpleaudio needs them in memory."""


class SimpleaudioOutput:
    """The default playback device.

    The position is the clock's, since simpleaudio reports neither a position nor that a device is gone. A change of
    volume takes effect with the next stream, and streams have a gap of some milliseconds between them. As it plays
    whole buffers, it can't duck, and `tap` is given nothing. Raises UsageError on Python 3.12 and later,
    MissingExtraError if simpleaudio isn't installed, and DeviceError.
    """

    problem: str | None = None

    def __init__(self, now: Callable[[], float]) -> None:
        if sys.version_info >= (3, 12):
            raise UsageError("simpleaudio crashes Python 3.12 and later; leave --output out, or use Python 3.11")
        try:
            import simpleaudio
        except ImportError:
            raise MissingExtraError("playing through simpleaudio", "simpleaudio") from None
        self.volume_db = 0
        self.tap: Tap | None = None
        self._simpleaudio: Any = simpleaudio
        self._played(silence(RATE // 100))
        self._now = now
        self._playing: Any = None
        self._began_seconds = 0.0
        self._total_frames = 0

    def start(self, blocks: Iterator[bytes]) -> None:
        self.stop()
        pcm = b"".join(blocks)
        self._total_frames = len(pcm) // FRAME_BYTES
        if self._total_frames > MAX_FRAMES:
            raise UsageError("simpleaudio can't play more than three hours; leave --output out")
        if not pcm:
            return
        self._playing = self._played(louder(pcm, self.volume_db) if self.volume_db else pcm)
        self._began_seconds = self._now()

    def swap(self, onward: Callable[[int], Iterator[bytes]]) -> None:
        self.start(onward(self.stop()))

    def stop(self) -> int:
        frames = self.frames
        playing, self._playing, self._total_frames = self._playing, None, 0
        if playing:
            playing.stop()
        return frames

    def overlay(self, pcm: bytes) -> None:
        self._played(louder(pcm, self.volume_db) if self.volume_db else pcm)

    def time_of(self, frame: int) -> float:
        return self._began_seconds + frame / RATE

    def recover(self) -> None:
        """Do nothing: it never reports that a device is lost."""

    @property
    def frames(self) -> int:
        if self._playing is None:
            return 0
        return min(self._total_frames, int((self._now() - self._began_seconds) * RATE))

    @property
    def ended(self) -> bool:
        return self._playing is None or not self._playing.is_playing()

    def close(self) -> None:
        self.stop()

    def _played(self, pcm: bytes) -> Any:
        try:
            return self._simpleaudio.play_buffer(pcm, 1, FRAME_BYTES, RATE)
        except Exception as error:  # noqa: BLE001 - simpleaudio's own error class is not exported
            raise DeviceError(f"no sound device can be opened ({error})") from None
