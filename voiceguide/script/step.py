"""One step: its words and its brackets, each attached to what it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from voiceguide.base.errors import Place
from voiceguide.base.moments import format_length
from voiceguide.script.brackets import Again, Alert, Bracket, Switch
from voiceguide.script.markdown import Document, Inline, plain_text
from voiceguide.script.model import Chime, EachSide, Inside, Loop, Quiet, Release, Span, Step, Times
from voiceguide.script.words import ALWAYS, COUNTS, HOLD, SIDES, wrong_with

MAX_INSIDE = 30
"""How many times an author may have something said inside one time."""

_Kind = TypeVar("_Kind")
_ONCE: dict[type[Bracket], str] = {Times: "… times", EachSide: "each side", Switch: "switch", Again: "again"}
_Belonging = Inside | Quiet | Release
_BELONGS_TO: dict[type[_Belonging], tuple[str, frozenset[str], str]] = {
    Inside: ("[at …: …] or [every …: …]", frozenset({"hold", "move", "settle", "rest", "wait"}), "[hold 20s]"),
    Quiet: ("[quiet]", frozenset({"hold", "wait"}), "[hold 20s] or [until ready, 30s]"),
    Release: ("[release: …]", frozenset({"hold"}), "[hold 20s]"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What surrounds a step: whether something counts its repetitions, and whether something gives it a side."""

    counted: bool = False
    sided: bool = False

    def inside(self, loops: Sequence[Loop]) -> Surroundings:
        """Return what surrounds a step inside these loops as well."""
        return Surroundings(
            self.counted or any(isinstance(loop, Times) for loop in loops), self.sided or _has_sides(loops)
        )

    @property
    def known(self) -> frozenset[str]:
        """The placeholders that can be filled in here."""
        return ALWAYS | (COUNTS if self.counted else frozenset()) | (SIDES if self.sided else frozenset())


def read_step(document: Document, inline: Inline, surroundings: Surroundings) -> Step:
    """Return the step of these words and brackets, without what is below it; complain to the document."""
    _check_once(document, inline.brackets)
    loops = _loops(document, inline, surroundings)
    inside = surroundings.inside(loops)
    again = _first(inline.brackets, Again)
    if again and not (inside.counted or inside.sided):
        document.complain(again.place, "[again: …] where nothing is repeated", "write, say, [2 times], or remove it")
    actions = _actions(document, inline.brackets, inside.known)
    holds = any(isinstance(action, Span) and action.kind == "hold" for action in actions)
    known = inside.known | (HOLD if holds else frozenset())
    return Step(
        words=spoken(document, inline.words, inline.find, known),
        place=inline.place,
        again=_in_bracket(document, again.words, again.place, known) if again else None,
        loops=loops,
        actions=actions,
    )


def spoken(document: Document, words: str, find: Callable[[str], Place], known: frozenset[str]) -> str:
    """Return `words`, after complaining of what can't be said; `known` are the placeholders that can be filled."""
    for wrong in wrong_with(words, known):
        document.complain(find(wrong.culprit), wrong.what, wrong.instead)
    return words


def _in_bracket(document: Document, words: str, place: Place, known: frozenset[str]) -> str:
    return spoken(document, plain_text(words), lambda _: place, known)


def _check_once(document: Document, brackets: Sequence[Bracket]) -> None:
    for kind, name in _ONCE.items():
        for bracket in [bracket for bracket in brackets if isinstance(bracket, kind)][1:]:
            document.complain(bracket.place, f"a second [{name}] on the same step", "keep one of them")
    for bracket in brackets:
        if isinstance(bracket, Alert):
            document.complain(bracket.place, f"[!{bracket.kind}] outside a quote", "begin the lines with > signs")


def _loops(document: Document, inline: Inline, surroundings: Surroundings) -> tuple[Loop, ...]:
    switch = _first(inline.brackets, Switch)
    loops = tuple(
        EachSide(switch.ms, bracket.place) if switch and isinstance(bracket, EachSide) else bracket
        for bracket in inline.brackets
        if isinstance(bracket, Times | EachSide)
    )
    if switch and not _has_sides(loops):
        document.complain(
            switch.place, f"[switch {format_length(switch.ms)}] without [each side]", "write both, or neither"
        )
    if surroundings.sided and _has_sides(loops):
        document.complain(inline.place, "[each side] inside [each side]", "keep one of them")
    return loops


def _actions(document: Document, brackets: Sequence[Bracket], known: frozenset[str]) -> tuple[Span | Chime, ...]:
    """Return the times and chimes in order, each time with the brackets that belong to it.

    A bracket belongs to the last time before it of a kind that it suits or, if there is none, to the first after it.
    """
    actions = [bracket for bracket in brackets if isinstance(bracket, Span | Chime)]
    owned: dict[int, list[_Belonging]] = {}
    for index, bracket in enumerate(brackets):
        if isinstance(bracket, Inside | Quiet | Release):
            owner = _owner(bracket, index, brackets)
            if owner is None:
                name, _, example = _BELONGS_TO[type(bracket)]
                document.complain(bracket.place, f"{name} without a time", f"write, say, {example} before it")
            else:
                owned.setdefault(id(owner), []).append(bracket)
    return tuple(
        _with(document, action, owned.get(id(action), ()), known) if isinstance(action, Span) else action
        for action in actions
    )


def _owner(bracket: _Belonging, index: int, brackets: Sequence[Bracket]) -> Span | None:
    kinds = _BELONGS_TO[type(bracket)][1]
    for other in (*reversed(brackets[:index]), *brackets[index:]):
        if isinstance(other, Span) and other.kind in kinds:
            return other
    return None


def _with(document: Document, span: Span, owned: Iterable[_Belonging], known: frozenset[str]) -> Span:
    """Return `span` with the words inside it, [quiet] and its release, from the brackets that it owns."""
    inside: list[Inside] = []
    quiet: Quiet | None = None
    release: Release | None = None
    known = known | (HOLD if span.kind == "hold" else frozenset())
    for bracket in owned:
        match bracket:
            case Inside() if len(inside) == MAX_INSIDE:
                document.complain(bracket.place, f"words inside one time more than {MAX_INSIDE} times", "split it")
                break
            case Inside():
                inside.append(replace(bracket, words=_in_bracket(document, bracket.words, bracket.place, known)))
            case Quiet() if quiet is None:
                quiet = bracket
            case Release() if release is None:
                release = replace(bracket, words=_in_bracket(document, bracket.words, bracket.place, known))
            case _:
                name = _BELONGS_TO[type(bracket)][0]
                document.complain(bracket.place, f"a second {name} for the same time", "keep one of them")
    return replace(span, inside=tuple(inside), quiet=quiet, release=release)


def _first(brackets: Iterable[Bracket], kind: type[_Kind]) -> _Kind | None:
    return next((bracket for bracket in brackets if isinstance(bracket, kind)), None)


def _has_sides(loops: Iterable[Loop]) -> bool:
    return any(isinstance(loop, EachSide) for loop in loops)
