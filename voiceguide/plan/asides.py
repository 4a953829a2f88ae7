"""What is said beside a session, to somebody who asks or comes back: little plans of their own."""

from __future__ import annotations

from dataclasses import replace

from voiceguide import phrases
from voiceguide.base.moments import MINUTE, SECOND
from voiceguide.phrases import Phrases
from voiceguide.plan.model import Cue, Interval, Plan, Ring, Say, Where
from voiceguide.plan.sentences import sentences

SETTLE_MS = 10 * SECOND
"""Time to get back into place."""

WAKE = "wake"
WAKE_MS = 500
"""A sound too soft to be heard, which wakes what sleeps while nothing plays, and how long it is."""


def woken(plan: Plan, wake_ms: int) -> Plan | None:
    """At least `wake_ms` of next to nothing, so that a Bluetooth headset has woken up by the first word."""
    wake = _wake(plan.cues[0].where, wake_ms)
    return _aside(plan, 0, wake) if wake else None


def asked_ready(plan: Plan, by_voice: bool, wait_ms: int, wake_ms: int = 0) -> Plan:
    """The question whether the listener is ready, and the time to answer it."""
    pack, where = _pack(plan), plan.cues[0].where
    question = pack.ready_by_voice if by_voice else pack.ready_by_key
    return _aside(plan, 0, [*_wake(where, wake_ms), *_said(question, where), Interval("wait", wait_ms, where)])


def resumed(plan: Plan, cue: int, place: bool, words: bool, sound_back: bool = False, wake_ms: int = 0) -> Plan | None:
    """What comes before a session goes on in `cue`; None if nothing does.

    `words` are the step's, for a hold that goes on without its beginning; `place` tells where in the session it is, and
    gives time to get there.
    """
    pack, where = _pack(plan), plan.cues[cue].where
    said: list[Cue] = [*_said(pack.sound_back, where)] if sound_back else []
    if place:
        said += _wake(where, wake_ms)
        said += _said(pack.here_now.format(part=plan.chapters[where.chapter].title), where)
        said += _said(pack.back_in_place, where)
        said.append(Interval("settle", SETTLE_MS, where))
    if words and where.step >= 0:
        said += (other for other in plan.cues[_first_of_step(plan, cue) : cue] if isinstance(other, Say))
    return _aside(plan, cue, said) if said else None


def eased_off(plan: Plan, cue: int, by_voice: bool) -> Plan:
    """How to let go of what the step in `cue` holds, and what can be said then."""
    pack, where = _pack(plan), plan.cues[cue].where
    step = (other for other in plan.cues[_first_of_step(plan, cue) :] if other.where.step == where.step)
    release = next((other.release for other in step if isinstance(other, Interval) and other.release), "")
    offer = pack.offer_by_voice if by_voice else pack.offer_by_key
    return _aside(plan, cue, [*_said(release or pack.ease_off, where), *_said(offer, where)])


def stopped(plan: Plan, cue: int) -> Plan:
    """The last words to somebody who stops in `cue`."""
    where = plan.cues[cue].where
    leave = plan.leave[plan.chapters[where.chapter].technique] if plan.leave else _pack(plan).leave
    return _aside(plan, cue, [*_said(_pack(plan).stopped, where), *_said(leave, where)])


def left(plan: Plan, in_all_ms: int, here_ms: int = 0) -> str:
    """How long the interval takes still, if there is one, to the second, and the session, about."""
    pack = _pack(plan)
    unit = MINUTE if in_all_ms > 2 * MINUTE else 10 * SECOND
    here = [pack.left_here.format(time=pack.time(max(1, round(here_ms / SECOND)) * SECOND))] if here_ms else []
    lines = [*here, pack.left_in_all.format(time=pack.time(max(1, round(in_all_ms / unit)) * unit))]
    return " ".join(line[:1].upper() + line[1:] for line in lines)


def told(plan: Plan, cue: int, words: str) -> Plan:
    """Nothing but some words."""
    return _aside(plan, cue, _said(words, plan.cues[cue].where))


def likely(plan: Plan, by_voice: bool) -> tuple[str, ...]:
    """Lines that may be wanted at any moment, and at once."""
    pack = _pack(plan)
    releases = (cue.release for cue in plan.cues if isinstance(cue, Interval))
    offer = pack.offer_by_voice if by_voice else pack.offer_by_key
    places = (pack.here_now.format(part=chapter.title) for chapter in plan.chapters)
    words = (pack.stopped, *plan.leave, *releases, pack.ease_off, offer, pack.back_in_place, pack.sound_back, *places)
    return tuple(dict.fromkeys(line for one in words for line in sentences(one)))


def _aside(plan: Plan, cue: int, cues: list[Cue]) -> Plan:
    chapter = plan.chapters[plan.cues[cue].where.chapter]
    return replace(
        plan,
        chapters=(chapter,),
        cues=tuple(replace(other, where=replace(other.where, chapter=0)) for other in cues),
        decisions=(),
    )


def _wake(where: Where, ms: int) -> list[Cue]:
    return [Ring(WAKE, where)] * -(-ms // WAKE_MS)


def _said(words: str, where: Where) -> list[Cue]:
    return [Say(sentence, where) for sentence in sentences(words)]


def _pack(plan: Plan) -> Phrases:
    return phrases.pack(plan.language) or phrases.PACKS["en"]


def _first_of_step(plan: Plan, cue: int) -> int:
    """The index of the first cue of the step that `cue` belongs to."""
    while cue and plan.cues[cue - 1].where.step == plan.cues[cue].where.step:
        cue -= 1
    return cue
