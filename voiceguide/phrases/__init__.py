"""What the guide says of its own accord, one pack for each language: announcements, counts, sides, numbers, times."""

from __future__ import annotations

from voiceguide.phrases import de, en, es, fr
from voiceguide.phrases.phrases import Phrases, Side

__all__ = ["PACKS", "Phrases", "Side", "base", "pack"]

PACKS = {language.PACK.language: language.PACK for language in (en, es, de, fr)}
"""The pack of each language, with the informal address."""

_FORMAL = {language.FORMAL.language: language.FORMAL for language in (es, de, fr)}


def base(language: str) -> str:
    """Return the language of a tag, such as `en` for `en-GB`."""
    return language.split("-")[0].lower()


def pack(language: str, formal: bool = False) -> Phrases | None:
    """Return the pack of a language tag, or None; `formal` matters in languages with two forms of address."""
    informal = PACKS.get(base(language))
    return _FORMAL.get(base(language), informal) if formal else informal
