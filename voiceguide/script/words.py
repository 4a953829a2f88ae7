"""What keeps a voice from saying a run of words, or its placeholders from being filled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voiceguide.base.errors import UNPRINTABLE
from voiceguide.base.nearest import nearest

MAX_STEP_LETTERS = 2_000
"""Characters that a step may have to say."""

MAX_PLACEHOLDERS = 10
"""Placeholders that one run of words may have."""

PLACEHOLDER = re.compile(r"\{([^{}]*)\}|[{}]")
"""A placeholder, its name in group 1, or a brace that belongs to none."""

SIDES = frozenset({"side", "other side"})
COUNTS = frozenset({"n", "of"})
HOLD = frozenset({"hold"})
ALWAYS = frozenset({"next"})
PLACEHOLDERS = ("hold", "side", "other side", "n", "of", "next")

_MISSING = (
    (SIDES, "there are no sides", "write [each side] on the step, or above it"),
    (COUNTS, "nothing is counted", "write, say, [5 times] on the step, or above it"),
    (HOLD, "there is no hold", "write, say, [hold 20s] on the same step"),
    (ALWAYS, "nothing comes next", "put it in the words of a step"),
)
_MARK_FLOOD = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{9,}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with words, what would be right, and the part of them that it is about."""

    what: str
    instead: str
    culprit: str = ""


def wrong_with(words: str, known: frozenset[str] = frozenset()) -> Iterator[Wrong]:
    """Yield everything that keeps `words` from being said, where the placeholders in `known` can be filled."""
    if len(words) > MAX_STEP_LETTERS:
        yield Wrong(f"{len(words)} characters at once", f"split it: a step may have {MAX_STEP_LETTERS}")
        return
    if words and not any(char.isalnum() for char in words):
        yield Wrong(f"nothing in ‘{words[:20]}’ can be spoken", "write words, or remove it")
    if unprintable := UNPRINTABLE.search(words):
        yield Wrong(f"a control character (U+{ord(unprintable[0]):04X})", "remove it")
    if flood := _MARK_FLOOD.search(words):
        yield Wrong("more than eight accents on one letter", "remove them", flood[0])
    yield from _wrong_placeholders(words, known)


def _wrong_placeholders(words: str, known: frozenset[str]) -> Iterator[Wrong]:
    found = list(PLACEHOLDER.finditer(words))
    if len(found) > MAX_PLACEHOLDERS:
        yield Wrong(f"{len(found)} placeholders at once", f"split it: a step may have {MAX_PLACEHOLDERS}")
        return
    if [braces[1] for braces in found].count("next") > 1:
        yield Wrong("{next} twice", "write it once", "{next}")
    for braces in found:
        name = braces[1] or ""
        # {lift|drop} is said differently on the left and on the right: like {side}, it needs sides.
        name = "side" if _is_choice(name) else name
        if name not in PLACEHOLDERS:
            yield Wrong(f"unknown placeholder {braces[0]}", _meant(name), braces[0])
        elif name not in known:
            where, right = next((where, right) for names, where, right in _MISSING if name in names)
            yield Wrong(f"{braces[0]} where {where}", right, braces[0])


def _is_choice(name: str) -> bool:
    left, bar, right = name.partition("|")
    parts = {left.strip(), right.strip()}
    return bool(bar) and "" not in parts and "|" not in right and not parts & set(PLACEHOLDERS)


def _meant(name: str) -> str:
    near = nearest(name, PLACEHOLDERS)
    names = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
    return f"did you mean {{{near}}}?" if near else f"the placeholders are {names} and {{left words|right words}}"
