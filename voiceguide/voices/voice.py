"""What every voice is, whatever engine it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from voiceguide.audio.clip import Clip


class Voice(Protocol):
    """Somebody who can read lines aloud.

    `name` is for people.
    """

    name: str

    def identity_of(self, line: str) -> str:
        """What the cache knows a line by: it changes with everything that changes how the line sounds."""
        ...

    def words_a_minute(self) -> float | None:
        """How fast it reads its sample at speed 1.0, pauses between lines apart; None if it has none."""
        ...

    def warm_up(self) -> None:
        """Gets ready to record, while others work; whoever records at once needs no such thing."""
        ...

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        """Each line with its clip, in whatever order they get done; `speed` 1.0 is the voice's calm pace.

        Raises VoiceError, naming the line, if one can't be said.
        """
        ...

    def close(self) -> None:
        """Ends what the voice has running; a closed voice may record again."""
        ...


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """What is known of a voice before it speaks; a natural one is pleasant to listen to for an hour.

    `languages` are tags such as `en-us`; a voice without any reads everything. A voice that is `only_by_name` is never
    chosen for its language alone. One that reads lines `as_written` isn't handed them in words (“10 s” as “ten
    seconds”), as others are.
    """

    name: str
    engine: str
    languages: tuple[str, ...]
    description: str
    natural: bool = False
    only_by_name: bool = False
    as_written: bool = False


class Engine(Protocol):
    """What speaks in one voice or more: a module or an object, registered by name in `voiceguide.voices`."""

    def cards(self) -> Sequence[VoiceCard]:
        """Return the voices there are on this machine. Raises VoiceError if the engine can't be asked."""
        ...

    def open_voice(self, card: VoiceCard, otherwise: Callable[[], Voice]) -> Voice:
        """Return the voice of one of the `cards`; `otherwise` opens the voice that says what this one can't."""
        ...
