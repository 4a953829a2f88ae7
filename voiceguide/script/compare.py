"""Comparing a translation with its original: the same steps and doses in the same order; only the words differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import chain
from typing import NamedTuple

from voiceguide.base.errors import Mistake, Place
from voiceguide.base.moments import format_length
from voiceguide.script.model import Caution, Chime, EachSide, Instruction, Item, Loop, Script, Span, Step, Times
from voiceguide.script.words import PLACEHOLDER


class _Row(NamedTuple):
    """Something that could differ: how deep it is nested, what it is, and its brackets and placeholders."""

    place: Place
    depth: int
    kind: str
    asks: str

    @property
    def what(self) -> str:
        return f"{self.kind} {self.asks}" if self.asks else self.kind


def differences(translation: Script, original: Script) -> list[Mistake]:
    """Return where `translation` differs from `original` in more than words, in the order of both."""
    return list(_differences(translation, original))


def _differences(translation: Script, original: Script) -> Iterator[Mistake]:
    if _base(translation) == _base(original):
        what = f"this is in ‘{translation.language}’, like its original"
        yield Mistake(translation.place, what, "write its own language in the front matter, such as ‘language: es’")
    ours, theirs = list(_rows(translation)), list(_rows(original))
    matcher = SequenceMatcher(None, [row[1:] for row in ours], [row[1:] for row in theirs], autojunk=False)
    for tag, ours_from, ours_to, theirs_from, theirs_to in matcher.get_opcodes():
        if tag != "equal":
            yield from _unequal(translation, ours[ours_from:ours_to], theirs[theirs_from:theirs_to])


def _unequal(translation: Script, ours: list[_Row], theirs: list[_Row]) -> Iterator[Mistake]:
    both = min(len(ours), len(theirs))
    for our, their in zip(ours[:both], theirs[:both], strict=True):
        yield Mistake(our.place, f"{our.what} here", f"{their.place} has {their.what}")
    for our in ours[both:]:
        yield Mistake(our.place, f"{our.what} is not in the original", "remove it, or add it there")
    for their in theirs[both:]:
        yield Mistake(translation.place, f"{their.place} has no counterpart", f"it is {their.what} there")


def _base(script: Script) -> str:
    return script.language.split("-")[0].lower()


def _rows(script: Script) -> Iterator[_Row]:
    """Yield everything that could differ, in order."""
    settle = f"[settle {format_length(script.settle.low_ms)}]" if script.settle else "no settle"
    daily = f"daily {script.daily}" if script.daily else "no daily"
    yield _Row(script.place, 0, "a technique with", f"{settle}, {daily}, {'tools' if script.tools else 'no tools'}")
    yield from _item_rows(script.opening, 1)
    yield from _item_rows(script.parts, 0)


def _item_rows(items: Iterable[Item], depth: int) -> Iterator[_Row]:
    for item in items:
        if isinstance(item, Caution):
            yield _Row(item.place, depth, "safety line", "")
        else:
            yield _Row(item.place, depth, "part" if depth == 0 else "step", " ".join(_asks(item)))
            yield from _item_rows(item.items, depth + 1)


def _asks(step: Step) -> Iterator[str]:
    """Yield the placeholders in a step's words, and its brackets."""
    yield from _filled(step.words)
    yield from (_loop(loop) for loop in step.loops)
    if step.again is not None:
        yield f"[again{''.join(_filled(step.again))}]"
    yield from chain.from_iterable(_action(action) for action in step.actions)


def _filled(words: str) -> list[str]:
    """Return the placeholders in `words`, sorted, as their order may differ between languages."""
    names = {braces[1] or "" for braces in PLACEHOLDER.finditer(words)}
    return sorted({"{side}" if "side" in name or "|" in name else f"{{{name}}}" for name in names})


def _loop(loop: Loop) -> str:
    match loop:
        case Times(low, high):
            return f"[{_range(str(low), str(high))} times]"
        case EachSide(switch_ms):
            return f"[each side] [switch {format_length(switch_ms)}]"


def _action(action: Instruction) -> Iterator[str]:
    match action:
        case Chime(sound):
            yield f"[chime {sound}]"
        case Span():
            name = "until ready," if action.kind == "wait" else action.kind
            yield f"[{name} {_range(format_length(action.low_ms), format_length(action.high_ms))}]"
            yield from (f"[{one.mark} {format_length(one.ms)}{''.join(_filled(one.words))}]" for one in action.inside)
            if action.quiet:
                yield "[quiet]"
            if action.release:
                yield f"[release{''.join(_filled(action.release.words))}]"


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low}-{high}"
