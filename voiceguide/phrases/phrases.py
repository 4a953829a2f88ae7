"""`Phrases`: a pack of phrases, and how it says numbers and times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from voiceguide.base.moments import HOUR, MINUTE, SECOND

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its name for one and for several; `agrees` pairs endings of numbers with those before it."""

    one: str
    many: str
    agrees: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language. `{…}` is filled in; `{left|right}` is what is said on either side.

    A count is spoken from its first word to its last. Phrases with `short` in their names are said where there is
    little time, or where little talk is wanted.
    """

    language: str
    tools: str
    tools_next: str
    get_ready: str
    starting: str
    starting_left: str
    half_way: str
    ten_left: str
    ten_left_short: str
    goes_on: str
    count: tuple[str, ...]
    last_time: str
    the_end: str
    first_side: str
    change_sides: str
    change_sides_short: str
    left: str
    right: str
    ready_by_voice: str
    ready_by_key: str
    here_now: str
    left_here: str
    left_in_all: str
    back_in_place: str
    sound_back: str
    ease_off: str
    offer_by_voice: str
    offer_by_key: str
    paused: str
    on_by_voice: str
    on_by_key: str
    stopped: str
    leave: str
    units: tuple[Unit, Unit, Unit]
    """Seconds, minutes, hours."""
    join: str

    def side(self, side: Side) -> str:
        """Return the word for a side."""
        return self.left if side == "left" else self.right

    def number(self, number: float) -> str:
        """Return `number` in words."""
        return _in_words(number, self.language)

    def ordinal(self, number: int) -> str:
        """Return the ordinal of `number` in words: “first”, “second” …"""
        return _in_words(number, self.language, "ordinal")

    def time(self, ms: int) -> str:
        """Return a length of time in words, such as “one minute and thirty seconds”; `ms` is more than 0."""
        seconds = ms % MINUTE / SECOND
        amounts = (ms // HOUR, ms % HOUR // MINUTE, int(seconds) if seconds.is_integer() else seconds)
        said = [self.amount(number, unit) for number, unit in zip(amounts, reversed(self.units), strict=True) if number]
        return self.join.join((", ".join(said[:-1]), said[-1])) if len(said) > 1 else said[0]

    def amount(self, number: float, unit: Unit) -> str:
        """Return a number of something in words, such as “one minute”."""
        words = self.number(number)
        for ending, agreeing in unit.agrees:
            if words.endswith(ending):
                words = words.removesuffix(ending) + agreeing
                break
        return f"{words} {unit.one if number == 1 else unit.many}"


@lru_cache(maxsize=1024)
def _in_words(number: float, language: str, kind: str = "cardinal") -> str:
    from num2words2 import num2words  # slow to load, and not every session needs it

    return str(num2words(number, lang=language, to=kind))  # type: ignore[no-untyped-call]
