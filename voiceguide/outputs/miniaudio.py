"""The sound card through miniaudio: one stream from first to last frame, silence handed over in between."""

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
"""Together 240 ms that the device may hold: enough when both cores are busy, and a pause is still quick."""

LOST_AFTER_POLLS = 10
"""Looks without a single request from the device after which it is taken for lost: a second, by the player's tick."""

RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)
"""Between two tries to open a device again; the last one from then on."""


class MiniaudioOutput(Feed):
    """The default device. Raises DeviceError if there is none."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(Ahead, now)
        self._polls = 0
        self._seen = -1
        self._device = self._opened()
        self._recovering: threading.Thread | None = None
        self._over_for_good = threading.Event()

    @property
    def ended(self) -> bool:
        """The stream is handed over, and so is as much silence as the device holds."""
        return self.silence_after >= RATE * PERIOD_MS * (PERIODS + 1) // 1000

    @property
    def problem(self) -> str | None:
        self._polls = self._polls + 1 if self._served == self._seen else 0
        self._seen = self._served
        return "The sound device is gone" if self._polls >= LOST_AFTER_POLLS else None

    def recover(self) -> None:
        if self._recovering is None or not self._recovering.is_alive():
            self._recovering = threading.Thread(target=self._reopen, daemon=True)
            self._recovering.start()

    def close(self) -> None:
        self._over_for_good.set()
        self.stop()
        close_device(self._device)

    def _reopen(self) -> None:
        """Tries until there is a device, however long a sound server lets it wait; runs in a thread of its own."""
        close_device(self._device)
        waits = iter(RETRY_SECONDS)
        wait = 0.0
        while not self._over_for_good.wait(wait):
            wait = next(waits, RETRY_SECONDS[-1])
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
        """Answers each request of the device; runs in the device's thread, so it only ever picks up what is there."""
        frames = yield b""
        while True:
            self.keep_time()
            frames = yield self.take(frames)
