"""Pressure that nobody ends: a hold needs words when it is over, because a chime alone doesn't say what to do."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.lint.advice import Found, bracket
from voiceguide.lint.lexicon import Lexicon, compiled
from voiceguide.lint.reading import Reading, StepContext, bare, spans
from voiceguide.script import Span, Step


def no_release(reading: Reading, lexicon: Lexicon) -> Iterator[Found]:
    """Holds of a technique that presses, after which the listener isn't told to let go."""
    holds = [(spot, at) for spot in reading.spots for at, span in enumerate(spans(spot.step)) if span.kind == "hold"]
    if not holds or not _presses(reading, lexicon):
        return
    for spot, at in holds:
        hold = spans(spot.step)[at]
        if not hold.release and not _goes_on(spot, at, lexicon):
            yield Found(
                hold.place,
                f"nobody says what to do when {bracket(hold)} is over",
                f"write, say, [release: {lexicon.let_go}] behind it",
            )


def _presses(reading: Reading, lexicon: Lexicon) -> bool:
    pattern = compiled(lexicon.presses)
    return any(pattern.search(words) for words in (reading.script.tools or "", *(run.words for run in reading.runs)))


def _goes_on(spot: StepContext, at: int, lexicon: Lexicon) -> bool:
    """Whether the hold is followed by another one, or by words that end it."""
    later = spans(spot.step)[at + 1 :]
    if later or spot.following is None:
        return _is_hold(next(iter(later), None))
    words, span = _beginning(spot.following)
    return _is_hold(span) or bool(compiled(lexicon.releases).match(words))


def _beginning(step: Step) -> tuple[str, Span | None]:
    """The first words of a step or of the first of those below it, and the first time."""
    below = next((item for item in step.items if isinstance(item, Step)), None)
    words, span = _beginning(below) if below else ("", None)
    return bare(step.words) or words, next(iter(spans(step)), span)


def _is_hold(span: Span | None) -> bool:
    return span is not None and span.kind == "hold"
