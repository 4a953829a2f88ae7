"""How a script begins and ends: with a safety line, and with words that say that it is over."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.lint.advice import Found, bracket
from voiceguide.lint.reading import Reading, spans
from voiceguide.script import Caution, Instruction, Item, Script, Span, Step

_OVER = "That was all."


def no_safety(reading: Reading) -> Iterator[Found]:
    """Find a script in which nothing tells the listener when to stop."""
    if not reading.cautions:
        yield Found(
            reading.script.place,
            "no safety line",
            "write ‘> [!CAUTION]’ at the top, and below it, say, ‘> Stop at once if you feel sharp pain.’",
        )


def no_closing(reading: Reading) -> Iterator[Found]:
    """Find a script that ends with something to do, and leaves the listener lying there; or that closes many times."""
    yield from _closing_each_time(reading.script)
    last = _last_span(_last_item(reading.script), looped=False)
    if last and last.kind in {"hold", "move", "wait"} and not last.release:
        over = reading.lexicon.over if reading.lexicon else _OVER
        yield Found(
            last.place,
            f"the script ends with {bracket(last)}, and nothing says that it is over",
            f"end with words, say ‘{over}’ in its own paragraph",
        )


def _closing_each_time(script: Script) -> Iterator[Found]:
    """Find closing words at the end of a part that is repeated, which are said each time."""
    last = script.parts[-1] if script.parts else None
    closing = last.items[-1] if last and last.loops else None
    if last and isinstance(closing, Step) and len(last.items) > 1 and _only_says(closing):
        yield Found(
            closing.place,
            f"these words belong to the part ‘{last.words}’, and are said each time that it is repeated",
            "begin a part for the closing, say ‘## Rest’",
        )


def _only_says(step: Step) -> bool:
    """Tell whether a step is nothing but words that are the same each time."""
    return "{" not in step.words and not (step.actions or step.items or step.loops or step.again)


def _last_item(script: Script) -> Item | None:
    return next(reversed((*script.opening, *script.parts)), None)


def _last_span(item: Item | None, looped: bool) -> Span | None:
    """Return the time that an item ends with, or None; a rest after the last repetition doesn't count."""
    if item is None or isinstance(item, Caution):
        return None
    looped = looped or bool(item.loops)
    if item.items:
        rests = [span for span in spans(item) if span.kind == "rest"]
        return rests[-1] if rests and not looped else _last_span(item.items[-1], looped and not rests)
    actions = item.actions[:-1] if looped and _is_rest(item.actions[-1:]) else item.actions
    return next((action for action in reversed(actions) if isinstance(action, Span)), None)


def _is_rest(last: tuple[Instruction, ...]) -> bool:
    return any(isinstance(action, Span) and action.kind == "rest" for action in last)
