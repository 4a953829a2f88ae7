"""The door to the sound card: each output in a file of its own, imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

NAMES = ("miniaudio", "simpleaudio", "silent")


class Output(Protocol):
    """Takes a stream of PCM blocks at a time and lets it be heard."""

    def start(self, blocks: Iterator[bytes]) -> None:
        """Plays the stream from its first block on, in place of the one before. Raises DeviceError."""
        ...

    def stop(self) -> int:
        """Silence; returns how many frames of the stream have been, or still will be, heard."""
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


def open_output(name: str, now: Callable[[], float]) -> Output:
    """The output called `name`; `now` is the clock of the silent one. Raises DeviceError if there is no device."""
    if name == "silent":
        from voiceguide.outputs.silent import SilentOutput

        return SilentOutput(now)
    if name == "simpleaudio":
        from voiceguide.outputs.simpleaudio import SimpleaudioOutput

        return SimpleaudioOutput(now)
    from voiceguide.outputs.miniaudio import MiniaudioOutput

    return MiniaudioOutput()
