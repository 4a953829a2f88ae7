"""From an utterance to a command: two recognizers say how probable each phrase is, and the best has to stand out.

By itself, Whisper writes down what it heard, which can be anything if “slower” was unclear. How probable it finds
“slower” in the same sound tells more, and how probable the keyword network finds it is added to that. To be obeyed, a
command has to stand out against what Whisper writes, and against any other command. Probabilities are natural
logarithms.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from voiceguide.ear import RATE, grammar
from voiceguide.ear.own_words import any_says
from voiceguide.ear.utterance import Understood, Utterance
from voiceguide.ear.whisper import Encoded, Whisper

PRIOR = 0.65
"""How much of a phrase's log probability in silence, which Whisper expects anyway, is taken off its score."""

WEIGHT = 1.5
NEVER = 0.03
"""How much the logarithm of the keyword network's odds counts, and what they are limited by: nothing is impossible."""

WRITTEN = 1.5
"""What is added to the score of the command that Whisper wrote."""

MARGIN = 8.5
NOISY_MARGIN = 5.5
"""How far a command's score has to be above the log probability of what Whisper wrote; less over noise or the guide,
and if Whisper wrote just that."""

TWICE = 3.0
"""If a command is said twice, how much less is enough each time."""

LEAD = 1.5
LEADS = {"NEXT": 3.0, "BACK": 3.0}
"""How far it has to be ahead of any other command's: further if it leads away from where the listener is."""

LEADING_AWAY = ("STOP", "NEXT", "BACK")
CLEAR_ECHO = 0.1
"""What leads away has to be written by Whisper, or said twice, if an echo explains more than this of the utterance."""

RHYMES = ("quit",)
"""What only counts if Whisper writes it: it sounds like “wait”, and ends the session."""

LONE_WRITTEN = 10.0
LONE_LEAD = 2.5
"""The same where there is no keyword network."""

NONSENSE = -6.0
"""What is written with a lower log probability than this is nonsense, and counts as if it were this probable."""

UNRANKED = -6.0
_UNRANKED_LEAD = 1.0
"""How a command is scored that Whisper didn't follow up: so, or by this much less than the last one that it did."""

SURE = 0.9
"""How probable the keyword network has to hold a command that Whisper hears in the midst of many words."""

MORE_WORDS = 2
MAX_WORDS = 7
"""A text of so many words more than a command, or of so many, is seldom taken for a mishearing of one."""

_BEAM_WIDTH = 8
_BEAM_DEPTH = 7.0
_BATCH = 8
"""How many beginnings of phrases are followed up, how far below the best they may be, and how many at a time."""


class Understanding:
    """The recognizer and the phrases it listens for; with `call`, each begins with that name.

    Raises UsageError if its weights can't be used.
    """

    def __init__(self, language: str = "en", call: str | None = None, threads: int = 2) -> None:
        self._whisper = Whisper(threads)
        self._language = language
        self._call = call
        # A name is scored as a part of every phrase: how Whisper spells it when it writes is anybody's guess.
        self._phrases = self._tokenised(grammar.phrases(language))
        self._commands = dict(grammar.phrases(language))
        self._beginnings = _tree(self._phrases)
        self._expected: dict[tuple[int, ...], float] = {}
        self._expected = self._before_hearing()

    def of(self, utterance: Utterance) -> Understood:
        """Understand an utterance. What may be the guide's own words is none of the listener's commands."""
        began = time.perf_counter()
        encoded = self._whisper.listened(utterance.samples)
        text, log_probability = self._whisper.written(encoded)
        written = grammar.command(self._rest(text) or "", self._language)
        found = None
        if written or utterance.likely or grammar.word_count(text) <= MAX_WORDS:  # anything else isn't worth the work
            likely = self._by_command(utterance.likely)
            opinions = Opinions(self.scored(encoded), text, log_probability, written, likely)
            found = decided(opinions, noisy=utterance.noisy)
            if found and found.command in LEADING_AWAY and found.command != written and utterance.echo > CLEAR_ECHO:
                found = replace(found, clear=False)
        if found and any_says(utterance.says, found.phrase):
            found = None
        seconds = time.perf_counter() - began
        if found and found.clear:
            return Understood(found.command, found.phrase, seconds)
        return Understood(None, text, seconds, found.command if found else None)

    def _by_command(self, likely: Mapping[str, float] | None) -> dict[str, float] | None:
        """Return how probable each command is, from the probabilities of its phrases."""
        if likely is None:
            return None
        added: dict[str, float] = {}
        for phrase, probability in likely.items():
            name = self._commands.get(phrase)
            if name:
                added[name] = min(1.0, added.get(name, 0.0) + probability)
        return added

    def _rest(self, text: str) -> str | None:
        return grammar.called(text, self._call) if self._call else text

    def scored(self, encoded: Encoded) -> list[Scored]:
        """Return the commands that are worth considering, the best first, each in the best of its phrases."""
        best: dict[str, Scored] = {}
        for tokens, log_probability in self.probabilities(encoded).items():
            phrase, name = self._phrases[tokens]
            found = Scored(name, phrase, log_probability - PRIOR * self._expected.get(tokens, 0.0))
            if name not in best or best[name].score < found.score:
                best[name] = found
        return sorted(best.values(), key=lambda found: -found.score)

    def probabilities(
        self, encoded: Encoded, width: int = _BEAM_WIDTH, depth: float = _BEAM_DEPTH
    ) -> dict[tuple[int, ...], float]:
        """Return the log probability of each phrase, by its tokens, as far as it was worth following up."""
        live: dict[tuple[int, ...], float] = {(): 0.0}
        found: dict[tuple[int, ...], float] = {}
        while live:
            longer: dict[tuple[int, ...], float] = {}
            following = (
                after for some in _batched(list(live), _BATCH) for after in self._whisper.following(encoded, some)
            )
            for (beginning, log_probability), after in zip(live.items(), following, strict=True):
                if beginning in self._phrases:
                    found[beginning] = log_probability + float(np.logaddexp.reduce(after[self._whisper.ends]))
                for token in self._beginnings.get(beginning, ()):
                    longer[*beginning, token] = log_probability + float(after[token])
            best = max([*longer.values(), *found.values()])
            ranked = sorted(longer.items(), key=lambda scored: -scored[1])[:width]
            live = {
                beginning: log_probability for beginning, log_probability in ranked if log_probability > best - depth
            }
        return found

    def _before_hearing(self) -> dict[tuple[int, ...], float]:
        """Return the log probability of each phrase in silence: Whisper has read “again” more often than “ease off”."""
        silence = np.random.default_rng(0).normal(0, 1e-4, RATE).astype(np.float32)
        return self.probabilities(self._whisper.listened(silence), width=1_000, depth=np.inf)

    def _tokenised(self, phrases: Iterable[tuple[str, str]]) -> dict[tuple[int, ...], tuple[str, str]]:
        before = f"{self._call.strip().capitalize()}, " if self._call else ""
        return {
            self._whisper.tokens(f" {before}{spelt}"): (f"{before}{phrase}", name)
            for phrase, name in phrases
            for spelt in (phrase, phrase[0].upper() + phrase[1:])
        }


@dataclass(frozen=True, slots=True)
class Scored:
    """A command in one of its phrases, and its score: the log probability, less PRIOR times that in silence."""

    command: str
    phrase: str
    score: float


@dataclass(frozen=True, slots=True)
class Opinions:
    """What Whisper and the keyword network make of an utterance.

    `ranked` are Whisper's commands, the best first; `text` is what it wrote, with its log probability; `written` is the
    command that this is word for word, if any; `likely` is how probable the network holds each command, None if there
    is no network.
    """

    ranked: list[Scored]
    text: str
    log_probability: float
    written: str | None
    likely: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A command and the phrase that it was in; if it isn't `clear`, it only counts if it is said again."""

    command: str
    phrase: str
    clear: bool


def decided(opinions: Opinions, *, noisy: bool = False) -> Found | None:
    """Return the command that has been said, or None; `noisy` is whether something else could be heard as well."""
    ranked = _ranked(opinions)
    if not ranked:
        return None
    best = ranked[0]
    lead = LONE_LEAD if opinions.likely is None else LEADS.get(best.command, LEAD)
    if len(ranked) > 1 and best.score - ranked[1].score < lead:
        return None
    if opinions.written != best.command and best.phrase in RHYMES:
        return None
    if opinions.written != best.command and _is_talk(opinions, best, noisy=noisy):
        return None
    margin = NOISY_MARGIN if noisy or opinions.written == best.command else MARGIN
    above = best.score - max(opinions.log_probability, NONSENSE)
    return Found(best.command, best.phrase, above > margin) if above > margin - TWICE else None


def _is_talk(opinions: Opinions, best: Scored, *, noisy: bool) -> bool:
    """Tell whether the command is one word among others; over the guide, Whisper may have heard those of the guide."""
    words = grammar.word_count(opinions.text)
    if words <= grammar.word_count(best.phrase) + MORE_WORDS:
        return False
    return (opinions.likely or {}).get(best.command, 0.0) < SURE or (words > MAX_WORDS and not noisy)


def _ranked(opinions: Opinions) -> list[Scored]:
    """Return the commands in the order of both opinions' probability, the best first."""
    scored = {one.command: one for one in opinions.ranked}
    last = min((one.score for one in opinions.ranked), default=0.0)
    for name in opinions.likely or ():
        scored.setdefault(name, Scored(name, name, min(last - _UNRANKED_LEAD, UNRANKED)))
    added = (replace(one, score=one.score + _second_opinion(opinions, one.command)) for one in scored.values())
    return sorted(added, key=lambda one: -one.score)


def _second_opinion(opinions: Opinions, command: str) -> float:
    written = command == opinions.written
    if opinions.likely is None:
        return LONE_WRITTEN if written else 0.0
    likely = opinions.likely.get(command, 0.0)
    odds = (likely + NEVER) / (1 - likely + NEVER)
    return WEIGHT * float(np.log(odds)) + (WRITTEN if written else 0.0)


def _batched(beginnings: list[tuple[int, ...]], size: int) -> Iterator[list[tuple[int, ...]]]:
    for first in range(0, len(beginnings), size):
        yield beginnings[first : first + size]


def _tree(phrases: Iterable[tuple[int, ...]]) -> dict[tuple[int, ...], set[int]]:
    """Return, for each beginning of a phrase, the tokens that may come next."""
    tree: dict[tuple[int, ...], set[int]] = {}
    for tokens in phrases:
        for index, token in enumerate(tokens):
            tree.setdefault(tokens[:index], set()).add(token)
    return tree
