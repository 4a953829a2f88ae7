"""The voices: each engine in a file of its own, imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from voiceguide.errors import UsageError
from voiceguide.voices.voice import MAX_SPEED, MIN_SPEED, Voice, VoiceCard

__all__ = ["MAX_SPEED", "MIN_SPEED", "Voice", "VoiceCard", "available", "open_voice", "speaks"]

HUM = VoiceCard("hum", "voiceguide", (), "hums in place of words, for trying a script out")


def available() -> list[VoiceCard]:
    """Every voice there is on this machine. Raises VoiceError if the system's engine can't be asked."""
    from voiceguide.voices import system

    return [*system.cards(), HUM]


def open_voice(name: str | None, language: str, preferred: str | None = None) -> Voice:
    """The voice called `name`, or the one for `language`: the `preferred` one, if that is its language.

    Raises UsageError for a name that isn't there.
    """
    if HUM.name in {name, name or preferred}:
        from voiceguide.voices.hum import HummingVoice

        return HummingVoice()
    from voiceguide.voices import system

    cards = system.cards()
    if name:
        card = _named(name, cards)
    else:
        usual = [_named(preferred, cards)] if preferred else []
        card = _speaks(language, usual) or _speaks(language, cards) or _nobody(language)
    return system.SystemVoice(card)


def speaks(name: str, language: str) -> bool:
    """Whether the voice called `name` speaks a language. Raises UsageError for a name that isn't there."""
    return name == HUM.name or _speaks(language, [_named(name, available())]) is not None


def _named(name: str, cards: Sequence[VoiceCard]) -> VoiceCard:
    for card in cards:
        if card.name.lower() == name.lower():
            return card
    from voiceguide.script.nearest import nearest

    near = nearest(name, [card.name for card in (*cards, HUM)])
    hint = f"did you mean {near}?" if near else "‘voiceguide voices’ lists them"
    raise UsageError(f"unknown voice ‘{name[:80]}’; {hint}")


def _speaks(language: str, cards: Sequence[VoiceCard]) -> VoiceCard | None:
    """The voice whose language tag is nearest: the same, then the same language, the plainest tag first."""
    wanted = language.lower()
    base = wanted.split("-")[0]
    fitting = [card for card in cards if any(tag.split("-")[0] == base for tag in card.languages)]
    nearness = [(wanted not in card.languages, min(len(tag) for tag in card.languages)) for card in fitting]
    return fitting[nearness.index(min(nearness))] if fitting else None


def _nobody(language: str) -> NoReturn:
    raise UsageError(f"no voice speaks ‘{language}’; ‘voiceguide voices’ lists what there is, --voice chooses one")
