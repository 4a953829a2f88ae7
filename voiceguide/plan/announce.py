"""What is said inside intervals by rule: half way, ten seconds left, the last three."""

from __future__ import annotations

from dataclasses import replace

from voiceguide import phrases
from voiceguide.moments import SECOND
from voiceguide.plan.model import Announcement, Interval, Plan, Say

HALF_WAY_FROM_MS = 40 * SECOND
TEN_LEFT_FROM_MS = 25 * SECOND
COUNT_FROM_MS = 8 * SECOND


def announcements_in_hold(ms: int, pack: phrases.Phrases) -> tuple[Announcement, ...]:
    """What is said inside a hold of `ms` by rule, the most needed first."""
    rules = (
        (COUNT_FROM_MS, Announcement(pack.count, 0)),
        (TEN_LEFT_FROM_MS, Announcement((pack.ten_left,), 10 * SECOND)),
        (HALF_WAY_FROM_MS, Announcement((pack.half_way,), ms // 2, before_end=False)),
    )
    return tuple(announcement for from_ms, announcement in rules if ms >= from_ms)


def with_lead_in(plan: Plan, ms: int) -> Plan:
    """`plan` with `ms` before it to get into place, counted aloud."""
    pack = phrases.PACKS[phrases.base(plan.language)]
    where = replace(plan.cues[0].where, step=-1)
    marks = [seconds for seconds in (10, 20, 30, 60, 120, 300) if seconds * SECOND < ms - 4 * SECOND]
    announcements = [Announcement(pack.count, 0)] if ms >= COUNT_FROM_MS else []
    announcements += [Announcement((pack.starting_left.format(n=n),), n * SECOND) for n in marks]
    said = Say(pack.starting.format(n=round(ms / SECOND)), where)
    return replace(plan, cues=(said, Interval("settle", ms, where, tuple(announcements)), *plan.cues))
