"""The microphone through miniaudio, watched: what doesn't deliver any more is closed and opened again."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from collections.abc import Generator, Iterator

import miniaudio
import numpy as np
import numpy.typing as npt

from voiceguide.errors import DeviceError

RATE = 16_000
PERIOD_MS = 20
SILENT_SECONDS = 1.0
"""Without a block for so long, the device is taken for lost."""

CLOSE_SECONDS = 1.0
MAX_BLOCKS = 500
"""What may wait to be looked at: ten seconds."""

_BACKENDS = {
    "linux": [miniaudio.Backend.PULSEAUDIO, miniaudio.Backend.ALSA, miniaudio.Backend.JACK],
    "darwin": [miniaudio.Backend.COREAUDIO],
    "win32": [miniaudio.Backend.WASAPI, miniaudio.Backend.DSOUND, miniaudio.Backend.WINMM],
}


class Microphone:
    """The default source, mono at RATE. Raises DeviceError if there is none."""

    def __init__(self) -> None:
        self._blocks: queue.Queue[bytes] = queue.Queue(MAX_BLOCKS)
        self._device = self._opened()

    def block(self) -> npt.NDArray[np.int16]:
        """What was heard since the last call. Raises DeviceError if nothing comes any more."""
        try:
            parts = [self._blocks.get(timeout=SILENT_SECONDS)]
        except queue.Empty:
            raise DeviceError("the microphone is gone") from None
        with contextlib.suppress(queue.Empty):
            while True:
                parts.append(self._blocks.get_nowait())
        return np.frombuffer(b"".join(parts), "<i2")

    def close(self) -> None:
        """Closes the device, or leaves it behind: a sound server that hangs never lets go of it."""
        closing = threading.Thread(target=self._device.close, daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)

    def _opened(self) -> miniaudio.CaptureDevice:
        taking = self._taking()
        next(taking)
        try:
            with _hushed():
                device = miniaudio.CaptureDevice(
                    miniaudio.SampleFormat.SIGNED16,
                    nchannels=1,
                    sample_rate=RATE,
                    buffersize_msec=PERIOD_MS,
                    backends=_BACKENDS.get(sys.platform, _BACKENDS["linux"]),
                    app_name="voiceguide",
                )
                device.start(taking)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(f"no microphone can be opened ({error.args[0]})") from None
        return device

    def _taking(self) -> Generator[None, bytes, None]:
        """Runs in the device's thread: takes each block, and drops it if nobody keeps up."""
        while True:
            block = yield
            with contextlib.suppress(queue.Full):
                self._blocks.put_nowait(bytes(block))


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
