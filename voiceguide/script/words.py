"""What a voice can say: what is wrong with a run of words, and with the placeholders in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voiceguide.errors import UNPRINTABLE
from voiceguide.script.nearest import nearest

MAX_WORDS = 2_000
"""Characters one step may speak."""

PLACEHOLDERS = ("side", "other side")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}|[{}]")
_MARK_FLOOD = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{9,}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with words, what would be right, and which part of them it is about."""

    what: str
    instead: str
    culprit: str = ""


def wrong_with(words: str, sided: bool = False) -> Iterator[Wrong]:
    """Everything that keeps `words` from being spoken; `sided` if there is a side for `{side}` to name."""
    if len(words) > MAX_WORDS:
        yield Wrong(f"{len(words)} characters in one go", f"split it: a step may have {MAX_WORDS}")
        return
    if words and not any(char.isalnum() for char in words):
        yield Wrong(f"nothing in ‘{words[:20]}’ can be spoken", "write words, or remove it")
    if unprintable := UNPRINTABLE.search(words):
        yield Wrong(f"a control character (U+{ord(unprintable[0]):04X})", "remove it")
    if flood := _MARK_FLOOD.search(words):
        yield Wrong("more than eight accents on one letter", "remove them", flood[0])
    for braces in _PLACEHOLDER.finditer(words):
        if braces[1] not in PLACEHOLDERS:
            yield Wrong(f"unknown placeholder {braces[0]}", _meant(braces[1] or ""), braces[0])
        elif not sided:
            right = "write [each side] on the step, or above it"
            yield Wrong(f"{braces[0]} where there are no sides", right, braces[0])


def _meant(name: str) -> str:
    near = nearest(name, PLACEHOLDERS)
    return f"did you mean {{{near}}}?" if near else "the placeholders are {side} and {other side}"
