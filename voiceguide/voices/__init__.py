"""The voices: each engine is in a file of its own, imported only when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from voiceguide.base.errors import UnknownNameError, UsageError
from voiceguide.base.plugins import Registry
from voiceguide.voices.normalized import NormalizedVoice
from voiceguide.voices.voice import Engine, Voice, VoiceCard

__all__ = ["ENGINES", "Engine", "Voice", "VoiceCard", "available", "card_of", "open_voice", "speaks"]

ENGINES = Registry(
    "voice engine",
    "voiceguide.voices",
    {
        "recorded": "voiceguide.voices.recorded",
        "piper": "voiceguide.voices.models",
        "system": "voiceguide.voices.system",
        "hum": "voiceguide.voices.hum",
    },
)

USUAL_ACCENT = {"en": "en-us"}
"""The accent that a bare language tag stands for.

Of espeak-ng's English voices, a speech recognizer understands the American one best (`benchmarks/INTELLIGIBILITY.md`).
"""


def available() -> list[VoiceCard]:
    """Return the cards of all voices on this machine, natural ones first.

    Raises VoiceError if the system's engine can't be asked.
    """
    return [card for engine in _by_preference() for card in engine.cards()]


def open_voice(
    name: str | None, language: str, preferred: str | None = None, spoken: Callable[[str], str] | None = None
) -> Voice:
    """Open the voice called `name`; without a name, the `preferred` one if it speaks `language`, else the most natural.

    The voice reads each line as written, or, with `spoken`, what that turns the line into. Raises UnknownNameError if
    no voice has the name, and UsageError if none speaks the language.
    """
    engine, card = _chosen(name, language, preferred)

    def otherwise() -> Voice:
        other = preferred if preferred and preferred.lower() != card.name.lower() else None
        return open_voice(None, language, other, spoken)

    voice = engine.open_voice(card, otherwise)
    return NormalizedVoice(voice, spoken) if spoken and not card.as_written else voice


def speaks(name: str, language: str) -> bool:
    """Tell whether the voice called `name` speaks `language`. Raises UnknownNameError if there is no such voice."""
    return _reads(language, card_of(name))


def card_of(name: str) -> VoiceCard:
    """Return the card of the voice called `name`. Raises UnknownNameError if there is no such voice."""
    return _named(name)[1]


def _by_preference() -> Iterator[Engine]:
    """Yield the engines in the order in which they are asked whether they speak a language."""
    yield from (ENGINES.load(name) for name in ("recorded", "piper"))
    yield from ENGINES.load_added()
    yield from (ENGINES.load(name) for name in ("system", "hum"))


def _chosen(name: str | None, language: str, preferred: str | None) -> tuple[Engine, VoiceCard]:
    if name:
        return _named(name)
    if preferred:
        engine, card = _named(preferred)
        if _reads(language, card):
            return engine, card
    for engine in _by_preference():
        if nearest := _nearest(language, [card for card in engine.cards() if not card.only_by_name]):
            return engine, nearest
    raise UsageError(f"no voice speaks ‘{language}’; ‘voiceguide voices’ lists what there is, --voice chooses one")


def _named(name: str) -> tuple[Engine, VoiceCard]:
    """Return the engine and the card of the voice called `name`, asking the engines that answer fastest first."""
    own = (ENGINES.load(engine) for engine in ("hum", "recorded", "piper", "system"))
    for engines in (own, ENGINES.load_added()):
        for engine in engines:
            if card := _called(name, engine.cards()):
                return engine, card
    raise UnknownNameError("voice", name, [card.name for card in available()], "‘voiceguide voices’ lists them")


def _called(name: str, cards: Iterable[VoiceCard]) -> VoiceCard | None:
    return next((card for card in cards if card.name.lower() == name.lower()), None)


def _reads(language: str, card: VoiceCard) -> bool:
    return not card.languages or _nearest(language, [card]) is not None


def _nearest(language: str, cards: Sequence[VoiceCard]) -> VoiceCard | None:
    """Return the voice with the nearest language tag: the same tag, or else the shortest one of the same language."""
    wanted = USUAL_ACCENT.get(language.lower(), language.lower())
    base = wanted.split("-")[0]
    fitting = [card for card in cards if any(tag.split("-")[0] == base for tag in card.languages)]
    nearness = [(wanted not in card.languages, min(len(tag) for tag in card.languages)) for card in fitting]
    return fitting[nearness.index(min(nearness))] if fitting else None
