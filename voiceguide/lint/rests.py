"""Words about a rest that isn't there: the last one of a repeat is left out, but its words aren't."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.lint.advice import Found, bracket
from voiceguide.lint.amounts import lengths
from voiceguide.lint.lexicon import Lexicon, compiled
from voiceguide.lint.reading import Reading, bare, only_once, spans
from voiceguide.script import Item, Step


def rest_missing(reading: Reading, lexicon: Lexicon) -> Iterator[Found]:
    """Find steps that speak of a rest but have none in the last repetition."""
    for context in reading.contexts:
        outermost = context.step.loops and not any(step.loops for step in context.ancestors)
        last = _last_step(context.step) if outermost and not only_once(context.step.loops) else None
        if last and (compiled(lexicon.rests).search(last.words) or any(lengths(bare(last.words), reading.language))):
            [rest] = spans(last)
            yield Found(
                rest.place,
                f"the last time, {bracket(rest)} is left out, but ‘{last.words}’ is said",
                "put the rest on the step before, or on all that is repeated",
            )


def _last_step(item: Item) -> Step | None:
    """Return the last step inside a repeat, if it is nothing but words and a rest; else None."""
    if not isinstance(item, Step):
        return None
    if item.items:
        return None if spans(item) else _last_step(item.items[-1])
    return item if item.words and [span.kind for span in spans(item)] == ["rest"] else None
