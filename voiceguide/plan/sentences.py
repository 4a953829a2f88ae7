"""Words as sentences: the piece in which lines are spoken, and said again."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"""(?:(?<=[.!?…])|(?<=[.!?…]["'”’)]))\s+(?=["'“‘(¿¡]*[A-ZÀ-ÞА-Я0-9])""")


def sentences(words: str) -> tuple[str, ...]:
    """`words` as sentences, so that each can be said again by itself; a title gets the stop that a voice needs."""
    if not words:
        return ()
    closed = words if words[-1] in ".!?…:;,\"'”’)" else f"{words}."
    return tuple(_SENTENCE_END.split(closed))
