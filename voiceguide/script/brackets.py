"""The grammar of brackets: `hold 20s`, `5 times`, `each side`, `again: Up.` …

The table `_FORMS` lists every bracket: its name, an example of it, and the function that reads what follows the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from voiceguide.base import moments
from voiceguide.base.errors import Mistake, Place
from voiceguide.base.nearest import nearest
from voiceguide.script.model import Chime, EachSide, Inside, Mark, Quiet, Release, Span, SpanKind, Times

MAX_SPAN_MS = moments.HOUR
MAX_TIMES = 10_000
MIN_EVERY_MS = 2_000
MAX_TIME_LETTERS = 60
"""Characters in which a time, or a range from one to another, may be written."""

MAX_MESSAGE_LETTERS = 240
DEFAULT_SWITCH_MS = 5_000
"""The time to change sides where `[each side]` has no `[switch …]` beside it."""

_SOUND = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_TO = r"\s*(?:-|–|to)\s*"
_TIMES = re.compile(rf"(\d+)(?:{_TO}(\d+))?\s*(?:times|time|x|×)", re.IGNORECASE | re.ASCII)
_RANGE = re.compile(rf"(\d[^–-]*?){_TO}(\d.*)", re.IGNORECASE | re.ASCII)
_AT = re.compile(r"(half(?:[ -]?way)?|[-–−]?\s*(?:\d+:\d\d|[^:]*))\s*:\s*(.*)", re.IGNORECASE)
_READY = re.compile(r"ready\b\s*,?\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Again:
    """`[again: Up.]`; its words are checked later, with those of the step."""

    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Switch:
    """`[switch 8s]`: the time to change sides."""

    ms: int
    place: Place


@dataclass(frozen=True, slots=True)
class Alert:
    """`[!CAUTION]`, with which a quote begins that is a safety line; `kind` is its word in capitals."""

    kind: str
    place: Place


Bracket = Span | Chime | Times | EachSide | Switch | Again | Inside | Quiet | Release | Alert


class BracketError(ValueError):
    """A bracket can't be read: what is wrong with it, and what would be right."""

    def __init__(self, what: str, instead: str = "") -> None:
        super().__init__(what)
        self.what, self.instead = what, instead


def read(content: str, place: Place) -> Bracket | Mistake:
    """Read the bracket `[content]` at `place`; return it, or the mistake in it."""
    content = " ".join(content.split())
    try:
        return _bracket(content, place)
    except BracketError as error:
        return Mistake(place, _shortened(error.what), _shortened(error.instead))


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE_LETTERS else f"{text[: MAX_MESSAGE_LETTERS - 1]}…"


def _bracket(content: str, place: Place) -> Bracket:
    if not content:
        raise BracketError("empty brackets", r"write \[ for a bracket that is not timing")
    if times := _TIMES.fullmatch(content):
        return _times(times[1], times[2], place)
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
    word = re.match(r"[^\s:,]+", content)
    name = word[0] if word else ""
    rest = content[len(name) :].lstrip()
    return name.lower(), rest


def _times(low: str, high: str | None, place: Place) -> Times:
    for digits in (low, high or low):
        if len(digits) > 6 or not 1 <= int(digits) <= MAX_TIMES:
            raise BracketError(f"[{digits[:12]} times] is out of range", f"it may be 1 to {MAX_TIMES} times")
    _check_order(f"{low}-{high} times", int(low), int(high) if high else None)
    return Times(int(low), int(high or low), place)


def _check_order(content: str, low: int, high: int | None) -> None:
    if high is not None and high <= low:
        raise BracketError(f"[{content}] is not a range", "write the smaller one first, or only one of the two")


def _ms(name: str, time: str, content: str) -> int:
    """Return the milliseconds of `time`, a part of `[name content]`. Raises BracketError."""
    try:
        ms = moments.parse_ms(time[: MAX_TIME_LETTERS + 1])
    except ValueError:
        raise BracketError(
            f"[{name} {content}] has no time that can be read" if time else f"[{name}] needs a time",
            _right_time(name, content) or f"write, say, [{_FORMS[name].example}]; times are written {moments.EXAMPLES}",
        ) from None
    if not 0 < ms <= MAX_SPAN_MS:
        raise BracketError(f"[{name} {content}] is out of range", "a time may be more than 0 and up to 1 hour")
    return ms


def _right_time(name: str, content: str) -> str:
    """Return how to write a time that is nearly right: without its colon, with a decimal point, or as two brackets."""
    repaired = re.sub(r"(?<=\d),(?=\d)", ".", content.removeprefix(":").strip())
    if repaired != content and is_bracket(f"{name} {repaired}"):
        return f"did you mean [{name} {repaired}]?"
    two = re.fullmatch(r"(\d[\d.]*\s*[a-z]+)[\s,]+(.+)", repaired[:MAX_TIME_LETTERS], re.IGNORECASE)
    if two and is_bracket(f"{name} {two[1]}"):
        second = re.sub(r"^[x×]\s*(\d+)$", r"\1 times", two[2], flags=re.IGNORECASE)
        if is_bracket(second):
            return f"write two brackets: [{name} {two[1]}] [{second}]"
    return ""


def _span(name: str, rest: str, place: Place) -> Span:
    if len(rest) <= MAX_TIME_LETTERS and _RANGE.fullmatch(rest):
        raise BracketError(f"[{name} {rest}] can't be a range", "hold, move, rest and times can; write one time")
    ms = _ms(name, rest, rest)
    return Span(cast(SpanKind, name), ms, ms, place)


def _elastic(name: str, rest: str, place: Place) -> Span:
    ends = _RANGE.fullmatch(rest[: MAX_TIME_LETTERS + 1])
    if ends is None or len(rest) > MAX_TIME_LETTERS:
        return _span(name, rest, place)
    # In `30-90s`, the unit stands only at the end.
    unit = re.search(r"[a-z]+\s*$", ends[2], re.IGNORECASE | re.ASCII)
    low = ends[1] + (unit[0] if unit and ends[1].strip().isdigit() else "")
    low_ms, high_ms = _ms(name, low, rest), _ms(name, ends[2], rest)
    _check_order(f"{name} {rest}", low_ms, high_ms)
    return Span(cast(SpanKind, name), low_ms, high_ms, place)


def _until(name: str, rest: str, place: Place) -> Span:
    ready = _READY.fullmatch(rest)
    if ready is None or not ready[1]:
        what = f"[{name} {rest}] has no time at which it goes on by itself" if ready else f"[{name} {rest}] is unknown"
        raise BracketError(what.replace(" ]", "]"), f"write, say, [{_FORMS[name].example}]")
    ms = _ms(name, ready[1], rest)
    return Span("wait", ms, ms, place)


def _switch(name: str, rest: str, place: Place) -> Switch:
    return Switch(_ms(name, rest, rest), place)


def _words(name: str, rest: str) -> str:
    words = rest.removeprefix(":").strip()
    if not rest.startswith(":") or not words:
        raise BracketError(f"[{name}] needs words", f"write, say, [{_FORMS[name].example}]")
    return words


def _again(name: str, rest: str, place: Place) -> Again:
    return Again(_words(name, rest), place)


def _release(name: str, rest: str, place: Place) -> Release:
    return Release(_words(name, rest), place)


def _quiet(name: str, rest: str, place: Place) -> Quiet:
    if rest:
        raise BracketError(f"[{name} {rest}] says too much", "write [quiet]")
    return Quiet(place)


def _at(name: str, rest: str, place: Place) -> Inside:
    at = _AT.fullmatch(rest)
    if at is None or not at[2]:
        raise BracketError(f"[{name} {rest}] needs a moment and words", f"write, say, [{_FORMS[name].example}]")
    moment = at[1].strip()
    if re.fullmatch(r"half(?:[ -]?way)?", moment, re.IGNORECASE):
        return Inside(at[2], place, "half")
    if moment.lower() in {"end", "the end"}:
        raise BracketError(f"[{name} {rest}] is not a moment inside a time", f"did you mean [release: {at[2]}]?")
    before_end = moment[:1] in {"-", "–", "−"}
    mark: Mark = "end" if before_end else "start"
    return Inside(at[2], place, mark, _ms(name, moment[before_end:].strip(), rest))


def _every(name: str, rest: str, place: Place) -> Inside:
    every = _AT.fullmatch(rest)
    if every is None or not every[2]:
        raise BracketError(f"[{name} {rest}] needs a time and words", f"write, say, [{_FORMS[name].example}]")
    ms = _ms(name, every[1].strip(), rest)
    if ms < MIN_EVERY_MS:
        raise BracketError(f"[{name} {rest}] is out of range", "at least two seconds are needed in between")
    return Inside(every[2], place, "every", ms)


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
    "hold": _Form("hold 20s", _elastic),
    "move": _Form("move 5s", _elastic),
    "settle": _Form("settle 10s", _span),
    "rest": _Form("rest 30s", _elastic),
    "until": _Form("until ready, 30s", _until),
    "at": _Form("at half: Keep breathing.", _at),
    "every": _Form("every 15s: Breathe.", _every),
    "release": _Form("release: Let go slowly.", _release),
    "quiet": _Form("quiet", _quiet),
    "switch": _Form("switch 8s", _switch),
    "again": _Form("again: Up.", _again),
    "chime": _Form("chime bell", _chime),
}
_WHOLE = ("each side", "5 times", "3-4 times")
EXAMPLES = (*_WHOLE, *(form.example for form in _FORMS.values()))
"""One example of every bracket."""


def is_bracket(content: str) -> bool:
    """Tell whether `[content]` is a bracket of the language."""
    return not isinstance(read(content, Place("", 0)), Mistake)


_MEANT: tuple[tuple[str, str], ...] = (
    (r"(?:x|repeat|do)?\s*(\d+)\s*(?:sets?|reps?|repetitions?|rounds?|x|×)?(?:\s+(?:times|of)\b.*)?", r"\1 times"),
    (r"twice", "2 times"),
    (r"(?:on )?(?:both sides|each|left and right|alternat\w*.*|sides)", "each side"),
    (r"wait(?: for| until)?(?: ready)?\s*,?\s*(\d.*)", r"until ready, \1"),
    (r"(?:pause|break|relax)\s+(.+)", r"rest \1"),
    (r"(?:stay|keep|press)\s+(\d.*)", r"hold \1"),
    (r"(\d[\d.:]*\s*[a-z]+)", r"hold \1"),
    (r"(hold|move|settle|rest|switch)\s*:\s*(.+)", r"\1 \2"),
    (r"last (\d[^:]*):\s*(.+)", r"at -\1: \2"),
    (r"half(?:[ -]?way)?\s*:\s*(.+)", r"at half: \1"),
    (r"(?:at the end|end|after|then)\s*:\s*(.+)", r"release: \1"),
)
"""What authors write who don't know the language yet, and what they mean."""


def _did_you_mean(content: str, name: str, rest: str) -> str:
    for pattern, meaning in _MEANT:
        found = re.fullmatch(pattern, content[:MAX_TIME_LETTERS], re.IGNORECASE)
        if found and is_bracket(meant := found.expand(meaning)):
            return f"did you mean [{meant}]?"
    if re.match(r"\d", content):
        return "did you mean [5 times], or [hold 20s]?"
    if near := nearest(content, ("each side", "until ready", "until ready, 30s")):
        return "did you mean [until ready, 30s]?" if near.startswith("until") else f"did you mean [{near}]?"
    if near := nearest(name, _FORMS):
        right = f"{near}{rest}" if rest.startswith((":", ",")) else f"{near} {rest}".strip()
        return f"did you mean [{right if is_bracket(right) else _FORMS[near].example}]?"
    return r"the brackets are " + ", ".join(f"[{example}]" for example in EXAMPLES) + r"; write \[ for a plain bracket"
