"""The ear's core: from what the microphone hears and the loudspeaker plays to what was asked for.

There is no device and no clock in here: time is counted in samples.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from voiceguide.ear import RATE, grammar
from voiceguide.ear.attention import Attention
from voiceguide.ear.canceller import BLOCK, Samples
from voiceguide.ear.claps import APART_SECONDS, claps
from voiceguide.ear.echo import Block, Echo
from voiceguide.ear.keywords import Spotter
from voiceguide.ear.segments import END_FRAMES, FRAME_MS, LEAD_FRAMES, LONGEST_FRAMES, Segments, Turn

CLAPPED = "clap clap"
CLAPPED_COMMAND = "READY"
OUTCRY = "OUTCRY"

MAX_PLAYED_SHARE = 0.3
"""The part of an utterance in which the loudspeaker may be heard: a chime may die away at its beginning."""

Int16 = npt.NDArray[np.int16]

_FULL_SCALE = np.float32(32_768)
_BLOCK_FRAMES = BLOCK * 1000 // RATE // FRAME_MS
_KEPT_BLOCKS = (LEAD_FRAMES + LONGEST_FRAMES + END_FRAMES) // _BLOCK_FRAMES + 1
URGENT = tuple(phrase for name in ("STOP", "PAUSE", "EASE_OFF") for phrase in grammar.ENGLISH[name])
WEAK = 0.3
"""How probable one of the phrases that are not to be missed has to be for the guide to lower its voice and listen."""

_SPOT_BLOCKS = 60
"""How much is looked at when a command is spotted in the midst of other sound: 1.2 s."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What may be a command.

    `samples` are mono at RATE, full scale at 1. `likely` are the probabilities of the phrases that the keyword network
    holds possible; `echo` is the share of the sound that is probably left of an echo, from 0 to 1, and `says` are the
    lines of the guide's that may be heard in it. One that was `spotted` is a piece of a longer sound.
    """

    samples: Samples
    likely: Mapping[str, float] = field(default_factory=dict)
    echo: float = 0.0
    says: frozenset[str] = frozenset()
    spotted: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """What an utterance was understood as: a command's name, or None; what was heard; and how long recognition took."""

    command: str | None
    heard: str
    seconds: float = 0.0


Understand = Callable[[Utterance], "Future[Understood]"]


class Hearing:
    """Listens to one listener in one room. `understand` may take its time; without a `spotter` there is no ducking."""

    def __init__(self, understand: Understand, spotter: Spotter | None = None) -> None:
        self.seconds = 0.0
        """How many seconds have been heard so far."""

        self._understand = understand
        self._spotter = spotter
        self._echo = Echo()
        self._attention = Attention()
        self._segments = Segments()
        self._rest = np.zeros(0, np.int16)
        self._kept: deque[Block] = deque(maxlen=_KEPT_BLOCKS)
        self._likely: deque[Mapping[str, float]] = deque(maxlen=_KEPT_BLOCKS)
        self._power = 0.0
        self._draft: Future[Understood] | None = None
        self._answers: deque[Future[Understood]] = deque()
        self._claps: list[float] = []
        self._busy_blocks = 0

    @property
    def talking(self) -> bool:
        """Whether somebody seems to talk to the guide while it talks itself."""
        return self._attention.talking

    def played(self, pcm: bytes, says: tuple[str, ...] = ()) -> None:
        """Take in what the loudspeaker is handed, as it is handed over, and the lines that are said in it.

        It is PCM, mono, 16 bit, at 22,050 Hz.
        """
        self._echo.played(pcm, says)

    def heard(self, samples: Int16) -> list[Understood]:
        """Take in what the microphone heard, mono at RATE, shape (n,); return what has been understood by now."""
        waiting = np.concatenate([self._rest, samples])
        whole = waiting.size // BLOCK * BLOCK
        self._rest = waiting[whole:]
        for block in waiting[:whole].reshape(-1, BLOCK):
            self._next(self._echo.removed(block.astype(np.float32) / _FULL_SCALE))
        understood = []
        while self._answers and self._answers[0].done():
            answer = self._answers.popleft().result()
            self._attention.answered(answer.command is not None)
            understood.append(answer)
        return understood

    def _next(self, block: Block) -> None:
        self.seconds += BLOCK / RATE
        self._kept.append(block)
        likely = self._spotted(block)
        self._likely.append(likely)
        for half in block.samples.reshape(_BLOCK_FRAMES, -1):
            self._power = (self._power + float(np.mean(np.square(half))) * block.listener) / 2
            self._turn(_dbfs(self._power))
        if self._attention.feed(
            _dbfs(self._power),
            self._segments.floor_dbfs,
            over=block.over and not block.learning,
            keyword=any(likely.get(phrase, 0.0) > WEAK for phrase in URGENT),
        ):
            self._answer(Understood(OUTCRY, "…"))

    def _spotted(self, block: Block) -> Mapping[str, float]:
        """Return the phrases that may just have been said, if anybody has said anything."""
        if not self._spotter:
            return {}
        self._busy_blocks = _SPOT_BLOCKS if self._segments.length_frames else max(0, self._busy_blocks - 1)
        return self._spotter.feed(block.samples, wanted=self._busy_blocks > 0)

    def _turn(self, level_dbfs: float) -> None:
        length_frames = self._segments.length_frames
        match self._segments.feed(level_dbfs):
            case Turn.DRAFT:
                utterance = self._utterance(self._segments.length_frames)
                self._draft = None if claps(utterance.samples) else self._understand(utterance)
            case Turn.RESUMED:
                self._forget_draft()
            case Turn.ENDED:
                self._ended(self._utterance(length_frames + 1))
            case Turn.TOO_LONG:
                self._forget_draft()

    def _ended(self, utterance: Utterance) -> None:
        found = claps(utterance.samples)
        if found and utterance.echo < MAX_PLAYED_SHARE:  # what is left of a chime's echo sounds like a clap
            self._clapped([self.seconds - utterance.samples.size / RATE + at for at in found])
        else:
            self._claps = []
            if self._draft:
                self._answers.append(self._draft)
        self._draft = None

    def _clapped(self, times: list[float]) -> None:
        """Take two claps for a command, whether in one utterance or in two; a third one makes it applause."""
        self._claps = [at for at in self._claps if times[0] - at < 2 * APART_SECONDS[1]] + times
        if len(self._claps) == 2 and APART_SECONDS[0] <= self._claps[1] - self._claps[0] <= APART_SECONDS[1]:
            self._answer(Understood(CLAPPED_COMMAND, CLAPPED))

    def _answer(self, understood: Understood) -> None:
        answer: Future[Understood] = Future()
        answer.set_result(understood)
        self._answers.append(answer)

    def _forget_draft(self) -> None:
        if self._draft:
            self._draft.cancel()
        self._draft = None

    def _utterance(self, frames: int) -> Utterance:
        """Return what was heard in the last `frames`, with the lead before it."""
        blocks = list(self._kept)[-math.ceil(frames / _BLOCK_FRAMES) :]
        words = blocks[LEAD_FRAMES // _BLOCK_FRAMES :]
        likely: dict[str, float] = {}
        for one in list(self._likely)[-len(words) :]:
            likely |= {phrase: max(one[phrase], likely.get(phrase, 0.0)) for phrase in one}
        power = sum(block.power for block in words)
        known = not any(block.learning for block in words)
        left = sum(block.power * (1 - block.listener) for block in words)
        return Utterance(
            np.concatenate([block.samples for block in blocks]),
            likely,
            (left / power if known and power else 1.0) if any(block.over for block in words) else 0.0,
            frozenset().union(*(block.says for block in blocks)),
        )


def _dbfs(power: float) -> float:
    return 10 * float(np.log10(power + 1e-12))
