"""What the guide says of its own accord, one pack a language: announcements, counts, sides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's phrases; `{…}` is filled in by the plan. A count is spoken from its first word to its last."""

    tools: str
    get_ready: str
    starting: str
    starting_left: str
    half_way: str
    ten_left: str
    count: tuple[str, ...]
    last_time: str
    first_side: str
    change_sides: str
    left: str
    right: str

    def side(self, side: str) -> str:
        return self.left if side == "left" else self.right


PACKS = {
    "en": Phrases(
        tools="You need {tools}.",
        get_ready="Take a moment to get ready.",
        starting="Starting in {n} seconds.",
        starting_left="{n} seconds.",
        half_way="Half way.",
        ten_left="Ten seconds left.",
        count=("Three.", "Two.", "One."),
        last_time="Last time.",
        first_side="The {side} side first.",
        change_sides="Change sides. Now the {side}.",
        left="left",
        right="right",
    ),
}


def base(language: str) -> str:
    """The language of a tag such as `en-GB`: `en`."""
    return language.split("-")[0].lower()


def pack(language: str) -> Phrases | None:
    """The pack of a language tag, or None."""
    return PACKS.get(base(language))
