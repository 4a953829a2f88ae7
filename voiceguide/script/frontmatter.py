"""The front matter: a flat YAML mapping of known keys; values are read as text, so that none changes its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import yaml

from voiceguide.base.errors import UNPRINTABLE, Mistake, Place
from voiceguide.base.moments import parse_ms
from voiceguide.base.nearest import suggestion
from voiceguide.script.brackets import MAX_SPAN_MS
from voiceguide.script.model import Ignored, Span
from voiceguide.script.pronounce import MAX_PRONUNCIATIONS, pronunciation
from voiceguide.script.words import wrong_with

MAX_TEXT_LETTERS = 200
MAX_LIST_LETTERS = 4_000
MAX_KEYS = 50
KEYS = ("title", "language", "date", "tools", "settle", "daily", "leave", "address", "ignore", "pronounce")
_COUNT = re.compile(r"0*([1-9][0-9]?|100)", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_FLAT = "write one ‘key: value’ a line"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The checked values of the front matter; None where a key is missing."""

    title: str | None = None
    language: str | None = None
    day: str | None = None
    tools: str | None = None
    settle: Span | None = None
    daily: int | None = None
    leave: str | None = None
    formal: bool = False
    ignore: tuple[Ignored, ...] = ()
    pronounce: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Value:
    text: str
    place: Place


def split(text: str) -> tuple[str | None, str]:
    """Split `text` into the YAML between the `---` lines and the text without it, whose other lines keep their numbers.

    The YAML is "" if there is none, and None if it is never closed.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return "", text
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in {"---", "..."}:
            return "\n".join(lines[1:number]), "\n".join([""] * (number + 1) + lines[number + 1 :])
    return None, text


def read(source: str, file: str, mistakes: list[Mistake]) -> FrontMatter:
    """Return the checked values of the YAML `source`, from line 2 of `file` on; add what is wrong to `mistakes`."""
    values: dict[str, _Value] = {}
    try:
        for key, value in _pairs(source, file):
            if key.text not in KEYS:
                right = suggestion(key.text, KEYS) or f"the keys are {', '.join(KEYS)}"
                mistakes.append(Mistake(key.place, f"unknown key ‘{key.text}’ in the front matter", right))
            elif key.text in values:
                first = values[key.text].place.line
                mistakes.append(Mistake(key.place, f"‘{key.text}’ is given twice", f"it is also on line {first}"))
            else:
                values[key.text] = value
    except _RefusedError as refused:
        mistakes.append(refused.mistake)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mistakes.append(_yaml_mistake(error, file))
    return _checked(values, mistakes)


class _RefusedError(Exception):
    def __init__(self, place: Place, what: str, instead: str) -> None:
        self.mistake = Mistake(place, what, instead)


def _pairs(source: str, file: str) -> Iterator[tuple[_Value, _Value]]:
    """Yield the keys with their values. Raises _RefusedError after MAX_KEYS."""
    values = _values(source, file)
    for number, (key, value) in enumerate(zip(values, values, strict=False)):
        if number == MAX_KEYS:
            raise _RefusedError(key.place, "too many keys in the front matter", f"the keys are {', '.join(KEYS)}")
        yield key, value


def _values(source: str, file: str) -> Iterator[_Value]:
    """Yield every scalar, keys and values in turn, from the parser's events.

    As no document is built from them, none can be made to explode, to refer to itself or to execute anything.
    """
    in_mapping = False
    for event in yaml.parse(source, Loader=yaml.SafeLoader):
        mark = event.start_mark
        place = Place(file, mark.line + 2, mark.column + 1) if mark else Place(file, 2)
        if refusal := _refusal(event, in_mapping):
            raise _RefusedError(place, *refusal)
        in_mapping = in_mapping or isinstance(event, yaml.MappingStartEvent)
        if isinstance(event, yaml.ScalarEvent):
            yield _Value(" ".join(event.value.split()), place)


def _refusal(event: yaml.Event, in_mapping: bool) -> tuple[str, str] | None:
    """Return why `event` has no place in a flat mapping of plain values, and what would be right; None if it has."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        return "anchors and aliases are not allowed here", "write the value out"
    if getattr(event, "tag", None) is not None:
        return "tags are not allowed here", "write the plain value"
    match event:
        case yaml.DocumentStartEvent() if in_mapping:
            return "a second document in the front matter", _FLAT
        case yaml.CollectionStartEvent() if in_mapping or not isinstance(event, yaml.MappingStartEvent):
            return "the front matter holds only plain values", _FLAT
        case yaml.ScalarEvent() if not in_mapping:
            return "the front matter has no ‘key: value’ lines", "write, say, ‘title: Rolling’"
    return None


def _yaml_mistake(error: Exception, file: str) -> Mistake:
    mark = getattr(error, "problem_mark", None)
    place = Place(file, mark.line + 2, mark.column + 1) if mark else Place(file, 2)
    problem = getattr(error, "problem", None) or "it can't be read"
    return Mistake(place, f"the front matter is not valid YAML: {problem}", "put text with a colon or # in quotes")


def _checked(values: dict[str, _Value], mistakes: list[Mistake]) -> FrontMatter:
    def text(key: str) -> str | None:
        value = values.get(key)
        if value is None:
            return None
        if not value.text:
            mistakes.append(Mistake(value.place, f"‘{key}’ is empty", "give it a value or leave the line out"))
        if UNPRINTABLE.search(value.text) or len(value.text) > MAX_TEXT_LETTERS:
            what = f"‘{key}’ has control characters or more than {MAX_TEXT_LETTERS} characters"
            mistakes.append(Mistake(value.place, what, "write a short plain text"))
        else:
            mistakes.extend(Mistake(value.place, wrong.what, wrong.instead) for wrong in wrong_with(value.text))
        return value.text

    language = text("language")
    if language and not _LANGUAGE.fullmatch(language):
        what = f"‘{language}’ is not a language tag"
        mistakes.append(Mistake(values["language"].place, what, "write, say, en or en-GB"))
    daily = text("daily")
    if daily and not _COUNT.fullmatch(daily):
        what = f"‘daily: {daily}’ is not a count"
        mistakes.append(Mistake(values["daily"].place, what, "write a number from 1 to 100"))
        daily = None
    return FrontMatter(
        title=text("title"),
        language=language,
        day=_date(text("date"), values.get("date"), mistakes),
        tools=text("tools"),
        settle=_settle(values.get("settle"), mistakes),
        daily=int(daily) if daily else None,
        leave=text("leave"),
        formal=_formal(text("address"), values.get("address"), mistakes),
        ignore=_ignored(text("ignore"), values.get("ignore")),
        pronounce=_pronounced(values.get("pronounce"), mistakes),
    )


def _date(written: str | None, value: _Value | None, mistakes: list[Mistake]) -> str | None:
    if written and value and not _is_date(written):
        what = f"‘date: {written}’ is not a day"
        mistakes.append(Mistake(value.place, what, "write year, month and day, such as 2026-11-23"))
        return None
    return written


def _is_date(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _formal(address: str | None, value: _Value | None, mistakes: list[Mistake]) -> bool:
    if value and address and address not in {"formal", "informal"}:
        mistakes.append(Mistake(value.place, f"‘address: {address}’ is unknown", "write formal or informal"))
    return address == "formal"


def _ignored(codes: str | None, value: _Value | None) -> tuple[Ignored, ...]:
    return tuple(Ignored(code, value.place) for code in re.split(r"[\s,]+", codes) if code) if codes and value else ()


def _pronounced(value: _Value | None, mistakes: list[Mistake]) -> tuple[tuple[str, str], ...]:
    """Return pairs of a word and how it is read, from `psoas = so-as; ilium = ill-ee-um`."""
    if value is None:
        return ()
    entries = [entry for entry in value.text.split(";") if entry.strip()]
    if len(value.text) > MAX_LIST_LETTERS or len(entries) > MAX_PRONUNCIATIONS:
        what = f"‘pronounce’ has more than {MAX_PRONUNCIATIONS} words or {MAX_LIST_LETTERS} characters"
        mistakes.append(Mistake(value.place, what, "keep those that a voice gets wrong"))
        return ()
    found = []
    for entry in entries:
        try:
            found.append(pronunciation(entry))
        except ValueError as error:
            mistakes.append(Mistake(value.place, str(error)))
    return tuple(found)


def _settle(value: _Value | None, mistakes: list[Mistake]) -> Span | None:
    if value is None:
        return None
    try:
        ms = parse_ms(value.text)
    except ValueError as error:
        mistakes.append(Mistake(value.place, str(error)))
        return None
    if not 0 < ms <= MAX_SPAN_MS:
        mistakes.append(Mistake(value.place, f"‘settle: {value.text}’ is out of range", "it may be up to 1 hour"))
        return None
    return Span("settle", ms, ms, value.place)
