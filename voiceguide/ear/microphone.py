"""The microphone through miniaudio, with a watch for one that no longer delivers."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Generator

import miniaudio
import numpy as np
import numpy.typing as npt

from voiceguide.audio.devices import BACKENDS, Recorder, close_device, stderr_silenced
from voiceguide.base.errors import DeviceError
from voiceguide.ear import RATE
from voiceguide.ear.microphones import available, choose

PERIOD_MS = 20
SILENT_SECONDS = 1.0
"""A device that has delivered nothing for this long counts as lost."""

MAX_BLOCKS = 500
"""How many blocks may wait to be taken: ten seconds."""


class Microphone:
    """The microphone with `name` in its name, or the most suitable one, mono at `rate`.

    Raises DeviceError if there is none, and UsageError if `name` doesn't tell which one.
    """

    def __init__(self, rate: int = RATE, name: str | None = None) -> None:
        self.choice = choose(available(), name)
        """Which one it is, and why."""

        self._rate = rate
        self._blocks: queue.Queue[bytes] = queue.Queue(MAX_BLOCKS)
        self._device = self._opened()

    def block(self) -> npt.NDArray[np.int16]:
        """Return what was heard since the last call, shape (n,). Raises DeviceError if nothing comes any longer."""
        try:
            parts = [self._blocks.get(timeout=SILENT_SECONDS)]
        except queue.Empty:
            raise DeviceError("the microphone is gone") from None
        with contextlib.suppress(queue.Empty):
            while True:
                parts.append(self._blocks.get_nowait())
        return np.frombuffer(b"".join(parts), "<i2")

    def close(self) -> None:
        """Let go of the device."""
        close_device(self._device)

    def _opened(self) -> Recorder:
        taking = self._taking()
        next(taking)
        try:
            with stderr_silenced():
                device = Recorder(
                    input_format=miniaudio.SampleFormat.SIGNED16,
                    nchannels=1,
                    sample_rate=self._rate,
                    buffersize_msec=PERIOD_MS,
                    # By its id: as the default, PulseAudio would replace one that is gone by a monitor.
                    device_id=self.choice.source.handle,
                    backends=BACKENDS,
                    app_name="voiceguide",
                )
                device.start(taking)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(f"no microphone can be opened ({error.args[0]})") from None
        return device

    def _taking(self) -> Generator[None, bytes, None]:
        """Take each block, in the device's thread, and drop it if nobody keeps up."""
        while True:
            block = yield
            with contextlib.suppress(queue.Full):
                self._blocks.put_nowait(bytes(block))
