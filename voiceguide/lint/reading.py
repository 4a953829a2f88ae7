"""A script as the checks read it: every step with what surrounds it, and every run of words with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from voiceguide import phrases
from voiceguide.base.errors import Place
from voiceguide.lint.lexicon import Lexicon
from voiceguide.lint.lexicons import LEXICONS
from voiceguide.script import Caution, EachSide, Inside, Item, Loop, Script, Span, Step, Times

_BRACES = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class StepContext:
    """A step with what surrounds it: its part, the steps that it is in, the outermost first, and the next in its list.

    `part` is None before the first part; the context of a part has the part as its step.
    """

    step: Step
    part: Step | None
    ancestors: tuple[Step, ...]
    following: Step | None

    @property
    def loops(self) -> tuple[Loop, ...]:
        """Everything that repeats the step, the outermost first."""
        return tuple(loop for step in (*self.ancestors, self.step) for loop in step.loops)

    @property
    def sided(self) -> bool:
        """Whether the step is done on each side."""
        return any(isinstance(loop, EachSide) for loop in self.loops)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are spoken, with `_` for each placeholder.

    `inside` and `span` are set for words inside a span, `span` alone for those of its release.
    """

    words: str
    place: Place
    context: StepContext
    span: Span | None = None
    inside: Inside | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the checks look at, in the order of the file; there is no `lexicon` for an unknown language."""

    script: Script
    lexicon: Lexicon | None
    contexts: tuple[StepContext, ...]
    runs: tuple[Run, ...]
    cautions: tuple[Caution, ...]

    @property
    def language(self) -> str:
        """The language without its region, such as `en`."""
        return phrases.base(self.script.language)


def read(script: Script) -> Reading:
    """Return a script as the checks read it."""
    contexts = (*_contexts(script.opening, None, ()), *chain.from_iterable(_part(part) for part in script.parts))
    return Reading(
        script=script,
        lexicon=LEXICONS.get(phrases.base(script.language)),
        contexts=contexts,
        runs=tuple(run for context in contexts for run in _runs(context)),
        cautions=tuple(_cautions((*script.opening, *script.parts))),
    )


def bare(words: str) -> str:
    """Return `words` with `_` for each placeholder, so that none is taken for a word."""
    return _BRACES.sub("_", words) if "{" in words else words


def spans(step: Step) -> tuple[Span, ...]:
    """Return the times of a step, without its chimes."""
    return tuple(action for action in step.actions if isinstance(action, Span))


def only_once(loops: Iterable[Loop]) -> bool:
    """Tell whether these loops repeat nothing: each is `[1 times]`."""
    return all(isinstance(loop, Times) and loop.high == 1 for loop in loops)


def _part(part: Step) -> Iterator[StepContext]:
    yield StepContext(part, part, (), None)
    yield from _contexts(part.items, part, (part,))


def _contexts(items: Iterable[Item], part: Step | None, ancestors: tuple[Step, ...]) -> Iterator[StepContext]:
    steps: Sequence[Step] = [item for item in items if isinstance(item, Step)]
    for step, following in zip_longest(steps, steps[1:]):
        yield StepContext(step, part, ancestors, following)
        yield from _contexts(step.items, part, (*ancestors, step))


def _runs(context: StepContext) -> Iterator[Run]:
    step = context.step
    for words in (step.words, step.again):
        if words:
            yield Run(bare(words), step.place, context)
    for span in spans(step):
        for inside in span.inside:
            yield Run(bare(inside.words), inside.place, context, span, inside)
        if span.release:
            yield Run(bare(span.release.words), span.release.place, context, span)


def _cautions(items: Iterable[Item]) -> Iterator[Caution]:
    for item in items:
        if isinstance(item, Caution):
            yield item
        else:
            yield from _cautions(item.items)
