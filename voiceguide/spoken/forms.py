"""From a line as it is written to a line as it is read aloud."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache, cached_property

from voiceguide import phrases
from voiceguide.base.moments import HOUR, MINUTE, SECOND
from voiceguide.phrases.phrases import Phrases, Unit
from voiceguide.spoken.tables import MANNERS, Manner

Pronunciations = Mapping[str, str]
"""What is read in place of a word, by the word in small letters; its capitals in a line don't matter."""

MAX_DIGITS = 12
"""A longer number isn't an amount, and is left to the voice."""

_SIGNS = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾"}
_DECIMALS = {"½": "5", "¼": "25", "¾": "75"}
_SPACE = "[ \u00a0\u202f]?"
_DASH = f"{_SPACE}[-\u2013\u2014]{_SPACE}"
_CROSS = "[x\u00d7]"
_BEFORE, _AFTER = r"(?<![\w.,/:-])", r"(?!\w|[.,:/]\d|-\d)"
"""The bounds of a number by itself, not one in a date, a time of day, a version or the name of a vertebra."""


class Spoken:
    """Turns lines of a language into what is read aloud; in an unknown language, only `pronunciations` are applied."""

    def __init__(self, language: str, pronunciations: Pronunciations | None = None) -> None:
        base = phrases.base(language)
        self._reader = _reader(base) if base in MANNERS else None
        self._pronunciations = pronunciations or {}

    def __call__(self, line: str) -> str:
        """Return `line` as it is read aloud: unchanged if nothing in it could be misread."""
        if self._named:
            line = self._named.sub(lambda found: self._pronunciations[found[0].casefold()], line)
        return self._reader.read(line) if self._reader else line

    @cached_property
    def _named(self) -> re.Pattern[str] | None:
        words = sorted(map(re.escape, self._pronunciations), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None


@cache
def _reader(language: str) -> _Reader:
    return _Reader(phrases.PACKS[language], MANNERS[language])


class _Reader:
    """The rules of one language."""

    def __init__(self, pack: Phrases, manner: Manner) -> None:
        self._pack = pack
        self._manner = manner
        names = {name: unit for unit in (*manner.units.values(), manner.times) for name in (unit.one, unit.many)}
        self._units = {**names, **manner.units}

    def read(self, line: str) -> str:
        """Return `line` with its numbers, units, signs and abbreviations in words."""
        if any(char.isnumeric() for char in line):
            line = self._fraction.sub(self._fraction_read, line)
            line = self._doubled.sub(r"\1-", line)
            line = re.sub(rf"(?<=\d){_CROSS}(?=\d)", " x ", line)
            line = self._clock.sub(self._clock_read, line)
            line = self._ordinal.sub(self._ordinal_read, line)
            line = self._amount.sub(self._amount_read, line)
        line = self._short.sub(self._short_read, line)
        return re.sub(r"(?<=[^\W\d])/(?=[^\W\d])", f" {self._manner.slash} ", line)

    @cached_property
    def _fraction(self) -> re.Pattern[str]:
        return re.compile(
            rf"{_BEFORE}(?:(?P<whole>\d+){_SPACE}(?<!\d(?=\d)))?(?P<part>{_any((*_SIGNS, *_SIGNS.values()))})"
            rf"(?={_SPACE}(?P<unit>{_any(self._units)}))?(?!\d)"
        )

    @cached_property
    def _doubled(self) -> re.Pattern[str]:
        """A range with its unit at both ends."""
        return re.compile(rf"(\d){_SPACE}({_any(self._units)}){_DASH}(?=[\d.,]+{_SPACE}\2)")

    @cached_property
    def _clock(self) -> re.Pattern[str]:
        """A time in several units, such as “1 min 30 s”."""
        seconds, minutes, hours = (
            _any([short for short, other in self._units.items() if other == unit]) for unit in self._pack.units
        )
        parts = (("h", hours), ("m", f"(?:{minutes}|{_any('m')})"), ("s", seconds))
        optional = "".join(rf"(?:(?P<{name}>\d{{1,6}}){_SPACE}{unit}{_SPACE})?" for name, unit in parts)
        return re.compile(rf"{_BEFORE}(?=\d){optional}(?<!{_SPACE[:-1]}){_AFTER}")

    @cached_property
    def _ordinal(self) -> re.Pattern[str]:
        return re.compile(rf"{_BEFORE}(\d{{1,6}})({_any(self._manner.ordinal)}){_AFTER}")

    @cached_property
    def _amount(self) -> re.Pattern[str]:
        thousands, decimal = re.escape(self._manner.thousands), re.escape(self._manner.decimal)
        number = rf"\d{{1,3}}(?:{thousands}\d{{3}})+(?:{decimal}\d+)?(?!\d)|\d+(?:[.,]\d+)?"
        unit = rf"(?P<space>{_SPACE})(?:(?P<unit>{_any(self._units)})|(?P<times>{_CROSS}(?!\w)))"
        return re.compile(rf"{_BEFORE}(?P<low>{number})(?:{_DASH}(?P<high>{number}))?(?:{unit})?{_AFTER}")

    @cached_property
    def _short(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w/]){_any(self._manner.short)}(?![\w/])")

    def _fraction_read(self, found: re.Match[str]) -> str:
        part = _SIGNS.get(found["part"], found["part"])
        if part in _DECIMALS and (found["whole"] or found["unit"]):
            return f"{found['whole'] or 0}{self._manner.decimal}{_DECIMALS[part]}"
        said = self._manner.fractions[part]
        return f"{found['whole']}{self._pack.join}{said}" if found["whole"] else said

    def _clock_read(self, found: re.Match[str]) -> str:
        parts = [int(part) for part in found.group("h", "m", "s") if part]
        if len(parts) < 2 or not any(parts):
            return found[0]  # a single unit is an amount
        hours, minutes, seconds = (int(part or 0) for part in found.group("h", "m", "s"))
        return self._pack.time(hours * HOUR + minutes * MINUTE + seconds * SECOND)

    def _ordinal_read(self, found: re.Match[str]) -> str:
        words = self._pack.ordinal(int(found[1]))
        ending, instead = self._manner.ordinal[found[2]]
        return words.removesuffix(ending) + instead if words.endswith(ending) else words

    def _amount_read(self, found: re.Match[str]) -> str:
        low, high = found["low"], found["high"]
        if max(len(low), len(high or "")) > MAX_DIGITS:
            return found[0]
        number, unit = self._value(high or low), self._unit(found)
        said = self._pack.amount(number, unit) if unit else self._pack.number(number)
        if (found["unit"] or "").endswith(".") and found.end() == len(found.string):
            said += "."  # it ended both the abbreviation and the sentence
        return f"{self._pack.number(self._value(low))} {self._manner.to} {said}" if high else said

    def _unit(self, found: re.Match[str]) -> Unit | None:
        if found["times"]:
            return self._manner.times
        if found["unit"] == "m" and not found["space"]:
            return self._pack.units[1]  # a minute, as in a bracket; with a space before it, a metre
        return self._units[found["unit"]] if found["unit"] else None

    def _value(self, written: str) -> float:
        """Return a written number, whose decimals follow a point or a comma; a sign may group its thousands."""
        thousands = re.escape(self._manner.thousands)
        if re.fullmatch(rf"\d{{1,3}}(?:{thousands}\d{{3}})+(?:\D\d+)?", written):
            written = written.replace(self._manner.thousands, "")
        value = float(written.replace(",", "."))
        return int(value) if value.is_integer() else value

    def _short_read(self, found: re.Match[str]) -> str:
        said = self._manner.short[found[0]]
        return f"{said}." if found[0].endswith(".") and found.end() == len(found.string) else said


def _any(shorts: Collection[str]) -> str:
    """Return a pattern for any of `shorts`, the longest first; one that ends in a letter is followed by none."""
    if not shorts:
        return "(?!)"
    longest_first = sorted(shorts, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(short) + _no_letter(short) for short in longest_first)})"


def _no_letter(short: str) -> str:
    return r"(?![^\W\d])" if short[-1:].isalpha() else ""
