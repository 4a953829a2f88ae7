"""Splitting words into sentences, the units in which they are spoken and repeated."""

from __future__ import annotations

import re

# It begins with the space, which is rare, instead of looking behind every letter.
_SENTENCE_END = re.compile(r"""\s(?:(?<=[.!?…]\s)|(?<=[.!?…]["'”’)]\s))\s*(?=["'“‘(¿¡]*[A-ZÀ-ÞА-Я0-9{])""")

_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|approx|ca|vs|min|max|sec|dr|mr|mrs|ms|prof|fig"
    r"|bzw|z|z\. ?b|u\. ?a|p\. ?ej|p\. ?ex|aprox|env)\.$",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(r"(?:^|[\s(])(?:no|nr|p|vol)\.$", re.IGNORECASE)


def sentences(words: str) -> tuple[str, ...]:
    """Split `words` into sentences, so that each can be repeated by itself; a title gets the full stop it needs."""
    if not words:
        return ()
    closed = words if words[-1] in ".!?…:;,\"'”’)" else f"{words}."
    found: list[str] = []
    for piece in _SENTENCE_END.split(closed):
        if found and _goes_on(found[-1], piece):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return tuple(found)


def _goes_on(before: str, piece: str) -> bool:
    """Tell whether the full stop at the end of `before` only ends an abbreviation."""
    return bool(_ABBREVIATED.search(before) or (piece[0].isdigit() and _BEFORE_NUMBER.search(before)))


def most_sentences(words: str) -> int:
    """Return an upper bound of how many sentences `words` has, which is quicker than splitting them."""
    return 1 + sum(words.count(stop) for stop in ".!?…") if words else 0
