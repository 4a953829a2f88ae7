"""What a voice and an engine have to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from voiceguide.audio.clip import Clip


class Voice(Protocol):
    """What reads lines aloud; `name` is what people call it."""

    name: str

    def identity_of(self, line: str) -> str:
        """Return the line's key in the cache: it changes with anything that changes how the line sounds."""
        ...

    def words_a_minute(self) -> float | None:
        """Return its pace at speed 1.0 when it reads its sample text, without pauses; None if that isn't known."""
        ...

    def warm_up(self) -> None:
        """Get ready to record, in the background; `record` can also be called without it."""
        ...

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        """Yield each line with its clip, in the order in which they are finished; `speed` 1.0 is the voice's calm pace.

        Raises VoiceError, naming the line, if one can't be said.
        """
        ...

    def close(self) -> None:
        """End all of the voice's processes; a closed voice may record again."""
        ...


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """What is known of a voice before it speaks.

    `languages` are tags such as `en-us`; a voice without any reads every language. A `natural` voice is pleasant to
    listen to for an hour. A voice that is `only_by_name` is never chosen for its language alone. One that reads lines
    `as_written` gets “10 s” as it is, where other voices get “ten seconds”.
    """

    name: str
    engine: str
    languages: tuple[str, ...]
    description: str
    natural: bool = False
    only_by_name: bool = False
    as_written: bool = False


class Engine(Protocol):
    """What provides voices: a module or an object, registered under a name in `voiceguide.voices`."""

    def cards(self) -> Sequence[VoiceCard]:
        """Return the cards of its voices on this machine. Raises VoiceError if the engine can't be asked."""
        ...

    def open_voice(self, card: VoiceCard, otherwise: Callable[[], Voice]) -> Voice:
        """Open the voice of one of the `cards`; `otherwise` opens a voice that says what this one can't."""
        ...
