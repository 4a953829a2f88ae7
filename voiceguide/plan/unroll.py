"""From a script to cues: repeats unrolled, sides told, short words the second time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product, takewhile
from typing import Any

from voiceguide import phrases
from voiceguide.errors import Mistake, Place, ScriptError
from voiceguide.plan.announce import announcements_in_hold
from voiceguide.plan.limits import check_size
from voiceguide.plan.model import Cue, Interval, Plan, Ring, Say, Side, Where
from voiceguide.plan.sentences import sentences
from voiceguide.script import Action, Caution, EachSide, Item, Loop, Script, Span, Step, Times

LAST_TIME_FROM = 3
"""Repetitions from which on the last one is announced."""


def make_plan(script: Script) -> Plan:
    """The plan of a script. Raises ScriptError for a session that is too long, or a language without phrases."""
    pack = phrases.pack(script.language)
    if pack is None:
        known = ", ".join(phrases.PACKS)
        what = f"no phrases for the language ‘{script.language}’"
        raise ScriptError([Mistake(script.place, what, f"there are phrases for: {known}")])
    check_size(script)
    unroller = _Unroller(pack)
    unroller.opening(script)
    for part in script.parts:
        unroller.chapters.append(part.words)
        unroller.step(part, unroller.where(part.place))
    unroller.ring("end", unroller.where(script.place))
    return Plan(script.title, script.language, tuple(unroller.chapters), tuple(unroller.cues))


@dataclass(frozen=True, slots=True)
class _Pass:
    """One time through a repeated step."""

    where: Where
    switch_ms: int
    last: bool


class _Unroller:
    """Writes the cues from the first to the last; remembers which steps the listener has met, and what was said."""

    def __init__(self, pack: phrases.Phrases) -> None:
        self.pack = pack
        self.cues: list[Cue] = []
        self.chapters: list[str] = []
        self.met: dict[Place, str] = {}
        self.steps = 0

    def where(self, place: Place) -> Where:
        return Where(place, len(self.chapters) - 1, self.steps)

    def opening(self, script: Script) -> None:
        """The title, the tools, the safety lines at the top, and the time to get ready; then what else comes first."""
        self.chapters.append(script.title)
        where = self.where(script.place)
        self.say(script.title, where)
        if script.tools:
            self.say(self.pack.tools.format(tools=script.tools), where)
        safety = tuple(takewhile(lambda item: isinstance(item, Caution), script.opening))
        self.items(safety, where)
        if script.settle:
            where = self.met_at(script.settle.place, where)
            self.say(self.pack.get_ready, where)
            self.interval(script.settle, where)
        self.items(script.opening[len(safety) :], where)

    def items(self, items: Iterable[Item], where: Where) -> None:
        for item in items:
            if isinstance(item, Caution):
                self.say(item.words, self.met_at(item.place, where))
            else:
                self.step(item, where)

    def step(self, step: Step, around: Where) -> None:
        previous: Side | None = None
        for time in _passes(step, around):
            where = self.met_at(step.place, time.where)
            new_side = _has_sides(step) and where.side != previous
            first_side = new_side and step.place not in self.met
            previous = where.side
            if new_side and not first_side:
                self.change_sides(where, time.switch_ms)
            if _last_of_many(step, where):
                self.say(self.pack.last_time, where)
            self.visit(step, where, first_side)
            if time.last and step.loops and not _is_inside_loop(around):
                self.drop_rest()

    def visit(self, step: Step, where: Where, first_side: bool) -> None:
        """Once through a step: its words, then its brackets; a group's rests come when its steps are done."""
        words = self.words(step, where)
        side = self.first_side(where) if first_side and "{side}" not in step.words else ""
        for line in (words, side) if step.items else (side, words):
            self.say(line, where)
        resting = [action for action in step.actions if step.items and _is_rest(action)]
        for action in step.actions:
            if action not in resting:
                self.action(action, where)
        self.items(step.items, where)
        for action in resting:
            self.action(action, where)

    def words(self, step: Step, where: Where) -> str:
        """In full when the step is met for the first time, later `again`; a group's words not twice the same."""
        before, full = self.met.get(step.place), self.filled(step.words, where.side)
        self.met[step.place] = full
        if before is None:
            return full
        if step.again is not None:
            return self.filled(step.again, where.side)
        return "" if step.items and full == before else full

    def filled(self, words: str, side: Side | None) -> str:
        if side is None:
            return words
        other: Side = "right" if side == "left" else "left"
        words = words.replace("{side}", self.pack.side(side)).replace("{other side}", self.pack.side(other))
        return words[:1].upper() + words[1:]

    def first_side(self, where: Where) -> str:
        return self.pack.first_side.format(side=self.pack.side(where.side or "left"))

    def change_sides(self, where: Where, switch_ms: int) -> None:
        self.ring("switch", where)
        self.say(self.pack.change_sides.format(side=self.pack.side(where.side or "left")), where)
        self.cues.append(Interval("settle", switch_ms, where))

    def met_at(self, place: Place, where: Where) -> Where:
        """`where`, as a new step at `place`."""
        self.steps += 1
        return replace(where, place=place, step=self.steps)

    def say(self, words: str, where: Where) -> None:
        self.cues += (Say(sentence, where) for sentence in sentences(words))

    def ring(self, sound: str, where: Where) -> None:
        self.cues.append(Ring(sound, where))

    def action(self, action: Action, where: Where) -> None:
        if isinstance(action, Span):
            self.interval(action, where)
        else:
            self.ring(action.sound, replace(where, place=action.place))

    def interval(self, span: Span, where: Where) -> None:
        where = replace(where, place=span.place)
        if span.kind == "hold":
            announcements = announcements_in_hold(span.ms, self.pack)
            self.cues.append(Interval("hold", span.ms, where, announcements, "start", "release"))
        else:
            self.cues.append(Interval(span.kind, span.ms, where, closing="tick" if span.kind == "move" else None))

    def drop_rest(self) -> None:
        """The rest after the last repetition is skipped: nothing follows that it would be a rest for."""
        last = self.cues[-1]
        if isinstance(last, Interval) and last.kind == "rest":
            self.cues.pop()


def _passes(step: Step, around: Where) -> Iterator[_Pass]:
    """Every time through the step's loops, the outermost loop turning slowest."""
    turns = list(product(*(_turns(loop) for loop in step.loops)))
    switch_ms = next((loop.switch_ms for loop in step.loops if isinstance(loop, EachSide)), 0)
    for number, turn in enumerate(turns, start=1):
        where = around
        for change in turn:
            where = replace(where, **change)
        yield _Pass(where, switch_ms, last=number == len(turns))


def _turns(loop: Loop) -> list[dict[str, Any]]:
    """What changes about `Where` from one turn of a loop to the next."""
    if isinstance(loop, Times):
        return [{"repetition": number, "of": loop.count} for number in range(1, loop.count + 1)]
    return [{"side": "left"}, {"side": "right"}]


def _last_of_many(step: Step, where: Where) -> bool:
    repeats = any(isinstance(loop, Times) for loop in step.loops)
    return repeats and where.repetition == where.of and (where.of or 0) >= LAST_TIME_FROM


def _is_inside_loop(where: Where) -> bool:
    return where.of is not None or where.side is not None


def _is_rest(action: Action) -> bool:
    return isinstance(action, Span) and action.kind == "rest"


def _has_sides(step: Step) -> bool:
    return any(isinstance(loop, EachSide) for loop in step.loops)
