"""How much is said: everything, reminders, or next to nothing. Safety lines and counts are said at every level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiceguide.base.choices import Guidance

Rule = Literal["count", "ten left", "half way", "goes on"]


@dataclass(frozen=True, slots=True)
class Talk:
    """What one level of guidance says.

    `opening` is the title, the tools and the call to get ready; `parts` are their names. The `words` of a step are said
    in full the first time; later `[again: …]`, or, if `shortened`, at least only the first sentence. `asked` are the
    author's words inside a hold: each time, only the first time, or never. `rules` are what is announced by rule.
    """

    guidance: Guidance
    opening: bool
    parts: bool
    words: bool
    shortened: bool
    asked: Literal["always", "once", "never"]
    rules: frozenset[Rule]
    sides: Literal["full", "short", "none"]
    last_time: bool
    numbers: bool


TALK: dict[Guidance, Talk] = {
    "teach": Talk(
        guidance="teach",
        opening=True,
        parts=True,
        words=True,
        shortened=False,
        asked="always",
        rules=frozenset({"count", "ten left", "half way", "goes on"}),
        sides="full",
        last_time=True,
        numbers=False,
    ),
    "remind": Talk(
        guidance="remind",
        opening=True,
        parts=False,
        words=True,
        shortened=True,
        asked="once",
        rules=frozenset({"count"}),
        sides="short",
        last_time=False,
        numbers=False,
    ),
    "quiet": Talk(
        guidance="quiet",
        opening=False,
        parts=False,
        words=False,
        shortened=False,
        asked="never",
        rules=frozenset({"count"}),
        sides="none",
        last_time=False,
        numbers=True,
    ),
}
