"""The grammar of what stands in brackets: `hold 20s`, `5 times`, `each side`, `again: Up.` …

One table, `_FORMS`, lists every bracket: its name, an example of it, and the function that reads what follows the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from voiceguide import moments
from voiceguide.errors import Mistake, Place
from voiceguide.script.model import Chime, EachSide, Span, SpanKind, Times
from voiceguide.script.nearest import nearest

MAX_SPAN_MS = moments.HOUR
MAX_TIMES = 10_000
DEFAULT_SWITCH_MS = 5_000
"""Time to change over where `[each side]` has no `[switch …]` beside it."""

_SOUND = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_TIMES = re.compile(r"(\d+)\s*(?:times|time|x|×)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Again:
    """`[again: Up.]`; its words are checked with the other words."""

    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Switch:
    """`[switch 8s]`."""

    ms: int
    place: Place


@dataclass(frozen=True, slots=True)
class Alert:
    """`[!CAUTION]`, the first words of a quote that is a safety line."""

    kind: str
    place: Place


Bracket = Span | Chime | Times | EachSide | Switch | Again | Alert


class BracketError(ValueError):
    """What is wrong with a bracket, and what would be right."""

    def __init__(self, what: str, instead: str = "") -> None:
        super().__init__(what)
        self.what, self.instead = what, instead


def read(content: str, place: Place) -> Bracket | Mistake:
    """The bracket `[content]` at `place`, or the complaint about it."""
    content = " ".join(content.split())
    try:
        return _bracket(content, place)
    except BracketError as error:
        return Mistake(place, error.what, error.instead)


def _bracket(content: str, place: Place) -> Bracket:
    if not content:
        raise BracketError("empty brackets", r"write \[ for a bracket that is not timing")
    if times := _TIMES.fullmatch(content):
        return _times(times[1], place)
    if content.lower() == "each side":
        return EachSide(DEFAULT_SWITCH_MS, place)
    if content.startswith("!"):
        return Alert(content[1:].upper(), place)
    name, rest = _split(content)
    form = _FORMS.get(name)
    if form is None:
        raise BracketError(f"unknown bracket [{content}]", _did_you_mean(content, name, rest))
    return form.read(name, rest, place)


def _split(content: str) -> tuple[str, str]:
    word = re.match(r"[^\s:]+", content)
    name = word[0] if word else ""
    rest = content[len(name) :].lstrip()
    return name.lower(), rest


def _times(digits: str, place: Place) -> Times:
    if len(digits) > 6 or not 1 <= int(digits) <= MAX_TIMES:
        raise BracketError(f"[{digits[:12]} times] is out of range", f"it may be 1 to {MAX_TIMES} times")
    return Times(int(digits), place)


def _ms(name: str, rest: str) -> int:
    try:
        ms = moments.parse_ms(rest)
    except ValueError:
        raise BracketError(
            f"[{name} {rest}] has no time that can be read" if rest else f"[{name}] needs a time",
            f"write, say, [{_FORMS[name].example}]; times are written {moments.EXAMPLES}",
        ) from None
    if not 0 < ms <= MAX_SPAN_MS:
        raise BracketError(f"[{name} {rest}] is out of range", "a time may be more than 0 and up to 1 hour")
    return ms


def _span(name: str, rest: str, place: Place) -> Span:
    return Span(cast(SpanKind, name), _ms(name, rest), place)


def _switch(name: str, rest: str, place: Place) -> Switch:
    return Switch(_ms(name, rest), place)


def _again(name: str, rest: str, place: Place) -> Again:
    words = rest.removeprefix(":").strip()
    if not rest.startswith(":") or not words:
        raise BracketError("[again] needs words", f"write, say, [{_FORMS[name].example}]")
    return Again(words, place)


def _chime(name: str, rest: str, place: Place) -> Chime:
    if not _SOUND.fullmatch(rest):
        raise BracketError(
            f"[chime {rest}] is not a sound's name" if rest else "[chime] needs the name of a sound",
            f"write, say, [{_FORMS[name].example}]; names are small letters, digits and hyphens",
        )
    return Chime(rest, place)


@dataclass(frozen=True, slots=True)
class _Form:
    example: str
    read: Callable[[str, str, Place], Bracket]


_FORMS = {
    "hold": _Form("hold 20s", _span),
    "move": _Form("move 5s", _span),
    "settle": _Form("settle 10s", _span),
    "rest": _Form("rest 30s", _span),
    "switch": _Form("switch 8s", _switch),
    "again": _Form("again: Up.", _again),
    "chime": _Form("chime bell", _chime),
}
_WHOLE = ("each side", "5 times")
EXAMPLES = (*_WHOLE, *(form.example for form in _FORMS.values()))
"""One example of every bracket there is."""


def is_bracket(content: str) -> bool:
    """Whether [content] would be read."""
    return not isinstance(read(content, Place("", 0)), Mistake)


def _did_you_mean(content: str, name: str, rest: str) -> str:
    if re.match(r"\d", content):
        return "did you mean [5 times], or [hold 20s]?"
    if near := nearest(content, ("each side",)):
        return f"did you mean [{near}]?"
    if near := nearest(name, _FORMS):
        right = f"{near}{rest}" if rest.startswith(":") else f"{near} {rest}"
        return f"did you mean [{right if is_bracket(right) else _FORMS[near].example}]?"
    return r"the brackets are " + ", ".join(f"[{example}]" for example in EXAMPLES) + r"; write \[ for a plain bracket"
