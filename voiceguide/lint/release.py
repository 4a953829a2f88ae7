"""Pressure that nothing ends: when a hold is over, words have to say so, as a chime doesn't say what to do."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.lint.advice import Found, bracket
from voiceguide.lint.lexicon import Lexicon, compiled
from voiceguide.lint.reading import Reading, StepContext, bare, spans
from voiceguide.script import Span, Step


def no_release(reading: Reading, lexicon: Lexicon) -> Iterator[Found]:
    """Find holds of a technique that presses after which the listener isn't told to let go."""
    holds = [
        (context, index)
        for context in reading.contexts
        for index, span in enumerate(spans(context.step))
        if span.kind == "hold"
    ]
    if not holds or not _presses(reading, lexicon):
        return
    for context, index in holds:
        hold = spans(context.step)[index]
        if not hold.release and not _goes_on(context, index, lexicon):
            yield Found(
                hold.place,
                f"nothing says what to do when {bracket(hold)} is over",
                f"write, say, [release: {lexicon.let_go}] after it",
            )


def _presses(reading: Reading, lexicon: Lexicon) -> bool:
    pattern = compiled(lexicon.presses)
    return any(pattern.search(words) for words in (reading.script.tools or "", *(run.words for run in reading.runs)))


def _goes_on(context: StepContext, index: int, lexicon: Lexicon) -> bool:
    """Tell whether the hold, the span at `index`, is followed by another one or by words that end it."""
    later = spans(context.step)[index + 1 :]
    if later or context.following is None:
        return _is_hold(next(iter(later), None))
    words, span = _beginning(context.following)
    return _is_hold(span) or bool(compiled(lexicon.releases).match(words))


def _beginning(step: Step) -> tuple[str, Span | None]:
    """Return the first words and the first time of a step, or else of the first step below it."""
    below = next((item for item in step.items if isinstance(item, Step)), None)
    words, span = _beginning(below) if below else ("", None)
    return bare(step.words) or words, next(iter(spans(step)), span)


def _is_hold(span: Span | None) -> bool:
    return span is not None and span.kind == "hold"
