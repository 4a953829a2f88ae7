"""A script as the checks read it: every step with what stands around it, and every run of words with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from voiceguide import phrases
from voiceguide.base.errors import Place
from voiceguide.lint.lexicon import Lexicon
from voiceguide.lint.lexicons import LEXICONS
from voiceguide.script import Caution, EachSide, Inside, Item, Loop, Script, Span, Step

_BRACES = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class StepContext:
    """A step and where it stands: its part, the steps around it, the outermost first, and the next in its list.

    `part` is None before the first part; a part is a spot as well, in itself.
    """

    step: Step
    part: Step | None
    around: tuple[Step, ...]
    following: Step | None

    @property
    def loops(self) -> tuple[Loop, ...]:
        """Everything that repeats it, the outermost first."""
        return tuple(loop for step in (*self.around, self.step) for loop in step.loops)

    @property
    def sided(self) -> bool:
        return any(isinstance(loop, EachSide) for loop in self.loops)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are spoken, without their placeholders.

    `inside` and `span` are set for words inside a span, `span` alone for those of its release.
    """

    words: str
    place: Place
    spot: StepContext
    span: Span | None = None
    inside: Inside | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that the checks look at, in the order of the file. Without a `lexicon`, nobody here knows the language."""

    script: Script
    lexicon: Lexicon | None
    spots: tuple[StepContext, ...]
    runs: tuple[Run, ...]
    cautions: tuple[Caution, ...]

    @property
    def language(self) -> str:
        return phrases.base(self.script.language)


def read(script: Script) -> Reading:
    """The reading of a script."""
    spots = (*_spots(script.opening, None, ()), *chain.from_iterable(_part(part) for part in script.parts))
    return Reading(
        script=script,
        lexicon=LEXICONS.get(phrases.base(script.language)),
        spots=spots,
        runs=tuple(run for spot in spots for run in _runs(spot)),
        cautions=tuple(_cautions((*script.opening, *script.parts))),
    )


def bare(words: str) -> str:
    """`words` with a letter-like sign for each placeholder, so that none is taken for words."""
    return _BRACES.sub("_", words) if "{" in words else words


def spans(step: Step) -> tuple[Span, ...]:
    """The times of a step, without its chimes."""
    return tuple(action for action in step.actions if isinstance(action, Span))


def _part(part: Step) -> Iterator[StepContext]:
    yield StepContext(part, part, (), None)
    yield from _spots(part.items, part, (part,))


def _spots(items: Iterable[Item], part: Step | None, around: tuple[Step, ...]) -> Iterator[StepContext]:
    steps: Sequence[Step] = [item for item in items if isinstance(item, Step)]
    for step, following in zip_longest(steps, steps[1:]):
        yield StepContext(step, part, around, following)
        yield from _spots(step.items, part, (*around, step))


def _runs(spot: StepContext) -> Iterator[Run]:
    step = spot.step
    for words in (step.words, step.again):
        if words:
            yield Run(bare(words), step.place, spot)
    for span in spans(step):
        for inside in span.inside:
            yield Run(bare(inside.words), inside.place, spot, span, inside)
        if span.release:
            yield Run(bare(span.release.words), span.release.place, spot, span)


def _cautions(items: Iterable[Item]) -> Iterator[Caution]:
    for item in items:
        if isinstance(item, Caution):
            yield item
        else:
            yield from _cautions(item.items)
