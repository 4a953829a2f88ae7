"""From a script to its leaflet: the steps as their author wrote them, without what only a voice needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from voiceguide import phrases
from voiceguide.base.errors import Mistake, ScriptError
from voiceguide.base.moments import MINUTE
from voiceguide.leaflet.doses import Doses
from voiceguide.leaflet.model import Dose, Leaflet, LeafletEntry, Section
from voiceguide.phrases.leaflet import LABELS
from voiceguide.plan.sentences import sentences
from voiceguide.script import Caution, Item, Script, Span, Step, Times
from voiceguide.script.words import PLACEHOLDER


def leaflet(script: Script, duration_ms: int) -> Leaflet:
    """Return the leaflet of a technique that takes `duration_ms`.

    Raises ScriptError if there are no phrases for its language.
    """
    reader = _reader(script)
    safety = tuple(takewhile(lambda item: isinstance(item, Caution), script.opening))
    opening, parts, closing = _without_closing(script.opening[len(safety) :], script.parts)
    sections = (Section("", "", reader.entries(opening)), *map(reader.section, parts))
    labels = reader.doses.labels
    return Leaflet(
        title=script.title,
        language=script.language,
        facts=tuple(reader.facts(script, duration_ms)),
        safety_title=labels.safety,
        safety=tuple(item.words for item in safety),
        sections=tuple(section for section in sections if section.title or section.entries),
        closing=tuple(reader.filled(step.words) for step in closing),
        leave_title=labels.leave,
        leave=script.leave,
        listen_title=labels.listen,
    )


def _reader(script: Script) -> _Reader:
    pack = phrases.pack(script.language, script.formal)
    labels = LABELS.get(phrases.base(script.language))
    if pack is None or labels is None:
        what = f"no phrases for the language ‘{script.language}’"
        raise ScriptError([Mistake(script.place, what, f"there are phrases for: {', '.join(LABELS)}")])
    return _Reader(Doses(labels, pack))


def _without_closing(
    opening: Sequence[Item], parts: Sequence[Step]
) -> tuple[Sequence[Item], Sequence[Step], list[Step]]:
    """Split off the words that a script ends with: return the opening and the parts without them, and these words."""
    if not parts:
        kept, closing = _parted(opening)
        return kept, (), closing
    last = parts[-1]
    kept, closing = ((), []) if last.loops else _parted(last.items)
    return opening, (*parts[:-1], replace(last, items=tuple(kept)) if closing else last), closing


def _parted(items: Sequence[Item]) -> tuple[Sequence[Item], list[Step]]:
    """Split off the last items that are only words: return the others, and these."""
    closing: list[Step] = []
    for item in reversed(items):
        if not isinstance(item, Step) or item.actions or item.items or item.loops or len(closing) == len(items) - 1:
            break
        closing.insert(0, item)
    return items[: len(items) - len(closing)], closing


@dataclass(frozen=True, slots=True)
class _Reader:
    """A reader of steps; `times` is the repeat that they are in, for words that count."""

    doses: Doses
    times: Times | None = None

    def facts(self, script: Script, duration_ms: int) -> Iterator[str]:
        """Yield how long it takes, what is needed, and how many times a day it may be done."""
        labels = self.doses.labels
        minutes = max(1, round(duration_ms / MINUTE))
        time = labels.minute if minutes == 1 else labels.minutes.format(n=minutes)
        yield labels.takes.format(time=time)
        if script.tools:
            yield f"{labels.tools}: {script.tools}"
        if script.daily:
            yield labels.once_daily if script.daily == 1 else labels.daily.format(n=script.daily)

    def section(self, part: Step) -> Section:
        here = self.inside(part)
        spans = [span for span in part.actions if isinstance(span, Span)]
        doses = (self.doses.loops(part.loops), *(self.doses.span(span) for span in spans))
        return Section(here.filled(part.words), ", ".join(filter(None, doses)), here.entries(part.items))

    def inside(self, step: Step) -> _Reader:
        """Return a reader of what is below a step."""
        times = [loop for loop in step.loops if isinstance(loop, Times)]
        return replace(self, times=times[-1]) if times else self

    def entries(self, items: Iterable[Item]) -> tuple[LeafletEntry, ...]:
        return tuple(self.entry(item) for item in items)

    def entry(self, item: Item) -> LeafletEntry:
        if isinstance(item, Caution):
            return LeafletEntry((item.words,), safety=True)
        here = self.inside(item)
        return LeafletEntry(tuple(filter(None, here.words(item))), here.entries(item.items))

    def words(self, step: Step) -> Iterator[str]:
        """Yield a step's words, then each dose with what to think of during it and what to do after it."""
        spans = [span for span in step.actions if isinstance(span, Span)]
        holds = [span for span in spans if span.kind == "hold"]
        yield self.filled(step.words, holds[0] if holds else None)
        doses = [dose for span in spans if (dose := self.doses.span(span))]
        often = self.doses.loops(step.loops)
        together = len(doses) == 1
        for span in spans:
            if dose := self.doses.span(span):
                yield _sentence(", ".join(filter(None, (dose, often if together else ""))))
            for inside in span.inside:
                yield _capital(f"{self.doses.moment(inside)}: {self.filled(inside.words, span)}")
            if span.release:
                yield self.filled(span.release.words, span)
        if often and not together:
            yield _sentence(often)

    def filled(self, words: str, hold: Span | None = None) -> str:
        """Return `words` with their placeholders filled, without sentences that say what comes next."""
        if "{" not in words:
            return words
        if "{next}" in words:
            words = " ".join(sentence for sentence in sentences(words) if "{next}" not in sentence)
        return _capital(PLACEHOLDER.sub(lambda braces: self.value(braces[1] or "", hold), words))

    def value(self, name: str, hold: Span | None) -> str:
        left, right = self.doses.pack.left, self.doses.pack.right
        match name:
            case "side":
                return f"{left} ({right})"
            case "other side":
                return f"{right} ({left})"
            case "hold":
                return self.doses.range_ms(hold) if hold else ""
            case "n":
                return "1"
            case "of":
                return self.doses.number(self.times) if self.times else ""
        one, bar, other = (part.strip() for part in name.partition("|"))
        return f"{one} ({other})" if bar and one and other else one or other


def _sentence(dose: str) -> Dose:
    return Dose(f"{_capital(dose)}.")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
