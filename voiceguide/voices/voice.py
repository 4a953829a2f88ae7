"""What every voice is, whatever engine it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from voiceguide.audio.clip import Clip

MIN_SPEED = 0.5
MAX_SPEED = 2.0


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
    """What is known of a voice before it speaks; a natural one is pleasant to listen to for an hour."""

    name: str
    engine: str
    languages: tuple[str, ...]
    description: str
    natural: bool = False
