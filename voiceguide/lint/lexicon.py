"""What a lexicon holds: the words of one language that the checks have to know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

_NEVER = "(?!)"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What one language calls things, as regular expressions, whatever their case.

    `let_go` and `over` are plain sentences to suggest.

    `presses` says that a technique presses, `releases` begins words that end a hold. `left` and `right` name a
    side, `other` says that there is another; `rests` speaks of resting.
    `tools` are tools, `the` goes before one that is known, with the words of `gap_ends` never in between.

    Of numbers: `seconds`, `minutes` and `times` are their units, `fixed` are words that hold both; `numbers` go before
    a unit beside all those that count, `articles` are those that may only be articles; `half` is half a unit more,
    `to` stands in a range, `join` between minutes and seconds; `spellings` are other ways to write a number. One that
    comes behind `before`, in front of `after` or in a sentence with `about` is about something else than the bracket.
    """

    let_go: str
    over: str
    presses: str
    releases: str
    left: str
    right: str
    other: str
    rests: str
    the: str
    gap_ends: str
    tools: tuple[str, ...]
    seconds: str
    minutes: str
    times: str
    numbers: Mapping[str, float]
    articles: frozenset[str]
    half: str
    to: str
    join: str
    before: str
    after: str
    about: str
    fixed: Mapping[str, int] = field(default_factory=dict)
    spellings: tuple[tuple[str, str], ...] = ()


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a lexicon, ready to search with."""
    return re.compile(pattern or _NEVER, re.IGNORECASE)
