"""From what was heard, as text, to the name of a command: whole utterances only, by a table for each language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

ENGLISH: dict[str, tuple[str, ...]] = {
    "PAUSE": ("pause", "wait", "hold on"),
    "GO_ON": ("go on", "continue", "resume", "carry on"),
    "READY": ("ready", "I'm ready", "start", "begin"),
    "NEXT": ("next", "skip", "next step"),
    "BACK": ("back", "go back", "previous", "previous step"),
    "REPEAT": ("repeat", "again", "say again", "say that again"),
    "SLOWER": ("slower", "slow", "slow down"),
    "FASTER": ("faster", "speed up"),
    "LOUDER": ("louder", "volume up"),
    "SOFTER": ("softer", "quieter", "volume down"),
    "LONGER": ("longer", "ten more seconds"),
    "EASE_OFF": ("ease off", "too much", "let go"),
    "HOW_LONG": ("how long", "how much longer", "time left"),
    "STOP": ("stop", "quit", "end session", "enough"),
}
"""What listeners are told they can say, by the name of the command."""

ENGLISH_HEARD: dict[str, tuple[str, ...]] = {
    "PAUSE": ("paws", "pause it"),
    "READY": ("I am ready",),
    "LONGER": ("10 more seconds",),
    "EASE_OFF": ("he's off", "is off", "east off", "eases off"),
    "STOP": ("and session", "in session"),
}
"""What the recognizer writes down instead. Nobody says any of these by itself, unless they mean the command."""

ENGLISH_WRITTEN: dict[str, tuple[str, ...]] = {"SOFTER": ("software",)}
"""What it also writes down, but isn't scored for: it would take an unclear “slower” for this."""

TABLES = {"en": (ENGLISH, ENGLISH_HEARD)}
WRITTEN = {"en": (*TABLES["en"], ENGLISH_WRITTEN)}

FILLERS = frozenset({"please", "okay", "ok", "uh", "um"})
NAME_ALIKE = 0.7
"""How similar to the name a word has to be to count as the name: difflib's ratio, from 0 to 1."""


def command(text: str, language: str = "en") -> str | None:
    """Return the name of the command that `text` is as a whole; None if it is none, or the language has no table."""
    return _PHRASES.get(language[:2], {}).get(_once(_words(text)))


def phrases(language: str = "en") -> list[tuple[str, str]]:
    """Return every phrase that can be understood, each with the name of its command."""
    return _listed(TABLES.get(language[:2], ()))


def _listed(tables: Iterable[dict[str, tuple[str, ...]]]) -> list[tuple[str, str]]:
    return [(phrase, name) for table in tables for name, phrases in table.items() for phrase in phrases]


def called(text: str, name: str) -> str | None:
    """Return what follows the `name` that `text` begins with, "" if nothing does; None if it begins otherwise."""
    words, wanted = _once(_words(text)).split(), _words(name)
    for count in range(len(words), 0, -1):
        if count <= len(wanted) + 1 and _alike("".join(words[:count]), "".join(wanted)):
            return " ".join(words[count:])
    return None


def word_count(text: str) -> int:
    """Count the words of `text`, once if all of it is repeated, and without fillers."""
    return len(_once(_words(text)).split())


def may_be(text: str, phrase: str) -> bool:
    """Tell whether `text` may be a mishearing of `phrase`: neither much longer, nor the phrase with another word."""
    heard, wanted = _once(_words(text)).split(), _words(phrase)
    more = len(heard) - len(wanted)
    return more <= 0 or (more == 1 and not all(word in heard for word in wanted))


def _alike(heard: str, name: str) -> bool:
    return SequenceMatcher(None, heard, name).ratio() >= NAME_ALIKE


def _words(text: str) -> list[str]:
    """Return the words of `text` in lower case, without punctuation and FILLERS."""
    plain = re.sub(r"[^\w\s]|_", " ", re.sub("['’]", "", text.lower()))
    return [word for word in plain.split() if word not in FILLERS]


def _once(words: list[str]) -> str:
    """Return the words as text, once if they are repeated (“pause, pause”); the last repetition may be cut short."""
    for length in range(1, len(words) // 2 + 1):
        again = [words[index % length] for index in range(len(words))]
        if words[:-1] == again[:-1] and again[-1].startswith(words[-1]):
            return " ".join(words[:length])
    return " ".join(words)


_PHRASES = {
    language: {" ".join(_words(phrase)): name for phrase, name in _listed(tables)}
    for language, tables in WRITTEN.items()
}
