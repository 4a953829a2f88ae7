"""Filling placeholders: what they stand for is decided only here, so that words and clock can't disagree."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from voiceguide.phrases import Phrases, Side
from voiceguide.plan.model import Cue, Interval, Say, Where
from voiceguide.script.words import PLACEHOLDER

NEXT = "{next}"


def filled(words: str, pack: Phrases, where: Where, hold_ms: int | None = None) -> str:
    """Return `words` with all placeholders filled but `{next}`, which can wait until the whole session is known."""
    if "{" not in words:
        return words
    words = PLACEHOLDER.sub(lambda braces: _value(braces[1], pack, where, hold_ms), words)
    return words[:1].upper() + words[1:]


def names_side(words: str) -> bool:
    """Tell whether `words` differ between left and right."""
    names = (braces[1] for braces in PLACEHOLDER.finditer(words))
    return any(name in {"side", "other side"} or "|" in name for name in names if name)


def _value(name: str, pack: Phrases, where: Where, hold_ms: int | None) -> str:
    other: Mapping[Side | None, Side] = {"left": "right", "right": "left"}
    match name:
        case "side" if where.side:
            return pack.side(where.side)
        case "other side" if where.side:
            return pack.side(other[where.side])
        case "n" if where.repetition:
            return pack.number(where.repetition)
        case "of" if where.of:
            return pack.number(where.of)
        case "hold" if hold_ms:
            return pack.time(hold_ms)
        case "next":
            return NEXT
    left, bar, right = name.partition("|")
    return (right if where.side == "right" else left).strip() if bar else ""


def with_next(cues: Sequence[Cue], visits: Sequence[tuple[int, str]], pack: Phrases) -> tuple[Cue, ...]:
    """Return `cues` with `{next}` filled.

    `visits` has the index of each step's first cue, and the sentence that names the step, in order.
    """
    first_cues = [first_cue for first_cue, _ in visits]

    def following(index: int) -> str:
        number = bisect_right(first_cues, index)
        return visits[number][1].rstrip(".!?… ") if number < len(visits) else pack.the_end

    return tuple(_with_next(cue, following(index)) if _asks(cue) else cue for index, cue in enumerate(cues))


def _asks(cue: Cue) -> bool:
    match cue:
        case Say(text):
            return NEXT in text
        case Interval(announcements=announcements, release=release):
            return NEXT in release or any(NEXT in word for said in announcements for word in said.words)
    return False


def _with_next(cue: Cue, following: str) -> Cue:
    match cue:
        case Say():
            return replace(cue, text=_named(cue.text, following))
        case Interval():
            announcements = tuple(
                replace(said, words=tuple(_named(word, following) for word in said.words)) for said in cue.announcements
            )
            return replace(cue, announcements=announcements, release=_named(cue.release, following))
    return cue


def _named(words: str, following: str) -> str:
    words = words.replace(NEXT, following)
    return words[:1].upper() + words[1:]
