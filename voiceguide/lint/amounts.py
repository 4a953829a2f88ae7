"""Numbers with a unit in plain words: “thirty seconds”, “1 min”, “two to three times”, “twice”.

Numbers in words are made with the phrases of the language, which is slow; so they are only looked for where a unit has
no digits before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from voiceguide import phrases
from voiceguide.base.moments import MINUTE, SECOND
from voiceguide.lint.lexicon import Lexicon, compiled
from voiceguide.lint.lexicons import LEXICONS

_COUNTS_TO = 120
"""The largest number that is understood in words."""

_DIGITS = r"\d{1,9}:\d\d|\d{1,9}(?:[.,]\d{1,9})?"
_GAP = re.compile(r"[\s-]+")
_STOP = re.compile(r"[.;:!?](?:\s|$)")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, from `low` to `high`: milliseconds or, of repeats, a count.

    `start` and `end` are its characters in the words.
    """

    text: str
    low: float
    high: float
    start: int
    end: int
    in_minutes: bool = False


def lengths(words: str, language: str) -> list[Amount]:
    """Return the lengths of time in `words`; “a minute and ten seconds” is one."""
    lexicon = LEXICONS[language]
    units = f"(?P<minutes>{lexicon.minutes})|(?P<seconds>{lexicon.seconds})"
    found: list[Amount] = []
    for amount in (_length(match, language) for match in _matches(words, units, language)):
        if amount is None:
            continue
        merged = _merged(found[-1], amount, words, lexicon) if found else None
        found[-1:] = [merged] if merged else [*found[-1:], amount]
    return found


def counts(words: str, language: str) -> list[Amount]:
    """Return the numbers of times in `words`, except once, which may mean anything."""
    lexicon = LEXICONS[language]
    found = [_count(match, language) for match in _matches(words, f"(?P<times>{lexicon.times})", language)]
    fixed = compiled("|".join(rf"\b{word}\b" for word in lexicon.fixed)).finditer(words)
    found += [_amount(match, *[float(lexicon.fixed[match[0].lower()])] * 2) for match in fixed]
    return [amount for amount in found if amount.high > 1]


def _matches(words: str, units: str, language: str) -> list[re.Match[str]]:
    """Find numbers before one of the `units`, a pattern; those in words only if there is a unit without digits."""
    expected = sum(1 for _ in compiled(rf"(?:{units})(?!\w)").finditer(words))
    found = list(_pattern(_DIGITS, units, language).finditer(words)) if expected else []
    if len(found) >= expected:
        return found
    return list(_pattern(f"{_DIGITS}|{_in_words(language)}", units, language).finditer(words))


@cache
def _pattern(number: str, units: str, language: str) -> re.Pattern[str]:
    lexicon = LEXICONS[language]
    half = rf"(?:[\s-]+(?P<{{}}>{lexicon.half}))?" if lexicon.half else "(?P<{}>(?!))?"
    # It is tried without a range first, as “forty-five” isn't one.
    low = rf"(?:(?P<low>{number})\s*(?:{lexicon.to})\s*)??"
    return re.compile(
        rf"(?<![\w.,:]){low}(?P<high>{number}){half.format('half')}[\s-]*(?:{units})(?!\w){half.format('half_after')}",
        re.IGNORECASE,
    )


@cache
def _numbers(language: str) -> Mapping[str, float]:
    """Return every number that is understood, by its spellings in words, with single spaces."""
    pack, lexicon = phrases.PACKS[language], LEXICONS[language]
    numbers: dict[str, float] = {}
    for number in range(1, _COUNTS_TO + 1):
        spellings = {pack.number(number)}
        for ending, agreeing in (pair for unit in pack.units for pair in unit.agrees):
            spellings |= {word.removesuffix(ending) + agreeing for word in spellings if word.endswith(ending)}
        for old, new in lexicon.spellings:
            spellings |= {word.replace(old, new) for word in spellings}
        numbers |= dict.fromkeys((_GAP.sub(" ", word) for word in spellings), number)
    return {**numbers, **lexicon.numbers}


@cache
def _in_words(language: str) -> str:
    longest_first = sorted(_numbers(language), key=len, reverse=True)
    return "|".join(r"[\s-]+".join(map(re.escape, number.split(" "))) for number in longest_first)


def _value(number: str, language: str) -> float:
    if ":" in number:
        minutes, seconds = number.split(":")
        return int(minutes) + int(seconds) / 60
    if number[0].isdigit():
        return float(number.replace(",", "."))
    return _numbers(language)[_GAP.sub(" ", number.lower())]


def _amount(match: re.Match[str], low: float, high: float) -> Amount:
    return Amount(match[0], low, high, match.start(), match.end())


def _count(match: re.Match[str], language: str) -> Amount:
    high = _value(match["high"], language)
    return _amount(match, _value(match["low"], language) if match["low"] else high, high)


def _length(match: re.Match[str], language: str) -> Amount | None:
    """Return the length that was matched; None for “a second”, which may also be the one after the first."""
    if match["seconds"] and match["high"].lower() in LEXICONS[language].articles:
        return None
    count, unit = _count(match, language), MINUTE if match["minutes"] else SECOND
    half = 0.5 if match["half"] or match["half_after"] else 0
    low, high = count.low * unit, (count.high + half) * unit
    return replace(count, low=low if match["low"] else high, high=high, in_minutes=bool(match["minutes"]))


def _merged(before: Amount, after: Amount, words: str, lexicon: Lexicon) -> Amount | None:
    """Return two lengths as one, if they are parts of one or the ends of a range; else None."""
    between = words[before.end : after.start].strip()
    both = replace(before, text=words[before.start : after.end], end=after.end)
    if compiled(lexicon.to).fullmatch(between):
        return replace(both, high=max(before.high, after.high))
    if before.in_minutes and not after.in_minutes and compiled(f",? ?{lexicon.join}|").fullmatch(between):
        return replace(both, low=before.low + after.low, high=before.high + after.high, in_minutes=False)
    return None


def sentence_around(words: str, amount: Amount) -> tuple[str, str]:
    """Return what comes before and after an amount in its sentence."""
    return _STOP.split(words[: amount.start])[-1], _STOP.split(words[amount.end :])[0]
