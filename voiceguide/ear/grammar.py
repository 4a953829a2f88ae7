"""What was heard, written down, to the name of a command: whole utterances only, and a table for each language."""

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
"""What a listener is told they can say."""

ENGLISH_HEARD: dict[str, tuple[str, ...]] = {
    "PAUSE": ("paws", "pause it"),
    "READY": ("I am ready",),
    "LONGER": ("10 more seconds",),
    "EASE_OFF": ("he's off", "is off", "east off", "eases off"),
    "STOP": ("and session", "in session"),
}
"""What the recogniser writes down instead: each is said by nobody in one breath, or means the same."""

ENGLISH_WRITTEN: dict[str, tuple[str, ...]] = {"SOFTER": ("software",)}
"""What it writes down, too, but is never asked for: of an unclear “slower” it would make this."""

TABLES = {"en": (ENGLISH, ENGLISH_HEARD)}
WRITTEN = {"en": (*TABLES["en"], ENGLISH_WRITTEN)}

FILLERS = frozenset({"please", "okay", "ok", "uh", "um"})
NAME_ALIKE = 0.7
"""How much of a name has to be there, by difflib's ratio, for it to count as said."""


def command(text: str, language: str = "en") -> str | None:
    """The command that `text` is as a whole; None if it is none, or the language has no table."""
    return _PHRASES.get(language[:2], {}).get(_once(_words(text)))


def phrases(language: str = "en") -> list[tuple[str, str]]:
    """Everything that may be asked for, each with its command's name."""
    return _listed(TABLES.get(language[:2], ()))


def _listed(tables: Iterable[dict[str, tuple[str, ...]]]) -> list[tuple[str, str]]:
    return [(phrase, name) for table in tables for name, phrases in table.items() for phrase in phrases]


def called(text: str, name: str) -> str | None:
    """What is said to whoever has this name, empty if only the name is; None if they aren't called."""
    words, wanted = _once(_words(text)).split(), _words(name)
    for count in range(len(words), 0, -1):
        if count <= len(wanted) + 1 and _alike("".join(words[:count]), "".join(wanted)):
            return " ".join(words[count:])
    return None


def length(text: str) -> int:
    """How many words are said, each repetition of all of it left out."""
    return len(_once(_words(text)).split())


def may_be(text: str, phrase: str) -> bool:
    """Whether `text` may be a mishearing of `phrase`: neither much longer nor the phrase with more around it."""
    heard, wanted = _once(_words(text)).split(), _words(phrase)
    more = len(heard) - len(wanted)
    return more <= 0 or (more == 1 and not all(word in heard for word in wanted))


def _alike(heard: str, name: str) -> bool:
    return SequenceMatcher(None, heard, name).ratio() >= NAME_ALIKE


def _words(text: str) -> list[str]:
    """The words of `text` in lower case, without signs and without what is said out of politeness."""
    plain = re.sub(r"[^\w\s]|_", " ", re.sub("['’]", "", text.lower()))
    return [word for word in plain.split() if word not in FILLERS]


def _once(words: list[str]) -> str:
    """The words once, if they are said several times over: “pause, pause”. The last time may be cut short."""
    for length in range(1, len(words) // 2 + 1):
        again = [words[place % length] for place in range(len(words))]
        if words[:-1] == again[:-1] and again[-1].startswith(words[-1]):
            return " ".join(words[:length])
    return " ".join(words)


_PHRASES = {
    language: {" ".join(_words(phrase)): name for phrase, name in _listed(tables)}
    for language, tables in WRITTEN.items()
}
