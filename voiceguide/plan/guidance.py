"""Levels of guidance: everything is said, or reminders, or next to nothing; safety lines and counts always are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voiceguide.base.choices import Guidance

Rule = Literal["count", "ten left", "half way", "goes on"]
"""An announcement inside intervals that no author has to write."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What one level of guidance says.

    `opening` is the title, the tools and the call to get ready; `parts` are the names of parts. The `words` of a step
    are said in full the first time; after that, [again: …] is said or, if `shortened`, only the first sentence. `asked`
    is when the author's words inside a hold are said. `rules` are those that apply. `sides` is how a change of sides is
    announced; `last_time` and `numbers` are for repetitions.
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
