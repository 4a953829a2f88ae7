"""The sound card through miniaudio: one stream from first to last frame, silence handed over in between."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from collections.abc import Generator, Iterator

import miniaudio

from voiceguide.clip import FRAME_BYTES, RATE, silence
from voiceguide.errors import DeviceError

PERIOD_MS = 50
PERIODS = 3
"""Together 150 ms that the device holds: enough when both cores are busy, and a pause is still quick."""

CLOSE_SECONDS = 1.0
AHEAD_BLOCKS = 5
FILL_SECONDS = 1.0
"""How long a stream may take to get its first blocks ready."""

LOST_AFTER_POLLS = 10
"""Looks without a single request from the device after which it is taken for lost: a second, by the player's tick."""

_BACKENDS = {
    "linux": [miniaudio.Backend.PULSEAUDIO, miniaudio.Backend.ALSA, miniaudio.Backend.JACK],
    "darwin": [miniaudio.Backend.COREAUDIO],
    "win32": [miniaudio.Backend.WASAPI, miniaudio.Backend.DSOUND, miniaudio.Backend.WINMM],
}


class MiniaudioOutput:
    """The default device. Raises DeviceError if there is none."""

    def __init__(self) -> None:
        self._stream: _Stream | None = None
        self._polls = 0
        self._device = self._opened()

    def start(self, blocks: Iterator[bytes]) -> None:
        self.stop()
        if self.problem:
            self._close_device()
            self._device = self._opened()
        stream = _Stream(blocks)
        stream.filled.wait(FILL_SECONDS)
        self._stream = stream

    def stop(self) -> int:
        stream, self._stream = self._stream, None
        if stream is None:
            return 0
        stream.close()
        return stream.handed

    @property
    def frames(self) -> int:
        self._polls += 1
        if self._stream is None:
            return 0
        if self._stream.error:
            raise self._stream.error
        return self._stream.handed

    @property
    def ended(self) -> bool:
        """The stream is handed over, and so is as much silence as the device holds."""
        return self._stream is not None and self._stream.silence_after >= RATE * PERIOD_MS * (PERIODS + 1) // 1000

    @property
    def problem(self) -> str | None:
        return "The sound device is gone" if self._polls >= LOST_AFTER_POLLS else None

    def close(self) -> None:
        self.stop()
        self._close_device()

    def _close_device(self) -> None:
        """Closes the device, or leaves it behind: a sound server that hangs never lets go of it."""
        closing = threading.Thread(target=self._device.close, daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)

    def _opened(self) -> miniaudio.PlaybackDevice:
        requests = self._served()
        next(requests)
        try:
            with _hushed():
                device = miniaudio.PlaybackDevice(
                    miniaudio.SampleFormat.SIGNED16,
                    nchannels=1,
                    sample_rate=RATE,
                    buffersize_msec=PERIOD_MS,
                    callback_periods=PERIODS,
                    backends=_BACKENDS.get(sys.platform, _BACKENDS["linux"]),
                    app_name="voiceguide",
                )
                device.start(requests)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(f"no sound device can be opened ({error.args[0]})") from None
        self._polls = 0
        return device

    def _served(self) -> Generator[bytes, int, None]:
        """Answers each request of the device; runs in the device's thread, so it only ever picks up what is there."""
        frames = yield b""
        while True:
            self._polls = 0
            stream = self._stream
            frames = yield stream.take(frames) if stream else silence(frames)


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keeps what ALSA has to say about each device that isn't there off the listener's screen."""
    screen, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        os.close(nowhere)


class _Stream:
    """Blocks rendered ahead by a thread of their own, so that the device's thread never waits for a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.handed = 0
        self.silence_after = 0
        self.error: Exception | None = None
        self._ready: queue.Queue[bytes | None] = queue.Queue(AHEAD_BLOCKS)
        self._rest = b""
        self._finished = False
        self._closed = False
        self.filled = threading.Event()
        threading.Thread(target=self._render, args=(blocks,), daemon=True).start()

    def take(self, frames: int) -> bytes:
        """The next `frames` frames; silence for what isn't there yet, or after the end."""
        wanted = frames * FRAME_BYTES
        while len(self._rest) < wanted and not self._finished:
            try:
                block = self._ready.get_nowait()
            except queue.Empty:
                break
            self._finished = block is None
            self._rest += block or b""
        part, self._rest = self._rest[:wanted], self._rest[wanted:]
        self.handed += len(part) // FRAME_BYTES
        missing = frames - len(part) // FRAME_BYTES
        if self._finished:
            self.silence_after += missing
        return part + silence(missing)

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
        self.filled.set()

    def _put(self, block: bytes | None) -> bool:
        """False if nobody wants it any more."""
        if self._ready.full():
            self.filled.set()
        while not self._closed:
            try:
                self._ready.put(block, timeout=1)
            except queue.Full:
                continue
            return True
        return False
