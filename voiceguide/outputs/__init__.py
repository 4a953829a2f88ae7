"""The outputs: each is in a file of its own, imported only when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from voiceguide.base.plugins import Registry

OUTPUTS = Registry(
    "output",
    "voiceguide.outputs",
    {
        "miniaudio": "voiceguide.outputs.miniaudio:MiniaudioOutput",
        "simpleaudio": "voiceguide.outputs.simpleaudio:SimpleaudioOutput",
        "silent": "voiceguide.outputs.silent:SilentOutput",
    },
)


class Tap(Protocol):
    """Listens to an output, in the thread that hands out its sound: nothing here may wait."""

    def ducks(self, frames: range) -> bool:
        """Tell whether the next portion is ducked, which has these frames of the stream in it, if any."""
        ...

    def heard(self, pcm: bytes, frames: range) -> None:
        """Take in a portion of what is played; `frames` are those of the stream in it, if there are any."""
        ...


class Output(Protocol):
    """Plays one stream of PCM blocks at a time: mono, 16 bit, at 22,050 Hz.

    `volume_db` applies to everything that is heard. `tap`, if set, is given whatever is played, while it is played, and
    says when the stream is to be ducked, that is, softer for a while.
    """

    volume_db: int
    tap: Tap | None

    def start(self, blocks: Iterator[bytes]) -> None:
        """Play a stream from its first block on, in place of the one before. Raises DeviceError."""
        ...

    def swap(self, onward: Callable[[int], Iterator[bytes]]) -> None:
        """Go over to another stream without a gap: `onward` makes it, given the frame that the first one has reached.

        Raises DeviceError.
        """
        ...

    def stop(self) -> int:
        """Fall silent; return how many frames of the stream have been heard, or will be in spite of this."""
        ...

    def overlay(self, pcm: bytes) -> None:
        """Play a short sound at once, over the stream if there is one."""
        ...

    def time_of(self, frame: int) -> float:
        """Return when the stream's `frame` was played, in seconds of the session's clock, leaving latency aside."""
        ...

    def recover(self) -> None:
        """Start to look for a device again, without waiting; once there is one, `problem` is None."""
        ...

    @property
    def frames(self) -> int:
        """The number of frames of the stream that have been played."""
        ...

    @property
    def ended(self) -> bool:
        """Whether the stream has been heard to its end."""
        ...

    @property
    def problem(self) -> str | None:
        """Why nothing can be heard any longer, or None."""
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


OpenOutput = Callable[[Callable[[], float]], Output]
"""Opens an output, given the session's clock, in seconds. Raises DeviceError if there is no device."""


def open_output(name: str, now: Callable[[], float]) -> Output:
    """Open the output called `name`; `now` is the session's clock, in seconds.

    Raises UnknownNameError if there is no such output, and DeviceError if there is no device.
    """
    opener: OpenOutput = OUTPUTS.load(name)
    return opener(now)
