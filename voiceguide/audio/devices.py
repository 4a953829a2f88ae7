"""What all sound devices that are opened through miniaudio have in common, loudspeakers and microphones."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any, Protocol

import miniaudio
from miniaudio import ffi, lib

_BACKENDS = {
    "linux": [miniaudio.Backend.PULSEAUDIO, miniaudio.Backend.ALSA, miniaudio.Backend.JACK],
    "darwin": [miniaudio.Backend.COREAUDIO],
    "win32": [miniaudio.Backend.WASAPI, miniaudio.Backend.DSOUND, miniaudio.Backend.WINMM],
}
BACKENDS = _BACKENDS.get(sys.platform, _BACKENDS["linux"])
"""Named, as miniaudio may else choose the one that plays to nobody."""

CLOSE_SECONDS = 1.0


class Device(Protocol):
    """Something open."""

    def close(self) -> None: ...


class _Tidy(miniaudio.AbstractDevice):  # type: ignore[misc]  # miniaudio has no types
    """A device that leaves nothing open, which miniaudio 1.71 does, and a sound server hasn't many places for clients.

    Its Python package makes a context for each device, and keeps it until the program ends; its C library keeps a
    connection to PulseAudio that it made in vain, as there was no device to open. Each is four files.
    """

    _counted: int
    """The place of this kind of device among the two that are counted."""

    def __init__(self, **settings: Any) -> None:
        try:
            super().__init__(**settings)
        except miniaudio.MiniaudioError:
            self.close()
            raise

    def close(self) -> None:
        super().close()
        if context := self.__dict__.pop("_context", None):
            lib.ma_context_uninit(context)

    def _make_context(self, *settings: Any) -> Any:
        context = super()._make_context(*settings)
        if context.backend == miniaudio.Backend.PULSEAUDIO.value:
            counts = ffi.new("ma_uint32[2]")
            lib.ma_context_get_devices(context, ffi.NULL, counts, ffi.NULL, counts + 1)
            if not counts[self._counted]:
                lib.ma_context_uninit(context)
                raise miniaudio.MiniaudioError("the sound server has none")
        return context


class Loudspeaker(_Tidy, miniaudio.PlaybackDevice):  # type: ignore[misc]
    """A device to play to. Raises MiniaudioError if there is none."""

    _counted = 0


class Recorder(_Tidy, miniaudio.CaptureDevice):  # type: ignore[misc]
    """A device to record from. Raises MiniaudioError if there is none."""

    _counted = 1


def close_device(device: Device) -> None:
    """Closes a device, or leaves it behind: a sound server that hangs never lets go of it."""
    closing = threading.Thread(target=device.close, daemon=True)
    closing.start()
    closing.join(CLOSE_SECONDS)


@contextlib.contextmanager
def stderr_silenced() -> Iterator[None]:
    """Keeps what ALSA has to say about each device that isn't there off the listener's screen."""
    screen, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        os.close(nowhere)
