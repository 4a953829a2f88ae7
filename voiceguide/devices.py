"""What all sound devices that are opened through miniaudio have in common, loudspeakers and microphones."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import Protocol

import miniaudio

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


def closed(device: Device) -> None:
    """Closes a device, or leaves it behind: a sound server that hangs never lets go of it."""
    closing = threading.Thread(target=device.close, daemon=True)
    closing.start()
    closing.join(CLOSE_SECONDS)


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Keeps what ALSA has to say about each device that isn't there off the listener's screen."""
    screen, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        os.close(nowhere)
