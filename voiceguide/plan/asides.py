"""Asides: what is said beside a session, to a listener who asks or comes back, as small plans of their own.

`cue` is the index of the cue that the session is in. Each aside has one chapter, that of the session.
"""

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
"""A sound too soft to be heard, which wakes devices that sleep while nothing plays, and its length."""


def woken(plan: Plan, wake_ms: int) -> Plan | None:
    """Return at least `wake_ms` of next to silence, in which a Bluetooth headset wakes up; None if that is 0."""
    wake = _wake(plan.cues[0].where, wake_ms)
    return _aside(plan, 0, wake) if wake else None


def asked_ready(plan: Plan, by_voice: bool, wait_ms: int, wake_ms: int = 0) -> Plan:
    """Return the question whether the listener is ready, and `wait_ms` to answer it."""
    pack, where = _pack(plan), plan.cues[0].where
    question = pack.ready_by_voice if by_voice else pack.ready_by_key
    return _aside(plan, 0, [*_wake(where, wake_ms), *_said(question, where), Interval("wait", wait_ms, where)])


def resumed(plan: Plan, cue: int, place: bool, words: bool, sound_back: bool = False, wake_ms: int = 0) -> Plan | None:
    """Return what is said before a session goes on in `cue`; None if it is nothing.

    With `words`, the words of the step are repeated, for a hold that doesn't begin again. With `place`, listeners are
    told where in the session they are, and given time to get into place.
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
    """Return how to let go in the step of `cue`, and what the listener can ask for then."""
    pack, where = _pack(plan), plan.cues[cue].where
    step = (other for other in plan.cues[_first_of_step(plan, cue) :] if other.where.step == where.step)
    release = next((other.release for other in step if isinstance(other, Interval) and other.release), "")
    offer = pack.offer_by_voice if by_voice else pack.offer_by_key
    return _aside(plan, cue, [*_said(release or pack.ease_off, where), *_said(offer, where)])


def checked(plan: Plan, cue: int, by_voice: bool) -> Plan:
    """Return what is said once it has been paused for a listener who cried out, and may not have meant the guide."""
    pack, where = _pack(plan), plan.cues[cue].where
    offer = pack.on_by_voice if by_voice else pack.on_by_key
    return _aside(plan, cue, [*_said(pack.paused, where), *_said(offer, where)])


def stopped(plan: Plan, cue: int) -> Plan:
    """Return the last words to a listener who stops in `cue`."""
    where = plan.cues[cue].where
    leave = plan.leave[plan.chapters[where.chapter].technique] if plan.leave else _pack(plan).leave
    return _aside(plan, cue, [*_said(_pack(plan).stopped, where), *_said(leave, where)])


def left(plan: Plan, in_all_ms: int, here_ms: int = 0) -> str:
    """Say how much is left: of the interval to the second, if `here_ms` isn't 0, and of the session roughly."""
    pack = _pack(plan)
    unit = MINUTE if in_all_ms > 2 * MINUTE else 10 * SECOND
    here = [pack.left_here.format(time=pack.time(max(1, round(here_ms / SECOND)) * SECOND))] if here_ms else []
    lines = [*here, pack.left_in_all.format(time=pack.time(max(1, round(in_all_ms / unit)) * unit))]
    return " ".join(line[:1].upper() + line[1:] for line in lines)


def told(plan: Plan, cue: int, words: str) -> Plan:
    """Return an aside that only says `words`."""
    return _aside(plan, cue, _said(words, plan.cues[cue].where))


def likely(plan: Plan, by_voice: bool) -> tuple[str, ...]:
    """Return the lines that may be needed at any moment without delay, and so are recorded in advance."""
    pack = _pack(plan)
    releases = (cue.release for cue in plan.cues if isinstance(cue, Interval))
    offer = pack.offer_by_voice if by_voice else pack.offer_by_key
    outcry = (pack.paused, pack.on_by_voice) if by_voice else ()  # nobody else can cry out
    places = (pack.here_now.format(part=chapter.title) for chapter in plan.chapters)
    words = (pack.stopped, *plan.leave, *outcry, *releases, pack.ease_off, offer, pack.back_in_place, pack.sound_back)
    return tuple(dict.fromkeys(line for one in (*words, *places) for line in sentences(one)))


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
    """Return the index of the first cue of the step that `cue` belongs to."""
    while cue and plan.cues[cue - 1].where.step == plan.cues[cue].where.step:
        cue -= 1
    return cue
