"""Whether what was heard may be the guide's own words: then it is no command, whoever has said it.

A recognizer that hears the guide through a room doesn't spell as the script does, so words are compared by their sound:
roughly, by the consonants, with voiced ones taken for voiceless ones and any vowel for any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache

ALIKE = 0.8
"""How similar the sounds of several words have to be: difflib's ratio, from 0 to 1."""

MOST = 0.6
"""Which share of its words has to be in a line, in whatever order."""

_SOUNDS = (
    (r"[^a-z0-9]", ""),
    (r"ough|augh", "o"),
    (r"igh", "i"),
    (r"kn", "n"),
    (r"wr", "r"),
    (r"tch|ch|sh|j", "x"),
    (r"ph", "f"),
    (r"c(?=[eiy])", "s"),
    (r"ck|[cqg]", "k"),
    (r"x", "ks"),
    (r"z", "s"),
    (r"d", "t"),
    (r"b", "p"),
    (r"v", "f"),
    (r"^wh?", "W"),
    (r"[aeiouwhy]+", "a"),
    (r"(.)\1+", r"\1"),
    (r"a$", ""),
)


def says(line: str, phrase: str) -> bool:
    """Tell whether `phrase`, or something that sounds like it, is anywhere in `line`."""
    wanted, spoken = _words(phrase), _words(line)
    sounds = {_sound(word) for word in spoken}
    if len(wanted) > 1 and sum(_sound(word) in sounds for word in wanted) >= MOST * len(wanted):
        return True
    sound = _sound("".join(wanted))
    for count in (len(wanted), len(wanted) + 1):
        for first in range(len(spoken) - count + 1):
            if _alike(_sound("".join(spoken[first : first + count])), sound, exactly=len(wanted) == 1):
                return True
    return False


def any_says(lines: Iterable[str], phrase: str) -> bool:
    """Tell whether any of `lines` says `phrase`."""
    return any(says(line, phrase) for line in lines)


def _alike(one: str, other: str, *, exactly: bool) -> bool:
    return one == other or (not exactly and SequenceMatcher(None, one, other).ratio() >= ALIKE)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub("['’]", "", text.lower()))


@cache
def _sound(word: str) -> str:
    for letters, sound in _SOUNDS:
        word = re.sub(letters, sound, word)
    return word
