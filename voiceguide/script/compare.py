"""A translation beside its original: same steps, same doses, in the same order; only the words differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from voiceguide.errors import Mistake, Place
from voiceguide.moments import written
from voiceguide.script.model import Action, Caution, Chime, EachSide, Item, Loop, Script, Span, Step, Times

_Row = tuple[Place, int, str]


def differences(translation: Script, original: Script) -> list[Mistake]:
    """Where `translation` asks for something else than `original`; it ends where the two no longer run side by side."""
    return list(_differences(translation, original))


def _differences(translation: Script, original: Script) -> Iterator[Mistake]:
    for ours, theirs in zip_longest(_rows(translation), _rows(original)):
        if ours is None:
            yield Mistake(translation.place, f"{theirs[0]} has no counterpart", f"it is {theirs[2]} there")
            return
        if theirs is None:
            yield Mistake(ours[0], f"{ours[2]} is not in the original", "remove it, or add it there")
            return
        if ours[1:] != theirs[1:]:
            yield Mistake(ours[0], f"{ours[2]} here", f"{theirs[0]} has {theirs[2]}")
        if ours[1] != theirs[1] or ours[2].split(" ", 1)[0] != theirs[2].split(" ", 1)[0]:
            return


def _rows(script: Script) -> Iterator[_Row]:
    """The place, the depth and a description of everything that could differ."""
    yield script.place, 0, f"technique, daily {script.daily}"
    yield script.place, 0, f"settle {written(script.settle.low_ms) if script.settle else 'none'}"
    yield from _item_rows(script.opening, 1)
    yield from _item_rows(script.parts, 0)


def _item_rows(items: Iterable[Item], depth: int) -> Iterator[_Row]:
    for item in items:
        if isinstance(item, Caution):
            yield item.place, depth, "safety line"
        else:
            yield item.place, depth, " ".join(("part" if depth == 0 else "step", *_brackets(item)))
            yield from _item_rows(item.items, depth + 1)


def _brackets(step: Step) -> Iterator[str]:
    yield from (_loop(loop) for loop in step.loops)
    if step.again is not None:
        yield "[again]"
    for action in step.actions:
        yield from _action(action)
    if not step.loops and not step.actions and step.again is None:
        yield "without brackets"


def _loop(loop: Loop) -> str:
    match loop:
        case Times(low, high):
            return f"[{_range(str(low), str(high))} times]"
        case EachSide(switch_ms):
            return f"[each side] [switch {written(switch_ms)}]"


def _action(action: Action) -> Iterator[str]:
    match action:
        case Chime(sound):
            yield f"[chime {sound}]"
        case Span():
            name = "until ready," if action.kind == "wait" else action.kind
            yield f"[{name} {_range(written(action.low_ms), written(action.high_ms))}]"
            yield from (f"[{inside.mark} {written(inside.ms)}]" for inside in action.inside)
            if action.quiet:
                yield "[quiet]"
            if action.release:
                yield "[release]"


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low}-{high}"
