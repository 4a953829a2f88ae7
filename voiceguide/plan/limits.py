"""How large a session may be, checked before anything is unrolled."""

from __future__ import annotations

from collections.abc import Iterable

from voiceguide.base.errors import Mistake, Place, ScriptError
from voiceguide.base.moments import HOUR
from voiceguide.plan.model import Choices
from voiceguide.plan.sentences import most_sentences
from voiceguide.script import EachSide, Instruction, Item, Script, Span, Step, Times

MAX_CUES = 100_000
"""Cues and announcements that a session may have."""

INSIDE_WEIGHS = 16
"""How many cues an author's words inside a time count for: finding a gap for them takes longer."""

MAX_SESSION_MS = 24 * HOUR


def check_size(scripts: Iterable[Script], choices: Choices) -> None:
    """Raise ScriptError for a session that would be too long or have too many cues."""
    cues, ms = 0, 0
    for script in scripts:
        for items in (script.opening, script.parts):
            more_cues, more_ms = _size_of(items, choices)
            cues, ms = cues + more_cues, ms + more_ms
        _refuse_above(cues, ms, script.place, choices)


def _size_of(items: Iterable[Item], choices: Choices) -> tuple[int, int]:
    sizes = [_size(item, choices) if isinstance(item, Step) else (1, 0) for item in items]
    return sum(cues for cues, _ in sizes), sum(ms for _, ms in sizes)


def _size(step: Step, choices: Choices) -> tuple[int, int]:
    """Return upper bounds of a step's cues and milliseconds. Raises ScriptError at the innermost step too large."""
    cues, ms = _size_of(step.items, choices)
    cues += most_sentences(step.words) + sum(_cues(action, choices) for action in step.actions)
    ms += sum(choices.ms(action) for action in step.actions if isinstance(action, Span))
    for loop in step.loops:
        times = choices.count(loop) if isinstance(loop, Times) else 2
        cues, ms = (cues + 3) * times, (ms + (loop.switch_ms if isinstance(loop, EachSide) else 0)) * times
    _refuse_above(cues, ms, step.place, choices)
    return cues, ms


def _cues(action: Instruction, choices: Choices) -> int:
    """Return how many cues an action counts for: an interval with its release and the author's words inside it."""
    if not isinstance(action, Span):
        return 1
    release = most_sentences(action.release.words) if action.release else 0
    ms = choices.ms(action)
    inside = sum(ms // one.ms if one.mark == "every" else 1 for one in action.inside)
    return 1 + release + INSIDE_WEIGHS * inside


def _refuse_above(cues: int, ms: int, place: Place, choices: Choices) -> None:
    when = "when its repeats are unrolled" + (" at the high end of the ranges" if choices.dose == "high" else "")
    if cues > MAX_CUES:
        raise ScriptError([Mistake(place, f"too many cues {when}", f"a session may have {MAX_CUES}")])
    if ms > MAX_SESSION_MS:
        raise ScriptError([Mistake(place, f"too long {when}", "a session may take 24 hours")])
