"""The table of all checks, and `lint`, which runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from voiceguide.base.nearest import suggestion
from voiceguide.lint.advice import Advice, Found
from voiceguide.lint.commands import command_said
from voiceguide.lint.frame import no_closing, no_safety
from voiceguide.lint.idle import never_runs
from voiceguide.lint.lexicon import Lexicon
from voiceguide.lint.numbers import number_differs
from voiceguide.lint.reading import Reading, read
from voiceguide.lint.release import no_release
from voiceguide.lint.rests import rest_missing
from voiceguide.lint.room import too_long
from voiceguide.lint.sides import one_side
from voiceguide.lint.tools import tool_unnamed
from voiceguide.script import Script

_Find = Callable[[Reading], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class _Check:
    code: str
    explanation: str
    find: _Find


def _worded(find: Callable[[Reading, Lexicon], Iterable[Found]]) -> _Find:
    """Return a check that runs only if there is a lexicon for the language."""
    return lambda reading: find(reading, reading.lexicon) if reading.lexicon else ()


def _unknown_code(reading: Reading) -> Iterator[Found]:
    for ignored in reading.script.ignore:
        if ignored.code not in CODES:
            right = suggestion(ignored.code, CODES) or f"the codes are {', '.join(CODES)}"
            yield Found(ignored.place, f"there is no warning ‘{ignored.code}’ to ignore", right)


_CHECKS = (
    _Check("no-release", "a hold that presses ends, but nothing says to let go", _worded(no_release)),
    _Check("number-differs", "a number in the words isn't that of the bracket beside them", _worded(number_differs)),
    _Check("one-side", "one side is named, but never the other; or one would be named on both", _worded(one_side)),
    _Check("tool-unnamed", "a tool is spoken of as known before it has been named", _worded(tool_unnamed)),
    _Check("no-safety", "there is no safety line", no_safety),
    _Check("no-closing", "nothing tells the listener that the session is over", no_closing),
    _Check("rest-missing", "words speak of a rest that is left out the last time", _worded(rest_missing)),
    _Check("too-long", "words inside a time can't be said at their moment", too_long),
    _Check("command-said", "the guide says a spoken command, which isn't obeyed while it does", command_said),
    _Check("never-runs", "a bracket that can never do anything", never_runs),
    _Check("unknown-code", "‘ignore’ in the front matter names a warning that doesn't exist", _unknown_code),
)

CODES: Mapping[str, str] = {check.code: check.explanation for check in _CHECKS}
"""The code of every warning, and what it is about."""


def lint(script: Script) -> list[Advice]:
    """Return what may not be meant as it is written, in the order of the lines, without what the author ignores."""
    reading = read(script)
    ignored = {switched_off.code for switched_off in script.ignore}
    found = {
        Advice(place, check.code, what, instead)
        for check in _CHECKS
        if check.code not in ignored
        for place, what, instead in check.find(reading)
    }
    return sorted(found)
