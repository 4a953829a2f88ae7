"""What a listener changes about an interval while they are in it; `cue` is its index."""

from __future__ import annotations

from dataclasses import replace

from voiceguide.plan.model import Announcement, Interval, Plan


def longer(plan: Plan, cue: int, ms: int) -> Plan:
    """`plan` with `ms` more of an interval: what counts to its end moves with it, and its middle by half.

    An answer that hasn't been heard wouldn't be true any more.
    """
    interval = plan.cues[cue]
    if not isinstance(interval, Interval):
        return plan
    said = [one for one in interval.announcements if one.need != "answer"]
    moved = tuple(replace(one, at_ms=one.at_ms + ms // 2) if one.half else one for one in said)
    return _with(plan, cue, replace(interval, ms=interval.ms + ms, announcements=moved))


def answered(plan: Plan, cue: int, at_ms: int, line: str) -> Plan:
    """`plan` with `line` said in an interval, in the first gap from its millisecond `at_ms` on."""
    interval = plan.cues[cue]
    if not isinstance(interval, Interval):
        return plan
    said = Announcement((line,), at_ms, interval.where.place, before_end=False, need="answer")
    return _with(plan, cue, replace(interval, announcements=(*interval.announcements, said)))


def _with(plan: Plan, cue: int, interval: Interval) -> Plan:
    return replace(plan, cues=(*plan.cues[:cue], interval, *plan.cues[cue + 1 :]))
