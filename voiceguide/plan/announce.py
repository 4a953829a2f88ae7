"""What is said inside intervals: by rule, and where the author wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from voiceguide import phrases
from voiceguide.base.moments import SECOND
from voiceguide.plan.guidance import Rule, Talk
from voiceguide.plan.model import Announcement, Interval, Plan, Say
from voiceguide.script import Inside, Span

HALF_WAY_FROM_MS = 40 * SECOND
TEN_LEFT_FROM_MS = 25 * SECOND
COUNT_FROM_MS = 8 * SECOND
GOES_ON_FROM_MS = 16 * SECOND
"""The shortest intervals in which the rules announce something."""

HALF_WAY_SLACK_MS = 1_000
ASKED_SLACK_MS = 2_000
"""How far words may be moved from their moment."""


def by_rule(span: Span, ms: int, pack: phrases.Phrases) -> dict[Rule, Announcement]:
    """Return what the rules announce in a span of `ms`, the most important first."""
    place = span.place
    if span.kind == "wait":
        left_ms = ms // (2 * SECOND) * SECOND
        goes_on = Announcement((pack.goes_on.format(time=pack.time(left_ms)),), left_ms, place) if left_ms else None
        return {"goes on": goes_on} if goes_on and ms >= GOES_ON_FROM_MS else {}
    if span.kind != "hold":
        return {}
    half_way = Announcement((pack.half_way,), ms // 2, place, False, slack_ms=HALF_WAY_SLACK_MS, half=True)
    rules: tuple[tuple[int, Rule, Announcement], ...] = (
        (COUNT_FROM_MS, "count", Announcement(pack.count, 0, place)),
        (TEN_LEFT_FROM_MS, "ten left", Announcement((pack.ten_left,), 10 * SECOND, place, short=pack.ten_left_short)),
        (HALF_WAY_FROM_MS, "half way", half_way),
    )
    return {rule: announcement for from_ms, rule, announcement in rules if ms >= from_ms}


def replaced(inside: Inside, span: Span) -> Rule | None:
    """Return the rule that the author's words at this moment of a span replace, or None."""
    if inside.mark == "half":
        return "goes on" if span.kind == "wait" else "half way"
    return "ten left" if inside.mark == "end" and inside.ms == 10 * SECOND else None


def asked(inside: Inside, ms: int, fill: Callable[[str], str]) -> Iterator[Announcement]:
    """Yield the announcements of the author's words inside a span of `ms`; none if their moment never comes."""
    words, place, slack = (fill(inside.words),), inside.place, ASKED_SLACK_MS
    match inside.mark:
        case "half":
            yield Announcement(words, ms // 2, place, before_end=False, need="asked", slack_ms=slack, half=True)
        case "end" if inside.ms < ms:
            yield Announcement(words, inside.ms, place, need="asked", slack_ms=slack)
        case "start" if inside.ms < ms:
            yield Announcement(words, inside.ms, place, before_end=False, need="asked", slack_ms=slack)
        case "every":
            for at_ms in range(inside.ms, ms, inside.ms):
                yield Announcement(words, at_ms, place, before_end=False, need="encouragement", slack_ms=SECOND)


def in_order(said: list[Announcement], rules: dict[Rule, Announcement]) -> tuple[Announcement, ...]:
    """Return all announcements of an interval, the most important first: where there is no room, the last gives way."""
    wanted = [announcement for announcement in said if announcement.need == "asked"]
    every = [announcement for announcement in said if announcement.need == "encouragement"]
    first = [announcement for rule, announcement in rules.items() if rule == "count"]
    rest = [announcement for rule, announcement in rules.items() if rule != "count"]
    return (*first, *wanted, *rest, *every)


def silenced(rules: dict[Rule, Announcement], span: Span, talk: Talk, inside: tuple[Inside, ...]) -> dict[Rule, str]:
    """Return the rules that don't apply to a span, each with the reason."""
    why = {rule: f"the guidance is {talk.guidance}" for rule in rules if rule not in talk.rules}
    why |= {rule: "[quiet]" for rule in rules if span.quiet}
    replacing = {rule: written for written in inside if (rule := replaced(written, span)) in rules and rule}
    return why | {rule: f"‘{written.words}’ stands in for it" for rule, written in replacing.items()}


def with_lead_in(plan: Plan, ms: int) -> Plan:
    """Return `plan` with `ms` before it to get into place, counted aloud."""
    pack = phrases.PACKS[phrases.base(plan.language)]
    where = replace(plan.cues[0].where, step=-1)
    marks = [seconds for seconds in (10, 20, 30, 60, 120, 300) if seconds * SECOND < ms - 4 * SECOND]
    announcements = [Announcement(pack.count, 0, where.place)] if ms >= COUNT_FROM_MS else []
    announcements += [Announcement((_left(pack, n * SECOND),), n * SECOND, where.place) for n in marks]
    said = Say(pack.starting.format(time=pack.time(round(ms / SECOND) * SECOND)), where)
    decisions = tuple(replace(decision, cue=decision.cue + 2) for decision in plan.decisions)
    cues = (said, Interval("settle", ms, where, tuple(announcements)), *plan.cues)
    return replace(plan, cues=cues, decisions=decisions)


def _left(pack: phrases.Phrases, ms: int) -> str:
    said = pack.starting_left.format(time=pack.time(ms))
    return said[:1].upper() + said[1:]
