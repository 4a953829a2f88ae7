"""Numbers in the words that differ from the bracket: the listener hears one thing, and the clock does another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from voiceguide.lint.advice import Found, bracket, listed
from voiceguide.lint.amounts import Amount, counts, lengths, sentence_around
from voiceguide.lint.lexicon import Lexicon, compiled
from voiceguide.lint.reading import Reading, Run, spans
from voiceguide.script import Inside, Span, Times

_Range = tuple[float, float]


def number_differs(reading: Reading, lexicon: Lexicon) -> Iterator[Found]:
    """Find lengths of time and numbers of times that no bracket beside them has."""
    for run in reading.runs:
        if times := spans(run.context.step):
            amounts = _about_it(run, lengths(run.words, reading.language), lexicon)
            yield from (_other_length(run, amount, times) for amount in _differing(amounts, [*_lengths_of(run, times)]))
        if repeats := _repeats(run):
            amounts = _about_it(run, counts(run.words, reading.language), lexicon)
            ranges = [(loop.low, loop.high) for loop in repeats]
            yield from (_other_count(run, amount, repeats) for amount in _differing(amounts, ranges))


def _about_it(run: Run, amounts: Iterable[Amount], lexicon: Lexicon) -> Iterator[Amount]:
    """Yield the amounts of which the words don't say that they are about something else."""
    for amount in amounts:
        before, after = sentence_around(run.words, amount)
        elsewhere = (
            compiled(rf"(?:{lexicon.before})$").search(before)
            or compiled(lexicon.after).match(after)
            or compiled(lexicon.about).search(f"{before} {after}")
        )
        if not elsewhere:
            yield amount


def _differing(amounts: Iterable[Amount], ranges: Sequence[_Range]) -> Sequence[Amount]:
    """Return the amounts that no bracket has; none if one of them agrees, as the others may be about something else."""
    found = list(amounts)
    return [] if any(_agrees(amount, ranges) for amount in found) else found


def _agrees(amount: Amount, ranges: Iterable[_Range]) -> bool:
    return any(low <= amount.high and amount.low <= high for low, high in ranges)


def _lengths_of(run: Run, times: tuple[Span, ...]) -> Iterator[_Range]:
    """Yield what a length of time in these words may be: that of a time beside them, or of all of them together."""
    yield from ((span.low_ms, span.high_ms) for span in times)
    yield sum(span.low_ms for span in times), sum(span.high_ms for span in times)
    if run.inside and run.span:
        yield from _moments(run.inside, run.span)
    elif run.span and run.context.following:
        # Words of release may be about what comes next.
        yield from ((span.low_ms, span.high_ms) for span in spans(run.context.following))


def _moments(inside: Inside, span: Span) -> Iterator[_Range]:
    """Yield what words inside a span may say of their moment: how much is over, and how much is left."""
    if inside.mark == "every":
        yield inside.ms, span.high_ms
    elif inside.mark == "half":
        yield span.low_ms / 2, span.high_ms / 2
    else:
        yield inside.ms, inside.ms
        yield span.low_ms - inside.ms, span.high_ms - inside.ms


def _repeats(run: Run) -> list[Times]:
    """Return the repeats of the step itself, and of the one right above it."""
    steps = (run.context.step, *run.context.ancestors[-1:])
    return [loop for step in steps for loop in step.loops if isinstance(loop, Times)]


def _other_length(run: Run, amount: Amount, times: tuple[Span, ...]) -> Found:
    held = any(span.kind == "hold" for span in times)
    return _differs(run, amount, [bracket(span) for span in times], "{hold} in the words" if held else None)


def _other_count(run: Run, amount: Amount, repeats: list[Times]) -> Found:
    is_heading = run.context.step is run.context.part
    written = [f"[{_range(loop)} times]" for loop in repeats]
    return _differs(run, amount, written, None if is_heading else "{of} for the number")


def _range(loop: Times) -> str:
    return f"{loop.low}" if loop.low == loop.high else f"{loop.low}-{loop.high}"


def _differs(run: Run, amount: Amount, brackets: list[str], placeholder: str | None) -> Found:
    right = f"write {placeholder}, so that they can't differ" if placeholder else "make the two the same"
    says = "bracket says" if len(brackets) == 1 else "brackets say"
    return Found(run.place, f"the words say ‘{amount.text}’, but the {says} {listed(brackets)}", right)
