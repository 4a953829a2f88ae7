"""The door to the sound card: each output in a file of its own, imported only when it is asked for."""

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


class Output(Protocol):
    """Takes a stream of PCM blocks at a time and lets it be heard.

    `volume_db` changes everything that is heard; `tap`, if there is one, is given what is played, as it is played.
    """

    volume_db: int
    tap: Callable[[bytes], None] | None

    def start(self, blocks: Iterator[bytes]) -> None:
        """Plays the stream from its first block on, in place of the one before. Raises DeviceError."""
        ...

    def swap(self, onward: Callable[[int], Iterator[bytes]]) -> None:
        """Goes over to another stream at the frame that has been reached, without a gap: `onward` is given the frame.

        Raises DeviceError.
        """
        ...

    def stop(self) -> int:
        """Silence; returns how many frames of the stream have been, or still will be, heard."""
        ...

    def overlay(self, pcm: bytes) -> None:
        """A short sound at once, whether or not there is a stream."""
        ...

    def time_of(self, frame: int) -> float:
        """When frame `frame` of the stream was played, in seconds of the session's clock, latency apart."""
        ...

    def recover(self) -> None:
        """Looks for a device again; returns at once, and `problem` is None when there is one."""
        ...

    @property
    def frames(self) -> int:
        """How far the stream has got."""
        ...

    @property
    def ended(self) -> bool:
        """Whether the stream has been heard to its end."""
        ...

    @property
    def problem(self) -> str | None:
        """Why nothing can be heard any more, or None."""
        ...

    def close(self) -> None: ...


OpenOutput = Callable[[Callable[[], float]], Output]
"""What opens an output: it is given the session's clock, in seconds. Raises DeviceError if there is no device."""


def open_output(name: str, now: Callable[[], float]) -> Output:
    """Open the output called `name`; `now` is the session's clock, in seconds.

    Raises UnknownNameError for a name that isn't there, and DeviceError if there is no device.
    """
    opener: OpenOutput = OUTPUTS.load(name)
    return opener(now)
