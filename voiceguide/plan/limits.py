"""How large a session may be, found out before anything is unrolled."""

from __future__ import annotations

from collections.abc import Iterable

from voiceguide.errors import Mistake, Place, ScriptError
from voiceguide.moments import HOUR
from voiceguide.plan.sentences import sentences
from voiceguide.script import EachSide, Item, Script, Span, Step, Times

MAX_CUES = 100_000
MAX_SESSION_MS = 24 * HOUR


def check_size(script: Script) -> None:
    """Refuses a session that would be too long, before anything is unrolled."""
    cues, ms = _size_of(script.opening)
    for part in script.parts:
        part_cues, part_ms = _size(part)
        cues, ms = cues + part_cues, ms + part_ms
    _refuse_above(cues, ms, script.place)


def _size_of(items: Iterable[Item]) -> tuple[int, int]:
    sizes = [_size(item) if isinstance(item, Step) else (1, 0) for item in items]
    return sum(cues for cues, _ in sizes), sum(ms for _, ms in sizes)


def _size(step: Step) -> tuple[int, int]:
    """Cues and milliseconds of intervals, an upper bound; refuses the innermost step that is too much."""
    cues, ms = _size_of(step.items)
    cues += len(sentences(step.words)) + len(step.actions)
    ms += sum(action.ms for action in step.actions if isinstance(action, Span))
    for loop in step.loops:
        times = loop.count if isinstance(loop, Times) else 2
        cues, ms = (cues + 3) * times, (ms + (loop.switch_ms if isinstance(loop, EachSide) else 0)) * times
    _refuse_above(cues, ms, step.place)
    return cues, ms


def _refuse_above(cues: int, ms: int, place: Place) -> None:
    if cues > MAX_CUES:
        what = "too many cues when its repeats are unrolled"
        raise ScriptError([Mistake(place, what, f"a session may have {MAX_CUES}")])
    if ms > MAX_SESSION_MS:
        raise ScriptError([Mistake(place, "too long when its repeats are unrolled", "a session may take 24 hours")])
