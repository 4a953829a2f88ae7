"""Brackets that can never do anything: words whose moment never comes, a rest that is always left out."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.base.moments import format_length
from voiceguide.lint.advice import Found, bracket
from voiceguide.lint.reading import Reading, StepContext, only_once, spans
from voiceguide.plan import PACE_PERCENT, PACED
from voiceguide.plan.announce import COUNT_FROM_MS, GOES_ON_FROM_MS
from voiceguide.plan.loops import last_rest
from voiceguide.script import Span, Step

_ANNOUNCED_FROM_MS = {"hold": COUNT_FROM_MS, "wait": GOES_ON_FROM_MS}
_MOMENTS = {"start": "[at {time}: …]", "end": "[at -{time}: …]", "every": "[every {time}: …]"}


def never_runs(reading: Reading) -> Iterator[Found]:
    """Find all brackets that have no effect, whatever the listener chooses."""
    for context in reading.contexts:
        for span in spans(context.step):
            yield from _moments_too_late(span)
            yield from _nothing_to_silence(span)
        yield from _rest_left_out(context)
        yield from _never_again(context)


def _longest_ms(span: Span) -> int:
    return span.high_ms * max(PACE_PERCENT.values()) // 100 if span.kind in PACED else span.high_ms


def _moments_too_late(span: Span) -> Iterator[Found]:
    for inside in span.inside:
        if inside.mark != "half" and inside.ms >= _longest_ms(span):
            moment = _MOMENTS[inside.mark].format(time=format_length(inside.ms))
            what = f"{moment} is never said: {bracket(span)} is not longer than that"
            yield Found(inside.place, what, "choose another moment, or a longer time")


def _nothing_to_silence(span: Span) -> Iterator[Found]:
    from_ms = _ANNOUNCED_FROM_MS.get(span.kind, 0)
    if span.quiet and span.high_ms < from_ms:
        yield Found(
            span.quiet.place,
            f"[quiet] does nothing here: below {format_length(from_ms)}, nothing is announced",
            "remove it",
        )


def _rest_left_out(context: StepContext) -> Iterator[Found]:
    """Find a rest that never comes, as it follows the only repetition: the rest after the last one is left out."""
    if not context.step.loops or any(step.loops for step in context.ancestors):
        return
    rest = _rest_done_once(context.step)
    if rest:
        what = f"{bracket(rest)} is always left out: it comes last, and nothing is repeated after it"
        yield Found(rest.place, what, "put it on a step of its own, or repeat more than once")


def _rest_done_once(step: Step) -> Span | None:
    """Return the rest that a step ends with, unless something between the two is repeated; else None."""
    last = step
    while only_once(last.loops):
        below = last.items[-1] if last.items and not _rests(last) else None
        if not isinstance(below, Step):
            return last_rest(step)
        last = below
    return None


def _rests(step: Step) -> bool:
    return any(isinstance(action, Span) and action.kind == "rest" for action in step.actions)


def _never_again(context: StepContext) -> Iterator[Found]:
    if context.step.again is not None and only_once(context.loops):
        yield Found(
            context.step.place,
            f"‘{context.step.again}’ in [again: …] is never said: nothing is done twice",
            "write, say, [2 times], or remove it",
        )
