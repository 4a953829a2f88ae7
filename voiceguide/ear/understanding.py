"""An utterance to a command: each phrase is asked for how probable it is, and has to stand up to all that isn't one.

Whisper alone writes down what it heard, and of an unclear “slower” that is anything. How probable it finds “slower” in
the same sound tells more. To be obeyed, a command has to stand out against what Whisper writes, and against any other
command.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from voiceguide.ear import grammar
from voiceguide.ear.hearing import Samples, Understood
from voiceguide.ear.whisper import Encoded, Whisper

PRIOR = 0.65
"""The part of what Whisper expects before it has heard anything that is taken off a phrase's score."""

CLEAR = 1.5
"""How much more probable, as a natural logarithm, than any other command it has to be."""

CLEARER = 2.5
"""The same for a command that isn't written down as it is."""

ABOVE = 7.0
"""How much more its score has to be than the probability of what Whisper writes by itself."""

WORDS = 7
"""Of more words than this no command is made."""

_WIDTH = 8
_WORSE = 7.0
"""How many beginnings of phrases are followed up, and how much less probable than the best they may be."""


class Understanding:
    """The recogniser and what it can be asked for. Raises UsageError if its weights aren't there."""

    def __init__(self, language: str = "en", call: str | None = None, threads: int = 2) -> None:
        self._whisper = Whisper(threads)
        self._language = language
        self._call = call
        # A name is asked for as a part of every phrase: how Whisper spells it by itself is anybody's guess.
        self._phrases = self._tokenised(grammar.phrases(language))
        self._beginnings = _tree(self._phrases)
        self._expected: dict[tuple[int, ...], float] = {}
        self._expected = self._before_hearing()

    def of(self, samples: Samples, *, strict: bool = False) -> Understood:
        """What is said in `samples`, mono at the recogniser's rate.

        With `strict` only what is written down as a command is one: of what is left of an echo anything can be made.
        """
        began = time.perf_counter()
        encoded = self._whisper.listened(samples)
        text, probable = self._whisper.written(encoded)
        written = grammar.command(self._rest(text) or "", self._language)
        found = None
        if written or not (strict or grammar.length(text) > WORDS):
            found = decided(self.scored(encoded), text, probable, written)
        seconds = time.perf_counter() - began
        return Understood(found.command, found.phrase, seconds) if found else Understood(None, text, seconds)

    def _rest(self, text: str) -> str | None:
        return grammar.called(text, self._call) if self._call else text

    def scored(self, encoded: Encoded) -> list[Scored]:
        """The commands that come into question, the best first, each in the best of its phrases."""
        best: dict[str, Scored] = {}
        for tokens, probable in self.probabilities(encoded).items():
            phrase, name = self._phrases[tokens]
            found = Scored(name, phrase, probable - PRIOR * self._expected.get(tokens, 0.0))
            if name not in best or best[name].score < found.score:
                best[name] = found
        return sorted(best.values(), key=lambda found: -found.score)

    def probabilities(
        self, encoded: Encoded, width: int = _WIDTH, worse: float = _WORSE
    ) -> dict[tuple[int, ...], float]:
        """The logarithm of how probable each phrase is, of those that are worth following up."""
        live: dict[tuple[int, ...], float] = {(): 0.0}
        found: dict[tuple[int, ...], float] = {}
        while live:
            longer: dict[tuple[int, ...], float] = {}
            following = self._whisper.following(encoded, list(live))
            for (beginning, probable), after in zip(live.items(), following, strict=True):
                if beginning in self._phrases:
                    found[beginning] = probable + float(np.logaddexp.reduce(after[self._whisper.ends]))
                for token in self._beginnings.get(beginning, ()):
                    longer[*beginning, token] = probable + float(after[token])
            best = max([*longer.values(), *found.values()])
            ranked = sorted(longer.items(), key=lambda scored: -scored[1])[:width]
            live = {beginning: probable for beginning, probable in ranked if probable > best - worse}
        return found

    def _before_hearing(self) -> dict[tuple[int, ...], float]:
        """How probable each phrase is in silence: Whisper has read more of “again” than of “ease off”."""
        silence = np.random.default_rng(0).normal(0, 1e-4, 16_000).astype(np.float32)
        return self.probabilities(self._whisper.listened(silence), width=1_000, worse=np.inf)

    def _tokenised(self, phrases: Iterable[tuple[str, str]]) -> dict[tuple[int, ...], tuple[str, str]]:
        before = f"{self._call.strip().capitalize()}, " if self._call else ""
        return {
            self._whisper.tokens(f" {before}{spelt}"): (f"{before}{phrase}", name)
            for phrase, name in phrases
            for spelt in (phrase, phrase[0].upper() + phrase[1:])
        }


@dataclass(frozen=True, slots=True)
class Scored:
    """A command in one of its phrases: how probable that is, less a part of what was expected anyway."""

    command: str
    phrase: str
    score: float


def decided(ranked: list[Scored], text: str, probable: float, written: str | None) -> Scored | None:
    """The command that may be obeyed, if one may; `written` is the one that `text` is word by word."""
    if not ranked:
        return None
    best = ranked[0]
    if len(ranked) > 1 and best.score - ranked[1].score < (CLEAR if written else CLEARER):
        return None
    if written:
        return best if written == best.command else None
    return best if best.score >= probable + ABOVE and grammar.may_be(text, best.phrase) else None


def _tree(phrases: Iterable[tuple[int, ...]]) -> dict[tuple[int, ...], set[int]]:
    """Of each beginning of a phrase, the tokens it may go on with."""
    tree: dict[tuple[int, ...], set[int]] = {}
    for tokens in phrases:
        for place, token in enumerate(tokens):
            tree.setdefault(tokens[:place], set()).add(token)
    return tree
