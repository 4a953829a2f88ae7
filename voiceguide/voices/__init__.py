"""The voices: each engine in a file of its own, imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from voiceguide.base.errors import UsageError
from voiceguide.voices.normalized import NormalizedVoice
from voiceguide.voices.voice import MAX_SPEED, MIN_SPEED, Voice, VoiceCard

__all__ = ["MAX_SPEED", "MIN_SPEED", "Voice", "VoiceCard", "available", "card_of", "open_voice", "speaks"]

HUM = VoiceCard("hum", "voiceguide", (), "hums in place of words, for trying a script out")

USUAL_ACCENT = {"en": "en-us"}
"""What is meant by a language alone: of espeak-ng's English voices the American is understood best, by a recogniser."""


def available() -> list[VoiceCard]:
    """Every voice there is on this machine, natural ones first.

    Raises VoiceError if the system's engine can't be asked.
    """
    from voiceguide.voices import models, recorded, system

    own = (one.card for one in recorded.all_recordings())
    return [*own, *(model.card for model in models.models()), *system.cards(), HUM]


def open_voice(
    name: str | None, language: str, preferred: str | None = None, spoken: Callable[[str], str] | None = None
) -> Voice:
    """The voice called `name`, or one for `language`: the `preferred` one, if that is its language, else a natural one.

    It reads lines as they are, or as `spoken` says. Raises UsageError for a name that isn't there.
    """
    from voiceguide.voices import recorded

    own = recorded.recordings(name or preferred or "")
    if own and (name or _speaks(language, [own.card])):
        other = preferred if preferred and preferred.lower() != own.card.name else None
        return recorded.RecordedVoice(own, open_voice(None, language, other, spoken))
    voice = _opened(name, language, None if own else preferred)
    return NormalizedVoice(voice, spoken) if spoken else voice


def _opened(name: str | None, language: str, preferred: str | None) -> Voice:
    """A voice that can say anything."""
    if HUM.name in {name, name or preferred}:
        from voiceguide.voices.hum import HummingVoice

        return HummingVoice()
    from voiceguide.voices import models

    natural = {model.card: model for model in models.models()}
    if name:
        card = _named(name, natural)
    else:
        usual = [_named(preferred, natural)] if preferred else []
        card = _speaks(language, usual) or _speaks(language, list(natural)) or _of_the_system(language)
    if card in natural:
        from voiceguide.voices.piper import PiperVoice

        return PiperVoice(natural[card])
    from voiceguide.voices.system import SystemVoice

    return SystemVoice(card)


def speaks(name: str, language: str) -> bool:
    """Whether the voice called `name` speaks a language. Raises UsageError for a name that isn't there."""
    return name == HUM.name or _speaks(language, [_named(name)]) is not None


def card_of(name: str) -> VoiceCard:
    """What is known of the voice called `name`. Raises UsageError for a name that isn't there."""
    return HUM if name == HUM.name else _named(name)


def _named(name: str, first: Iterable[VoiceCard] = ()) -> VoiceCard:
    """The card of that name: among the `first` ones, or all there are, which takes longer to tell."""
    found = _called(name, first) or _called(name, available())
    if found:
        return found
    from voiceguide.base.nearest import nearest

    near = nearest(name, [card.name for card in available()])
    hint = f"did you mean {near}?" if near else "‘voiceguide voices’ lists them"
    raise UsageError(f"unknown voice ‘{name[:80]}’; {hint}")


def _called(name: str, cards: Iterable[VoiceCard]) -> VoiceCard | None:
    return next((card for card in cards if card.name.lower() == name.lower()), None)


def _speaks(language: str, cards: Sequence[VoiceCard]) -> VoiceCard | None:
    """The voice whose language tag is nearest: the same, then the same language, the plainest tag first."""
    wanted = USUAL_ACCENT.get(language.lower(), language.lower())
    base = wanted.split("-")[0]
    fitting = [card for card in cards if any(tag.split("-")[0] == base for tag in card.languages)]
    nearness = [(wanted not in card.languages, min(len(tag) for tag in card.languages)) for card in fitting]
    return fitting[nearness.index(min(nearness))] if fitting else None


def _of_the_system(language: str) -> VoiceCard:
    from voiceguide.voices import system

    return _speaks(language, system.cards()) or _nobody(language)


def _nobody(language: str) -> NoReturn:
    raise UsageError(f"no voice speaks ‘{language}’; ‘voiceguide voices’ lists what there is, --voice chooses one")
