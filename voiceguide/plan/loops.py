"""Repeats and sides: every pass through a step, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from voiceguide.plan.model import Where
from voiceguide.script import EachSide, Item, Loop, Span, Step, Times


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass through a step; `switch` is the loop that gives it a side, if any."""

    where: Where
    switch: EachSide | None
    last: bool


def passes(step: Step, outer: Where, count_of: Callable[[Times], int]) -> Iterator[Pass]:
    """Yield every pass through the step's loops, the outermost loop turning slowest."""
    turns = list(product(*(_turns(loop, count_of) for loop in step.loops)))
    switch = next((loop for loop in step.loops if isinstance(loop, EachSide)), None)
    for number, turn in enumerate(turns, start=1):
        where = outer
        for change in turn:
            where = replace(where, **change)
        yield Pass(where, switch, last=number == len(turns))


def _turns(loop: Loop, count_of: Callable[[Times], int]) -> list[dict[str, Any]]:
    """Return the fields of `Where` that each turn of a loop sets."""
    if isinstance(loop, EachSide):
        return [{"side": "left"}, {"side": "right"}]
    count = count_of(loop)
    return [{"repetition": number, "of": count} for number in range(1, count + 1)]


def last_rest(item: Item) -> Span | None:
    """Return the rest that a step ends with, its own or that of the last step below it; None if there is none."""
    if not isinstance(item, Step):
        return None
    rests = [action for action in item.actions if isinstance(action, Span) and action.kind == "rest"]
    if item.items:
        return rests[-1] if rests else last_rest(item.items[-1])
    return rests[-1] if rests and item.actions[-1] is rests[-1] else None


def is_counted(step: Step) -> bool:
    """Tell whether the step itself is repeated a number of times."""
    return any(isinstance(loop, Times) for loop in step.loops)


def is_inside_loop(where: Where) -> bool:
    """Tell whether something that surrounds a step repeats it."""
    return where.of is not None or where.side is not None
