"""Words inside a time that don't fit there: tried at three speeds, with estimates of how long they take to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf

from voiceguide.base.errors import Place, ScriptError
from voiceguide.base.moments import SECOND
from voiceguide.lint.advice import Found, bracket, listed
from voiceguide.lint.reading import Reading, spans
from voiceguide.plan import Announcement, Choices, Cue, Interval, Plan, make_plan
from voiceguide.script import Inside, Span, Times
from voiceguide.timeline import FASTER, Event, Lengths, lay_out

SPEEDS = (0.7, 1.0, 1.5)
"""The speeds of speech that are tried."""

LATE_MS = 2 * SECOND
"""How late words may be."""

_CHIME_MS = 700
"""About how long the chime is that opens a hold."""

# About what the natural voice takes; espeak-ng takes hardly more.
_LINE_MS, _LETTER_MS, _PAUSE_MS = 230, 57, 350


def line_ms(line: str, speed: float) -> int:
    """Estimate how many milliseconds a voice takes to say `line`: its letters, and a pause for each sign inside it."""
    pauses = sum(line.count(sign) for sign in (", ", "; ", ": ", ". ", " – "))
    return int((_LINE_MS + _LETTER_MS * len(line) + _PAUSE_MS * pauses) / speed)


def too_long(reading: Reading) -> Iterator[Found]:
    """Find words that a voice can't say at their moment or, if they only encourage, never has time for."""
    wanted = {inside.place: (inside, span) for inside, span in _words_inside(reading)}
    if not wanted:
        return
    try:
        plan = _talking(_once_through(reading))
    except ScriptError:
        return  # planning the session reports it
    failed = {speed: _failed(plan, speed) for speed in SPEEDS} if plan.cues else {}
    for place, (inside, span) in wanted.items():
        speeds = [speed for speed, places in failed.items() if place in places]
        if speeds and (inside.mark != "every" or len(speeds) == len(SPEEDS)):
            yield _no_room(inside, span, speeds)


def _words_inside(reading: Reading) -> Iterator[tuple[Inside, Span]]:
    return ((inside, span) for context in reading.contexts for span in spans(context.step) for inside in span.inside)


def _once_through(reading: Reading) -> Plan:
    """Return the plan with each repeat done once, which shows as much as all of them."""
    loops = (loop for context in reading.contexts for loop in context.step.loops)
    once = {loop.place: 1 for loop in loops if isinstance(loop, Times)}
    return make_plan(reading.script, choices=Choices(fitted=once))


def _talking(plan: Plan) -> Plan:
    """Return `plan` with only the times in which the author has something said."""
    cues = tuple(cue for cue in plan.cues if any(_authors(cue)))
    chapters = tuple(plan.chapters[chapter] for chapter in dict.fromkeys(cue.where.chapter for cue in cues))
    return replace(plan, cues=cues, chapters=chapters)


def _authors(cue: Cue) -> Iterator[Announcement]:
    """Yield what is said inside a time because the author wrote it."""
    return (said for said in cue.announcements if said.need != "progress") if isinstance(cue, Interval) else iter(())


def _failed(plan: Plan, speed: float) -> set[Place]:
    """Return the places of words that can't be said as they should be at `speed`.

    Encouragement may give way as long as it is heard once; other words may be neither left out nor late.
    """
    timeline = lay_out(plan, _lengths(plan, speed))
    said = {(event.cue, event.where.place): event for event in timeline.events if event.inside and event.text}
    heard = {event.where.place for event in said.values()}
    failed: set[Place] = set()
    for index, cue in enumerate(plan.cues):
        for wanted in _authors(cue):
            late_ms = _late_ms(said.get((index, wanted.place)), wanted, cue, timeline.starts_ms[index])
            if wanted.place not in heard or (wanted.need == "asked" and late_ms > LATE_MS):
                failed.add(wanted.place)
    return failed


def _lengths(plan: Plan, speed: float) -> Lengths:
    lines = {line: line_ms(line, speed) for line in plan.lines}
    faster = {line: line_ms(line, speed * FASTER) for line in lines}
    return Lengths(lines, dict.fromkeys(plan.sounds, _CHIME_MS), faster)


def _late_ms(event: Event | None, wanted: Announcement, cue: Cue, cue_start_ms: int) -> float:
    """Return how much later than at their moment words are said; infinity if they aren't."""
    if event is None or not isinstance(cue, Interval):
        return inf
    shifted_ms = event.end_ms - cue.ms + wanted.at_ms if wanted.before_end else event.start_ms - wanted.at_ms
    return shifted_ms - cue_start_ms


def _no_room(inside: Inside, span: Span, speeds: list[float]) -> Found:
    shown_speeds = listed([f"{speed}" for speed in speeds])
    shown = inside.words if len(inside.words) <= 40 else f"{inside.words[:39].rstrip()}…"
    what = f"there is no room in {bracket(span)} to say ‘{shown}’ at its moment at speech speed {shown_speeds}"
    return Found(inside.place, what, "use fewer words, or a longer time")
