"""Left and right: a side that is named without the other, and one that is named where both are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from voiceguide.lint.advice import Found
from voiceguide.lint.lexicon import Lexicon, compiled
from voiceguide.lint.reading import Reading, Run, spans
from voiceguide.phrases import Side
from voiceguide.script import Item, Step

_OTHER: dict[Side, Side] = {"left": "right", "right": "left"}


def one_side(reading: Reading, lexicon: Lexicon) -> Iterator[Found]:
    """Find words that name one side where both are done, and parts in which only one side is named."""
    named = [(run, _sides(run.words, lexicon)) for run in reading.runs]
    for run, sides in named:
        if run.context.sided and len(sides) == 1:
            yield _said_on_both(run, *sides.values())
    in_title = _sides(reading.script.title, lexicon)
    parts = [
        (run.context.part, dict(_first_of_each(group)))
        for run, group in _by_part([(run, sides) for run, sides in named if not run.context.sided])
        if not any(compiled(lexicon.other).search(said.words) for said, _ in group)
    ]
    for part, found in parts:
        for side, run in found.items():
            if len(found) == 1 and side not in in_title and not _has_mirror(part, side, parts):
                yield _never_named(run, side)


def _sides(words: str, lexicon: Lexicon) -> dict[Side, str]:
    """Return the sides that words name, each with the words that do so."""
    patterns: tuple[tuple[Side, str], ...] = (("left", lexicon.left), ("right", lexicon.right))
    return {side: named[0] for side, pattern in patterns if (named := compiled(pattern).search(words))}


_Named = tuple[Run, dict[Side, str]]


def _by_part(named: Sequence[_Named]) -> Iterator[tuple[Run, list[_Named]]]:
    for _, group in groupby(named, key=lambda pair: pair[0].context.part and pair[0].context.part.place):
        pairs = list(group)
        yield pairs[0][0], pairs


def _first_of_each(named: Sequence[_Named]) -> Iterator[tuple[Side, Run]]:
    # Backwards, so that the first one stays in a mapping.
    return ((side, run) for run, sides in reversed(named) for side in sides)


def _has_mirror(part: Step | None, side: Side, parts: Sequence[tuple[Step | None, dict[Side, Run]]]) -> bool:
    """Tell whether another part does the same on the other side: with the same times, and naming only that side."""
    return any(
        part is not None and other is not None and list(found) == [_OTHER[side]] and _shape(other) == _shape(part)
        for other, found in parts
    )


def _shape(item: Item) -> list[tuple[str, int, int]]:
    if not isinstance(item, Step):
        return []
    own = [(span.kind, span.low_ms, span.high_ms) for span in spans(item)]
    return own + [shape for below in item.items for shape in _shape(below)]


def _said_on_both(run: Run, named: str) -> Found:
    is_heading = run.context.step is run.context.part
    right = "leave it out of the part's name" if is_heading else "write {side}, or {left words|right words}"
    return Found(run.place, f"‘{named}’ would be said on both sides, as it is inside [each side]", right)


def _never_named(run: Run, side: Side) -> Found:
    part = "in this part" if run.context.part else "before the first part"
    return Found(
        run.place,
        f"{part}, the {side} side is named, but never the {_OTHER[side]} one",
        "say what to do with the other one, or write [each side] and {side}",
    )
