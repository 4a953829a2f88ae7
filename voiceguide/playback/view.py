"""What there is to see of a session at one moment, on the card or on a lock screen."""

from __future__ import annotations

from dataclasses import dataclass

from voiceguide.timeline import Timeline
from voiceguide.transport import State


@dataclass(frozen=True, slots=True)
class View:
    """Where in its timeline the session is (`ms`), and how it is being played.

    `aside` is the text of an aside while one is being said, and None while the session itself is heard.
    """

    timeline: Timeline
    ms: int
    state: State
    speed: float
    note: str = ""
    volume_db: int = 0
    aside: str | None = None
