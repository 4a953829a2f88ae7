"""Pronunciations: words that a voice gets wrong, each with a spelling that it reads right."""

from __future__ import annotations

from voiceguide.script.words import wrong_with

MAX_PRONUNCIATIONS = 100
MAX_LETTERS = 60
"""Characters of a word; how it is read may have twice as many."""


def pronunciation(text: str) -> tuple[str, str]:
    """Return the word, in small letters, and how it is read, from `word = how it is read`.

    Raises ValueError, whose message says what would be right.
    """
    word, equals, read = (" ".join(part.split()) for part in text.partition("="))
    if not equals or not word or not read:
        raise ValueError(f"‘{text.strip()[:MAX_LETTERS]}’ is not a pronunciation; write, say, psoas = so-as")
    if len(word) > MAX_LETTERS or len(read) > 2 * MAX_LETTERS:
        raise ValueError(
            f"‘{word[:20]}…’ is too long; a word may have {MAX_LETTERS} letters, and its reading {2 * MAX_LETTERS}"
        )
    for wrong in (*wrong_with(word), *wrong_with(read)):
        raise ValueError(f"{wrong.what}; {wrong.instead}")
    return word.casefold(), read
