"""The sound card through miniaudio, which is handed the stream, and silence where there is none."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator

import miniaudio

from voiceguide.audio.clip import RATE
from voiceguide.audio.devices import BACKENDS, Loudspeaker, close_device, stderr_silenced
from voiceguide.base.errors import DeviceError
from voiceguide.outputs.feed import Ahead, Feed

PERIOD_MS = 60
PERIODS = 4
"""How many periods the device holds: 240 ms, enough when both cores are busy, and a pause is still quick."""

LOST_AFTER_POLLS = 10
"""How often `problem` is read without a request from the device before it counts as lost: a second of player ticks."""

RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)
"""The waits between attempts to open a device again; the last one repeats."""


class MiniaudioOutput(Feed):
    """The default playback device. Raises DeviceError if there is none."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(Ahead, now)
        self._polls = 0
        self._seen_frames = -1
        self._device = self._opened()
        self._recovering: threading.Thread | None = None
        self._closed = threading.Event()

    @property
    def ended(self) -> bool:
        """Whether the stream has been handed over, and after it as much silence as the device holds."""
        return self.silence_frames >= RATE * PERIOD_MS * (PERIODS + 1) // 1000

    @property
    def problem(self) -> str | None:
        """Why nothing can be heard: the device has asked for nothing in the last LOST_AFTER_POLLS calls."""
        self._polls = self._polls + 1 if self._served_frames == self._seen_frames else 0
        self._seen_frames = self._served_frames
        return "The sound device is gone" if self._polls >= LOST_AFTER_POLLS else None

    def recover(self) -> None:
        if self._recovering is None or not self._recovering.is_alive():
            self._recovering = threading.Thread(target=self._reopen, daemon=True)
            self._recovering.start()

    def close(self) -> None:
        self._closed.set()
        self.stop()
        close_device(self._device)

    def _reopen(self) -> None:
        """Try until there is a device, in a thread of its own, as a sound server may keep it waiting."""
        close_device(self._device)
        waits = iter(RETRY_SECONDS)
        wait_seconds = 0.0
        while not self._closed.wait(wait_seconds):
            wait_seconds = next(waits, RETRY_SECONDS[-1])
            with contextlib.suppress(DeviceError):
                self._device = self._opened()
                return

    def _opened(self) -> Loudspeaker:
        requests = self._answers()
        next(requests)
        try:
            with stderr_silenced():
                device = Loudspeaker(
                    output_format=miniaudio.SampleFormat.SIGNED16,
                    nchannels=1,
                    sample_rate=RATE,
                    buffersize_msec=PERIOD_MS,
                    callback_periods=PERIODS,
                    backends=BACKENDS,
                    app_name="voiceguide",
                )
                device.start(requests)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(f"no sound device can be opened ({error.args[0]})") from None
        return device

    def _answers(self) -> Generator[bytes, int, None]:
        """Answer each request of the device, in the device's thread: nothing here may wait."""
        frames = yield b""
        while True:
            self.keep_time()
            frames = yield self.take(frames)
