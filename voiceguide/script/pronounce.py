"""Pronunciations: words that a voice gets wrong, each with something that it reads as the word should sound."""

from __future__ import annotations

from voiceguide.script.words import wrong_with

MAX_PRONUNCIATIONS = 100
MAX_LETTERS = 60


def pronunciation(text: str) -> tuple[str, str]:
    """One `word = how it is read`: the word in small letters, and what is read. Raises ValueError, in words."""
    word, equals, read = (" ".join(part.split()) for part in text.partition("="))
    if not equals or not word or not read:
        raise ValueError(f"‘{text.strip()[:MAX_LETTERS]}’ is no pronunciation; write, say, psoas = so-as")
    if len(word) > MAX_LETTERS or len(read) > 2 * MAX_LETTERS:
        raise ValueError(f"‘{word[:20]}…’ is too long; a word may have {MAX_LETTERS} letters, what is read twice that")
    for wrong in (*wrong_with(word), *wrong_with(read)):
        raise ValueError(f"{wrong.what}; {wrong.instead}")
    return word.casefold(), read
