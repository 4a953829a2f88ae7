"""The ear's core: from what the microphone hears and the loudspeaker plays to what was asked for.

There is no device and no clock in here: time is counted in samples.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from voiceguide.ear import RATE, grammar
from voiceguide.ear.attention import SHOUT_DB, Attention
from voiceguide.ear.canceller import BLOCK
from voiceguide.ear.claps import APART_SECONDS, claps
from voiceguide.ear.echo import Block, Echo
from voiceguide.ear.own_words import any_says
from voiceguide.ear.segments import END_FRAMES, FRAME_MS, LEAD_FRAMES, LONGEST_FRAMES, Segments, Turn
from voiceguide.ear.utterance import Understand, Understood, Utterance

if TYPE_CHECKING:
    from voiceguide.ear.keywords import Spotter

CLAPPED = "clap clap"
CLAPPED_COMMAND = "READY"
OUTCRY = "OUTCRY"

Int16 = npt.NDArray[np.int16]

_FULL_SCALE = np.float32(32_768)
_BLOCK_FRAMES = BLOCK * 1000 // RATE // FRAME_MS
_BUSY_BLOCKS = 60
"""For how long after an utterance phrases are looked for: 1.2 s."""

_KEPT_BLOCKS = (LEAD_FRAMES + LONGEST_FRAMES + END_FRAMES) // _BLOCK_FRAMES + 1
URGENT = ("STOP", "PAUSE", "EASE_OFF")
_URGENT_PHRASES = tuple(phrase for name in URGENT for phrase in grammar.ENGLISH[name])
WEAK = 0.3
"""How probable one of the phrases that are not to be missed has to be for the guide to lower its voice and listen."""

TWICE_SECONDS = 5.0
"""What wasn't clear the first time is said again within this time."""

SPOTTED = 0.6
SPOT_LATER_BLOCKS = 12
SPOT_FRAMES = 150
"""How probable a phrase has to be for a closer look in noise, how long to wait for a pause first, and at how much."""

LISTENER_SHARE = 0.25
CLEAR_SHARE = 0.5
"""A block in which an echo explains all but this share of the sound isn't a listener's; from the other on, it clearly
is."""

SILENT_DBFS = -120.0

ECHO_GAIN = 0.2
"""How much of such a block a recognizer is given."""

MOSTLY_ECHO = 0.3
"""An utterance of which an echo explains more than this isn't a listener's either: of one that is, hardly any is."""

SHORTEST_BLOCKS = 10
"""A phrase that was over sooner than this after an utterance had begun was said before it: 0.2 s."""

SAME_SECONDS = 0.7
SPOTTED_SECONDS = 2.0
"""Two commands that end within this time are the same one; the second is for one that was spotted."""

LOUDEST_SAMPLES = RATE // 5


@dataclass(frozen=True, slots=True)
class _Asked:
    """An utterance that is being understood, and the second at which it ended."""

    utterance: Utterance
    ended: float
    answer: Future[Understood]


class Hearing:
    """Listens to one listener in one room. `understand` may take its time; `spotter` is a second opinion."""

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
        self._draft: _Asked | None = None
        self._asked: deque[_Asked] = deque()
        self._claps: list[float] = []
        self._spot_blocks = 0
        self._busy_blocks = 0
        self._obeyed: tuple[_Asked, str] | None = None
        self._almost: tuple[str | None, float] = None, -np.inf

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
        while self._asked and self._asked[0].answer.done():
            understood += self._answered(self._asked.popleft())
        return understood

    def _answered(self, asked: _Asked) -> list[Understood]:
        """Return what came of an utterance: nothing if it is a part of what was just obeyed."""
        answer = self._twice(asked, asked.answer.result())
        if answer.command:
            again = self._is_same(asked, answer.command)
            self._obeyed = asked, answer.command
            self._attention.answered(_loudness_dbfs(asked.utterance) if asked.utterance.samples.size else None)
            return [] if again else [answer]
        if asked.utterance.over and _loudness_dbfs(asked.utterance) > self._attention.usual_dbfs + SHOUT_DB:
            return [Understood(OUTCRY, answer.heard, answer.seconds)]
        return [answer]

    def _is_same(self, asked: _Asked, command: str) -> bool:
        """Tell whether a command has just been obeyed: in noise, an utterance may go on after it was spotted."""
        if self._obeyed is None:
            return False
        before, obeyed = self._obeyed
        passed = asked.ended - before.ended
        spotted = before.utterance.spotted or asked.utterance.spotted
        return passed < SAME_SECONDS or (spotted and command == obeyed and passed < SPOTTED_SECONDS)

    def _twice(self, asked: _Asked, answer: Understood) -> Understood:
        """Return a command that was almost understood twice: whoever isn't understood says it again.

        If these are two different ones that are not to be missed, something is wrong.
        """
        before, at = self._almost
        self._almost = (None, -np.inf) if answer.command else (answer.almost, asked.ended)
        if answer.almost is None or before is None or not SAME_SECONDS < asked.ended - at < TWICE_SECONDS:
            return answer
        if before == answer.almost:
            return replace(answer, command=before)
        return replace(answer, command=OUTCRY) if {before, answer.almost} <= set(URGENT) else answer

    def _next(self, block: Block) -> None:
        self.seconds += BLOCK / RATE
        self._kept.append(block)
        likely = self._spotted(block)
        self._likely.append(likely)
        is_echo = block.listener < LISTENER_SHARE
        for half in block.samples.reshape(_BLOCK_FRAMES, -1):
            power = 0.0 if is_echo else float(np.mean(np.square(half))) * block.listener
            self._power = (self._power + power) / 2
            self._turn(_dbfs(self._power), is_echo)
        self._look_closer(likely)
        if self._attention.feed(
            _dbfs(block.power * block.listener) if block.listener > CLEAR_SHARE else SILENT_DBFS,
            self._segments.floor_dbfs,
            over=block.over and not block.learning,
            keyword=self._is_urgent(likely, block.says),
        ):
            self._tell(Understood(OUTCRY, "…"))

    def _is_urgent(self, likely: Mapping[str, float], says: frozenset[str]) -> bool:
        """Tell whether one of the commands that are not to be missed may just have been said."""
        return any(likely.get(phrase, 0.0) > WEAK and not any_says(says, phrase) for phrase in _URGENT_PHRASES)

    def _look_closer(self, likely: Mapping[str, float]) -> None:
        """Have a command understood that is followed by other sound, so that its utterance doesn't end with it."""
        if self._spot_blocks:
            self._spot_blocks -= 1
            if self._draft or not self._segments.in_noise:
                self._spot_blocks = 0
            elif not self._spot_blocks:
                asked = self._ask(replace(self._utterance(SPOT_FRAMES), spotted=True))
                self._asked.extend([asked] if asked else [])
        elif any(probability > SPOTTED for probability in likely.values()):
            self._spot_blocks = SPOT_LATER_BLOCKS

    def _spotted(self, block: Block) -> Mapping[str, float]:
        """Return the phrases that may just have been said, if anybody has said anything."""
        if not self._spotter:
            return {}
        self._busy_blocks = _BUSY_BLOCKS if self._segments.length_frames else max(0, self._busy_blocks - 1)
        return self._spotter.feed(block.samples, wanted=self._busy_blocks > 0)

    def _turn(self, level_dbfs: float, is_echo: bool) -> None:
        length_frames = self._segments.length_frames
        match self._segments.feed(level_dbfs, is_noise=not is_echo):
            case Turn.DRAFT:
                utterance = self._utterance(self._segments.length_frames)
                self._draft = self._ask(utterance)
            case Turn.RESUMED:
                self._forget_draft()
            case Turn.ENDED:
                self._ended(self._utterance(length_frames + 1))
            case Turn.TOO_LONG:
                self._forget_draft()

    def _ended(self, utterance: Utterance) -> None:
        found = claps(utterance.samples)
        if found and utterance.echo < MOSTLY_ECHO:  # what is left of a chime's echo sounds like a clap
            self._clapped([self.seconds - utterance.samples.size / RATE + at for at in found])
        else:
            self._claps = []
            if self._draft:
                self._asked.append(self._draft)
        self._draft = None

    def _ask(self, utterance: Utterance) -> _Asked | None:
        if claps(utterance.samples) or utterance.echo > MOSTLY_ECHO:
            return None
        return _Asked(utterance, self.seconds, self._understand(utterance))

    def _clapped(self, times: list[float]) -> None:
        """Take two claps for a command, whether in one utterance or in two; a third one makes it applause."""
        self._claps = [at for at in self._claps if times[0] - at < 2 * APART_SECONDS[1]] + times
        if len(self._claps) == 2 and APART_SECONDS[0] <= self._claps[1] - self._claps[0] <= APART_SECONDS[1]:
            self._tell(Understood(CLAPPED_COMMAND, CLAPPED))

    def _tell(self, understood: Understood) -> None:
        answer: Future[Understood] = Future()
        answer.set_result(understood)
        self._asked.append(_Asked(Utterance(np.zeros(0, np.float32)), self.seconds, answer))

    def _forget_draft(self) -> None:
        if self._draft:
            self._draft.answer.cancel()
        self._draft = None

    def _utterance(self, frames: int) -> Utterance:
        """Return what was heard in the last `frames`, with the lead before it."""
        blocks = list(self._kept)[-math.ceil(frames / _BLOCK_FRAMES) :]
        words = blocks[LEAD_FRAMES // _BLOCK_FRAMES :]
        likely: dict[str, float] = {}
        for one in list(self._likely)[SHORTEST_BLOCKS - len(words) :]:
            likely |= {phrase: max(one[phrase], likely.get(phrase, 0.0)) for phrase in one}
        power = sum(block.power for block in words)
        known = not any(block.learning for block in words)
        over = any(block.over for block in words)
        left = sum(block.power * (1 - block.listener) for block in words)
        return Utterance(
            np.concatenate([block.samples * _gain(block) for block in blocks]),
            likely if self._spotter else None,
            left / power if over and power else 0.0,
            over,
            frozenset().union(*(block.says for block in blocks)),
            noisy=(over and known) or self._segments.in_noise,
        )


def _gain(block: Block) -> np.float32:
    """Return what a block is multiplied by: what is hardly more than an echo is no part of the words."""
    return np.float32(1.0 if block.listener > LISTENER_SHARE else ECHO_GAIN)


def _loudness_dbfs(utterance: Utterance) -> float:
    """Return the level of the loudest fifth of a second."""
    if utterance.samples.size < LOUDEST_SAMPLES:
        return -120.0
    power = np.convolve(np.square(utterance.samples), np.ones(LOUDEST_SAMPLES) / LOUDEST_SAMPLES, "valid")
    return _dbfs(float(power.max()) * (1 - utterance.echo))


def _dbfs(power: float) -> float:
    return 10 * float(np.log10(power + 1e-12))
