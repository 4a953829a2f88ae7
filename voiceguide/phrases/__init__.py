"""What the guide says of its own accord, one pack a language: announcements, counts, sides, numbers and times."""

from __future__ import annotations

from voiceguide.phrases import de, en, es, fr
from voiceguide.phrases.phrases import Phrases, Side

__all__ = ["PACKS", "Phrases", "Side", "base", "pack"]

PACKS = {language.PACK.language: language.PACK for language in (en, es, de, fr)}
_FORMAL = {language.FORMAL.language: language.FORMAL for language in (es, de, fr)}


def base(language: str) -> str:
    """The language of a tag such as `en-GB`: `en`."""
    return language.split("-")[0].lower()


def pack(language: str, formal: bool = False) -> Phrases | None:
    """The pack of a language tag, or None; `formal` matters where a language knows two ways to address somebody."""
    informal = PACKS.get(base(language))
    return _FORMAL.get(base(language), informal) if formal else informal
