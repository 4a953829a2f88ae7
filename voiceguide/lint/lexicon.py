"""`Lexicon`: the words of one language that the checks have to know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

_NEVER = "(?!)"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What things are called in one language, as regular expressions that ignore case.

    `let_go` and `over` are plain sentences to suggest.

    `presses` shows that a technique presses; `releases` begins words that end a hold. `left` and `right` name a side,
    `other` mentions the other one; `rests` speaks of resting. `tools` are tools; `the` comes before one that is known,
    and the words of `gap_ends` never come between the two.

    `seconds`, `minutes` and `times` are the units of numbers; `fixed` are words for a number with its unit. `numbers`
    can be used besides those that count; `articles` are those of them that may be mere articles. `half` adds half a
    unit, `to` makes a range, `join` comes between minutes and seconds. `spellings` are pairs of how a number is written
    and how else. A number after `before`, before `after` or in a sentence with `about` is about something else.
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
    """Return a pattern of a lexicon, compiled; an empty one matches nothing."""
    return re.compile(pattern or _NEVER, re.IGNORECASE)
