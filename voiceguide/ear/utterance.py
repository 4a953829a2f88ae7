"""What may be a command, and what it was understood as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from voiceguide.ear.canceller import Samples


@dataclass(frozen=True, slots=True)
class Utterance:
    """What may be a command.

    `samples` are mono at RATE, full scale at 1. `likely` are the probabilities of the phrases that the keyword network
    holds possible, None if there is none; `echo` is the share of the sound that is probably left of an echo, from 0 to
    1. `over` is whether the guide could be heard, and `says` are the lines of its that could. It is `noisy` over the
    guide, as soon as its echo is known, and in noise. What was `spotted` is a piece of a longer sound.
    """

    samples: Samples
    likely: Mapping[str, float] | None = None
    echo: float = 0.0
    over: bool = False
    says: frozenset[str] = frozenset()
    noisy: bool = False
    spotted: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """What an utterance was understood as: a command's name, or None; what was heard; and how long recognition took.

    If it was no command, `almost` is the one that it is if it is said again.
    """

    command: str | None
    heard: str
    seconds: float = 0.0
    almost: str | None = None


Understand = Callable[[Utterance], "Future[Understood]"]
