"""What loudspeakers and microphones have in common when they are opened through miniaudio."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import miniaudio
from miniaudio import ffi, lib

_BACKENDS = {
    "linux": [miniaudio.Backend.PULSEAUDIO, miniaudio.Backend.ALSA, miniaudio.Backend.JACK],
    "darwin": [miniaudio.Backend.COREAUDIO],
    "win32": [miniaudio.Backend.WASAPI, miniaudio.Backend.DSOUND, miniaudio.Backend.WINMM],
}
BACKENDS = _BACKENDS.get(sys.platform, _BACKENDS["linux"])
"""The sound systems to try, in order; left to itself, miniaudio may choose its null backend, which nobody hears."""

CLOSE_SECONDS = 1.0
"""How long to wait for a device to close."""


class Device(Protocol):
    """Something that can be closed."""

    def close(self) -> None: ...


class _Tidy(miniaudio.AbstractDevice):  # type: ignore[misc]  # miniaudio has no types
    """A device that leaves nothing open when it is closed: a sound server accepts only so many clients.

    miniaudio 1.71 does leave things open. Its Python package makes a context for each device, and keeps it until the
    program ends; its C library keeps a connection to PulseAudio even if there was no device to open. Each of these
    holds four open files.
    """

    _counted: int
    """The index of this kind of device in the counts of `ma_context_get_devices`: 0 to play, 1 to record."""

    def __init__(self, **settings: Any) -> None:
        try:
            super().__init__(**settings)
        except miniaudio.MiniaudioError:
            self.close()
            raise

    def close(self) -> None:
        """Close the device and its context."""
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


@dataclass(frozen=True, slots=True)
class Source:
    """A device that can be recorded from, as the sound system lists it; `handle` is what opens it."""

    name: str
    id: str
    is_default: bool
    handle: Any = None


def sources() -> list[Source]:
    """Return every device that can be recorded from. Raises MiniaudioError if there is no sound system."""
    context = ffi.new("ma_context *")
    with stderr_silenced():
        backends = ffi.new("ma_backend[]", [backend.value for backend in BACKENDS])
        if result := lib.ma_context_init(backends, len(BACKENDS), ffi.NULL, context):
            raise miniaudio.MiniaudioError("no sound system", result)
        try:
            infos, count = ffi.new("ma_device_info **"), ffi.new("ma_uint32 *")
            if result := lib.ma_context_get_devices(context, ffi.NULL, ffi.NULL, infos, count):
                raise miniaudio.MiniaudioError("the sound system lists no devices", result)
            listed = [_source(infos[0][index]) for index in range(count[0])]
            return _real(listed) if context.backend == miniaudio.Backend.ALSA.value else listed
        finally:
            lib.ma_context_uninit(context)


def _source(info: Any) -> Source:
    handle = ffi.new("ma_device_id *", info.id)  # the list ends with its context
    name, number = bytes(ffi.string(info.name)), bytes(ffi.buffer(handle)).partition(b"\0")[0]
    return Source(name.decode(errors="replace"), number.decode(errors="replace"), bool(info.isDefault), handle)


def _real(listed: list[Source]) -> list[Source]:
    """Leave out what ALSA lists beside its cards (`:0,0`): converters, and a device that records silence."""
    return [source for source in listed if source.is_default or source.id.startswith(":")]


def close_device(device: Device) -> None:
    """Close a device, but give up after CLOSE_SECONDS: a sound server that hangs would never return."""
    closing = threading.Thread(target=device.close, daemon=True)
    closing.start()
    closing.join(CLOSE_SECONDS)


@contextlib.contextmanager
def stderr_silenced() -> Iterator[None]:
    """Discard what is written to stderr: ALSA reports every device that isn't there."""
    screen, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        os.close(nowhere)
