"""Scenes: somebody lies in a room, the guide talks, and the ear hears both, block by block, as it would live."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from rooms import EchoPath
from speakers import RATE, Samples
from streams import Guide

from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear.canceller import BLOCK
from voiceguide.ear.hearing import Hearing
from voiceguide.ear.keywords import Spotter
from voiceguide.ear.segments import DRAFT_FRAMES, END_FRAMES
from voiceguide.ear.understanding import Understanding
from voiceguide.ear.utterance import Understood, Utterance

DUCK_DB = -14.0
PORTION_FRAMES = 1_323
"""What a device asks for at a time: 60 ms."""

AGAIN_SECONDS = 1.5
"""When somebody who wasn't understood says it again."""

SPARE_SECONDS = (END_FRAMES - DRAFT_FRAMES) / 100
"""How long an answer may take before it delays anything."""

URGENT = ("STOP", "PAUSE", "EASE_OFF", "GO_ON")
ACTS = ("STOP", "NEXT", "BACK")
"""Commands that nobody may be taken to have given who has given another."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood, and the second at which it would have been printed."""

    understood: Understood
    at: float


class Scene:
    """A room with the ear in it; its recognizer answers at once, and the time it took is added to the answer's."""

    def __init__(
        self, understanding: Understanding, guide: Guide | None, path: EchoPath, noise: Samples, *, seed: int = 0
    ) -> None:
        self._understanding = understanding
        self.utterances: list[tuple[float, Utterance, Understood]] = []
        self.hearing = Hearing(self._understand, Spotter())
        self.duckings: list[float] = []
        self._guide = guide
        self._echo = path.heard(guide.samples, seed) if guide else np.zeros(0, np.float32)
        self._late = int(path.late_seconds * RATE)
        self._faster = 1 + path.drift_ppm * 1e-6
        self._noise = noise
        self._handed = 0
        self._gain = 1.0
        self._gains = np.ones(0, np.float32)
        self._samples = 0

    @property
    def seconds(self) -> float:
        return self._samples / RATE

    def _understand(self, utterance: Utterance) -> Future[Understood]:
        answer: Future[Understood] = Future()
        understood = self._understanding.of(utterance)
        self.utterances.append((self.seconds, utterance, understood))
        answer.set_result(understood)
        return answer

    def block(self, words: Samples) -> list[Answer]:
        """Let 20 ms pass in which somebody says `words`; return what was understood by then."""
        self._play()
        first, last = self._samples, self._samples + BLOCK
        mic = words + np.take(self._noise, np.arange(first, last), mode="wrap")
        if first < self._echo.size:
            echo = self._echo[first:last]
            ducked = self._gains[np.maximum(np.arange(first, first + echo.size) - self._late, 0)]
            mic[: echo.size] += echo * ducked
        self._samples = last
        pcm = np.clip(np.rint(mic * 32_768), -32_768, 32_767).astype(np.int16)
        before = self.hearing.talking
        found = self.hearing.heard(pcm)
        if self.hearing.talking and not before:
            self.duckings.append(self.seconds)
        return [Answer(one, self.seconds + max(0.0, one.seconds - SPARE_SECONDS)) for one in found]

    def _play(self) -> None:
        """Hand the loudspeaker what it plays next, more softly while somebody talks."""
        wanted = 10 ** (DUCK_DB / 20) if self.hearing.talking else 1.0
        self._gain += (wanted - self._gain) * (0.5 if wanted < self._gain else 0.1)
        if self._gains.size < self._samples + BLOCK:
            self._gains = np.concatenate([self._gains, np.full(RATE, self._gain, np.float32)])
        self._gains[self._samples : self._samples + RATE] = self._gain
        if not self._guide:
            return
        while self._handed / PLAYED_RATE <= self.seconds * self._faster and 2 * self._handed < len(self._guide.pcm):
            pcm = self._guide.pcm[2 * self._handed : 2 * (self._handed + PORTION_FRAMES)]
            softer = np.frombuffer(pcm, "<i2").astype(np.float32) * np.float32(self._gain)
            start = self._handed / PLAYED_RATE
            self.hearing.played(np.rint(softer).astype("<i2").tobytes(), self._guide.says(start, start + 0.06))
            self._handed += PORTION_FRAMES


@dataclass(slots=True)
class Score:
    """What became of the commands that were said; `again` are those that were understood the second time."""

    first: int = 0
    again: int = 0
    mistaken: int = 0
    missed: int = 0
    extra: int = 0
    acted: int = 0
    minutes: float = 0.0
    duckings: int = 0
    latencies: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    urgent: Counter[str] = field(default_factory=Counter)
    urgent_said: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in Score.__slots__))

    @property
    def said(self) -> int:
        return self.first + self.again + self.mistaken + self.missed

    @property
    def row(self) -> str:
        late = sorted(self.latencies) or [0.0]
        share, both = (100 * count / max(1, self.said) for count in (self.first, self.first + self.again))
        words = ", ".join(f"{self.urgent[name]}/{self.urgent_said[name]}" for name in URGENT)
        return (
            f"{self.said} | {share:.0f} % | {both:.0f} % | {words} | {self.mistaken} | {self.extra} | "
            f"{self.duckings} | {median(late):.2f} | {late[int(0.95 * (len(late) - 1))]:.2f}"
        )


class Listener:
    """Somebody in a scene who says commands, and says them once more if they weren't understood."""

    def __init__(self, scene: Scene, draw: random.Random) -> None:
        self.score = Score()
        self._scene = scene
        self._draw = draw

    def say_all(self, words: Sequence[tuple[Samples, str, str]], lead: float) -> Score:
        """Say each of the `words` (its samples, command and phrase); return what became of them."""
        self._count_extra(self._listen(lead))
        for samples, command, phrase in words:
            self.score.urgent_said[command] += 1
            if not self._say(samples, command, phrase, again=False):
                self._say(samples, command, phrase, again=True)
            self._count_extra(self._listen(self._draw.uniform(0.3, 1.2)))
        self.score.minutes, self.score.duckings = self._scene.seconds / 60, len(self._scene.duckings)
        return self.score

    def _say(self, samples: Samples, command: str, phrase: str, *, again: bool) -> bool:
        """Say a command and wait; return whether that is the end of it, or it is worth saying again."""
        answers = []
        for start in range(0, samples.size, BLOCK):
            part = samples[start : start + BLOCK]
            answers += self._scene.block(np.pad(part, (0, BLOCK - part.size)))
        end = self._scene.seconds
        answers += self._listen(AGAIN_SECONDS)
        obeyed = [answer for answer in answers if answer.understood.command]
        heard = " / ".join(answer.understood.heard for answer in answers) or "(nothing)"
        if not obeyed:
            self.score.wrong[f"{phrase} → {heard}"] += 1
            self.score.missed += again or not self._scene.hearing.talking
            return not self._scene.hearing.talking
        first = obeyed[0]
        if first.understood.command != command:
            self.score.mistaken += 1
            self.score.acted += first.understood.command in ACTS
            self.score.wrong[f"{phrase} → {first.understood.command} ({heard})"] += 1
            return True
        self.score.latencies.append(first.at - end)
        self.score.urgent[command] += 1
        self._count_extra(obeyed[1:])
        if again:
            self.score.again += 1
        else:
            self.score.first += 1
        return True

    def _listen(self, seconds: float) -> list[Answer]:
        answers: list[Answer] = []
        end = self._scene.seconds + seconds
        while self._scene.seconds < end:
            answers += self._scene.block(np.zeros(BLOCK, np.float32))
        return answers

    def _count_extra(self, answers: Iterable[Answer]) -> None:
        found = [one.understood for one in answers if one.understood.command]
        extra = [f"extra: {one.command} ({one.heard})" for one in found]
        self.score.extra += len(extra)
        self.score.wrong.update(extra)


def overheard(scene: Scene, words: Samples, seconds: float) -> list[str]:
    """Let somebody say `words` that aren't meant for the guide; return what was obeyed all the same, and when."""
    answers: list[Answer] = []
    for start in range(0, int(seconds * RATE), BLOCK):
        part = words[start : start + BLOCK]
        answers += scene.block(np.pad(part, (0, BLOCK - part.size)))
    commands = [answer for answer in answers if answer.understood.command]
    return [f"{answer.understood.command} ({answer.understood.heard}, {answer.at:.0f} s)" for answer in commands]


def together(scores: Iterable[Score]) -> Score:
    return sum(scores, Score())
