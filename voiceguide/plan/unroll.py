"""From scripts to cues: repeats are unrolled, sides announced, and words shortened the second time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile

from voiceguide import phrases
from voiceguide.base.errors import Mistake, Place, ScriptError
from voiceguide.base.moments import SECOND, format_length
from voiceguide.phrases import Side
from voiceguide.plan.announce import asked, by_rule, in_order, silenced
from voiceguide.plan.doses import Doses
from voiceguide.plan.fill import NEXT, filled, names_side, with_next
from voiceguide.plan.guidance import TALK
from voiceguide.plan.limits import check_size
from voiceguide.plan.loops import is_counted, is_inside_loop, last_rest, passes
from voiceguide.plan.model import Announcement, Choices, Cue, Decision, Heading, Interval, Plan, Ring, Say, Where
from voiceguide.plan.sentences import sentences
from voiceguide.script import Caution, EachSide, Instruction, Item, Script, Span, Step

LAST_TIME_FROM = 3
"""How many repetitions it takes for the last one to be announced."""

CHANGE_TOOLS_MS = 20 * SECOND
"""The time to change to the next technique's tools, if its script has no `settle`."""


def make_plan(*scripts: Script, choices: Choices | None = None) -> Plan:
    """Return the plan of one technique, or of several in a row.

    Raises ScriptError if the session is too long or mixes languages, or if there are no phrases for its language.
    """
    choices = choices or Choices()
    pack = _pack_of(scripts)
    check_size(scripts, choices)
    unroller = _Unroller(pack, choices)
    for number, script in enumerate(scripts):
        unroller.technique(number, script, scripts[number - 1] if number else None)
    unroller.ring("end", unroller.where(scripts[-1].place))
    return Plan(
        techniques=tuple(script.title for script in scripts),
        language=scripts[0].language,
        chapters=tuple(unroller.chapters),
        cues=with_next(unroller.cues, unroller.visits, pack),
        decisions=tuple(unroller.decisions),
        leave=tuple(script.leave or pack.leave for script in scripts),
    )


def _pack_of(scripts: Iterable[Script]) -> phrases.Phrases:
    first, *others = scripts
    pack = phrases.pack(first.language)
    if pack is None:
        known = ", ".join(phrases.PACKS)
        what = f"no phrases for the language ‘{first.language}’"
        raise ScriptError([Mistake(first.place, what, f"there are phrases for: {known}")])
    for other in others:
        if phrases.pack(other.language) is not pack:
            what = f"‘{other.language}’ after ‘{first.language}’"
            raise ScriptError([Mistake(other.place, what, "a session is in one language and one voice")])
    return pack


class _Unroller:
    """Writes the cues in order, and remembers which steps the listener has already met, and what was said."""

    def __init__(self, pack: phrases.Phrases, choices: Choices) -> None:
        self.pack = pack
        self.choices = choices
        self.doses = Doses(choices, self.decide)
        self.talk = TALK[choices.guidance]
        self.cues: list[Cue] = []
        self.chapters: list[Heading] = []
        self.visits: list[tuple[int, str]] = []
        self.decisions: list[Decision] = []
        self.met: set[Place] = set()
        self.told: dict[tuple[Place, Side | None], str] = {}
        self.steps = 0
        self.number = 0

    def where(self, place: Place) -> Where:
        return Where(place, len(self.chapters) - 1, self.steps)

    def technique(self, number: int, script: Script, before: Script | None) -> None:
        """Unroll one technique, from its title to its last step; `before` is the one that it follows."""
        self.number = number
        self.pack = phrases.pack(script.language, script.formal) or self.pack
        self.met.clear()
        self.told.clear()
        self.opening(script, before)
        for part in script.parts:
            self.chapters.append(Heading(part.words, self.number))
            self.step(part, self.where(part.place), is_part=True)
            if self.cues[-1].where.chapter < len(self.chapters) - 1:
                self.chapters.pop()  # at this level of guidance, nothing is left of it

    def opening(self, script: Script, before: Script | None) -> None:
        """Unroll the title, the tools, the safety lines at the top and the time to get ready; then the other steps."""
        self.chapters.append(Heading(script.title, self.number))
        where = self.new_step(script.place, self.where(script.place))
        if before:
            self.ring("switch", where)
        changed = before is not None and script.tools != before.tools
        if self.talk.opening:
            self.say(script.title, where)
        elif before is None:
            self.ring("bell", where)
        if script.tools and (changed or (before is None and self.talk.opening)):
            # Even listeners who know a session by heart have to be told to change tools.
            self.say((self.pack.tools_next if before else self.pack.tools).format(tools=script.tools), where)
        safety = tuple(takewhile(lambda item: isinstance(item, Caution), script.opening))
        self.items(safety, where)
        settle = script.settle
        if settle is None and changed:
            settle = Span("settle", CHANGE_TOOLS_MS, CHANGE_TOOLS_MS, script.place)
        if settle:
            where = self.new_step(settle.place, where)
            if self.talk.opening:
                self.say(self.pack.get_ready, where)
            self.interval(settle, where, first=True)
        self.items(script.opening[len(safety) :], where)

    def items(self, items: Iterable[Item], where: Where) -> None:
        for item in items:
            if isinstance(item, Caution):
                self.say(item.words, self.new_step(item.place, where))
            else:
                self.step(item, where)

    def step(self, step: Step, outer: Where, is_part: bool = False) -> None:
        previous = None
        for one_pass in passes(step, outer, self.doses.count):
            where = self.new_step(step.place, one_pass.where)
            new_side = one_pass.switch is not None and where.side != previous
            first_side = new_side and step.place not in self.met
            previous = where.side
            if one_pass.switch and new_side and not first_side:
                self.change_sides(one_pass.switch, where)
            if is_counted(step):
                self.announce_repetition(where)
            self.visit(step, where, first_side, is_part)
            if one_pass.last and step.loops and not is_inside_loop(outer) and last_rest(step):
                self.drop_rest()

    def visit(self, step: Step, where: Where, first_side: bool, is_part: bool) -> None:
        """Go through a step once: its words, then its brackets; a group's rests come after its steps."""
        first = step.place not in self.met
        words = self.words(step, where, is_part)
        side = self.first_side(where) if first_side and "{side}" not in step.words else ""
        said = sentences(words)
        if named := next((sentence for sentence in said if NEXT not in sentence), None):
            self.visits.append((len(self.cues), named))
        before, after = (said, sentences(side)) if step.items else (sentences(side), said)
        self.cues += (Say(sentence, where) for sentence in (*before, *after))
        resting = [action for action in step.actions if step.items and _is_rest(action)]
        for action in step.actions:
            if action not in resting:
                self.action(action, where, first)
        self.items(step.items, where)
        for action in resting:
            self.action(action, where, first)

    def words(self, step: Step, where: Where, is_part: bool) -> str:
        """Return what is said of a step: its words in full the first time, later `again`; "" for an unchanged group."""
        holds = (span for span in step.actions if isinstance(span, Span) and span.kind == "hold")
        hold_ms = next((self.choices.ms(span) for span in holds), None)
        # Words that were heard for the left side are new for the right.
        heard = (step.place, where.side if names_side(step.words) else None)
        before, full = self.told.get(heard), filled(step.words, self.pack, where, hold_ms)
        self.met.add(step.place)
        self.told[heard] = full
        if not (self.talk.parts if is_part else self.talk.words):
            if full:
                self.leave_out(step.place, full)
            return ""
        if before is None:
            return full
        if step.again is not None:
            return filled(step.again, self.pack, where, hold_ms)
        if step.items and full == before:
            return ""
        return self.shortened(full, step.place) if self.talk.shortened else full

    def shortened(self, words: str, place: Place) -> str:
        """Return the first sentence of words that were heard before."""
        first, *rest = sentences(words) or ("",)
        if rest:
            self.decide(place, " ".join(rest), f"not said again: the guidance is {self.choices.guidance}")
        return first

    def first_side(self, where: Where) -> str:
        return self.about_side(self.pack.first_side, where)

    def change_sides(self, switch: EachSide, where: Where) -> None:
        self.ring("switch", where)
        self.say(self.about_side(self.pack.change_sides, where), where)
        self.cues.append(Interval("settle", self.doses.switch_ms(switch), where))

    def about_side(self, words: str, where: Where) -> str:
        """Return what is said of a side: `words`, or as little as the guidance wants."""
        said = {"full": words, "short": self.pack.change_sides_short, "none": ""}[self.talk.sides]
        return filled(said, self.pack, where)

    def announce_repetition(self, where: Where) -> None:
        """Say which repetition begins: its number, where little else is said, or that it is the last of several."""
        if self.talk.numbers and where.repetition:
            self.say(self.pack.number(where.repetition).capitalize(), where)
        if self.talk.last_time and where.repetition == where.of and (where.of or 0) >= LAST_TIME_FROM:
            self.say(self.pack.last_time, where)

    def new_step(self, place: Place, where: Where) -> Where:
        """Return `where`, as a new step at `place`."""
        self.steps += 1
        return replace(where, place=place, step=self.steps)

    def say(self, words: str, where: Where) -> None:
        self.cues += (Say(sentence, where) for sentence in sentences(words))

    def ring(self, sound: str, where: Where) -> None:
        self.cues.append(Ring(sound, where))

    def action(self, action: Instruction, where: Where, first: bool) -> None:
        if isinstance(action, Span):
            self.interval(action, where, first)
        else:
            self.ring(action.sound, replace(where, place=action.place))

    def interval(self, span: Span, where: Where, first: bool) -> None:
        where = replace(where, place=span.place)
        ms = self.doses.ms(span)
        said = self.announcements(span, ms, where, first)
        release = filled(span.release.words, self.pack, where, ms) if span.release else ""
        match span.kind:
            case "hold":
                self.cues.append(Interval("hold", ms, where, said, "start", "release", release))
            case "move" | "wait":
                self.cues.append(Interval(span.kind, ms, where, said, closing="tick"))
            case _:
                self.cues.append(Interval(span.kind, ms, where, said))
        if span.release and self.talk.words:
            self.say(release, replace(where, place=span.release.place))
        elif span.release:
            self.leave_out(span.release.place, release)

    def announcements(self, span: Span, ms: int, where: Where, first: bool) -> tuple[Announcement, ...]:
        """Return what is said inside a span at this level of guidance."""
        rules = by_rule(span, ms, self.pack)
        inside = span.inside
        if inside and (self.talk.asked == "never" or (self.talk.asked == "once" and not first)):
            for written_in in inside:
                self.leave_out(written_in.place, written_in.words)
            inside = ()
        for rule, why in silenced(rules, span, self.talk, inside).items():
            self.decide(span.place, " ".join(rules.pop(rule).words), f"not said: {why}")
        hold_ms = ms if span.kind == "hold" else None
        said: list[Announcement] = []
        for written_in in inside:
            found = list(asked(written_in, ms, lambda words: filled(words, self.pack, where, hold_ms)))
            if not found:
                self.decide(
                    written_in.place, written_in.words, f"not said: its moment never comes in {format_length(ms)}"
                )
            said += found
        return in_order(said, rules)

    def leave_out(self, place: Place, words: str) -> None:
        self.decide(place, words, f"not said: the guidance is {self.choices.guidance}")

    def decide(self, place: Place, text: str, why: str) -> None:
        self.decisions.append(Decision(place, text, why, len(self.cues)))

    def drop_rest(self) -> None:
        """Drop the rest after the last repetition: nothing follows that it would be a rest for."""
        last = self.cues[-1]
        if isinstance(last, Interval) and last.kind == "rest":
            self.cues.pop()
            left_out = f"rest {format_length(last.ms)}", "left out: nothing is repeated after it"
            self.decisions.append(Decision(last.where.place, *left_out, len(self.cues) - 1))


def _is_rest(action: Instruction) -> bool:
    return isinstance(action, Span) and action.kind == "rest"
