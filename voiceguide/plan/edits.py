"""What listeners change about the interval that they are in; `cue` is its index in the plan."""

from __future__ import annotations

from dataclasses import replace

from voiceguide.plan.model import Announcement, Interval, Plan


def longer(plan: Plan, cue: int, ms: int) -> Plan:
    """Return `plan` with an interval `ms` longer.

    Announcements counted from its end move with it, and those in its middle by half as much. An answer that hasn't been
    heard is removed, as it would no longer be true.
    """
    interval = plan.cues[cue]
    if not isinstance(interval, Interval):
        return plan
    said = [one for one in interval.announcements if one.need != "answer"]
    moved = tuple(replace(one, at_ms=one.at_ms + ms // 2) if one.half else one for one in said)
    return _with(plan, cue, replace(interval, ms=interval.ms + ms, announcements=moved))


def answered(plan: Plan, cue: int, at_ms: int, line: str) -> Plan:
    """Return `plan` with `line` said in an interval, in the first gap from `at_ms` after its start on."""
    interval = plan.cues[cue]
    if not isinstance(interval, Interval):
        return plan
    said = Announcement((line,), at_ms, interval.where.place, before_end=False, need="answer")
    return _with(plan, cue, replace(interval, announcements=(*interval.announcements, said)))


def _with(plan: Plan, cue: int, interval: Interval) -> Plan:
    return replace(plan, cues=(*plan.cues[:cue], interval, *plan.cues[cue + 1 :]))
