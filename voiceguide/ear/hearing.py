"""The ear's core: from what the microphone hears and the loudspeaker plays to what was asked for.

There is no device and no clock in here: time is counted in samples.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voiceguide.ear import RATE
from voiceguide.ear.claps import APART_SECONDS, claps
from voiceguide.ear.echo import FRAME_SAMPLES, Echo, Int16, Mixed
from voiceguide.ear.segments import END_FRAMES, LEAD_FRAMES, LONGEST_FRAMES, Segments, Turn

CLAPPED = "clap clap"
CLAPPED_COMMAND = "READY"
MAX_PLAYED_SHARE = 0.3
"""The part of an utterance in which the loudspeaker may be heard: a chime may die away at its beginning."""

_FULL_SCALE = 32_768.0
_NOT_HEARD_DBFS = -100.0

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Understood:
    """What an utterance was understood as: a command's name, or None; what was heard; and how long recognition took."""

    command: str | None
    heard: str
    seconds: float = 0.0


Understand = Callable[[Samples, bool], "Future[Understood]"]
"""Understands an utterance: mono samples at RATE, full scale at 1, and whether the loudspeaker was heard in it."""


class Hearing:
    """Listens to one listener in one room. `understand` may take its time."""

    def __init__(self, understand: Understand) -> None:
        self.seconds = 0.0
        """How many seconds have been heard so far."""

        self._understand = understand
        self._echo = Echo()
        self._segments = Segments()
        self._rest = np.zeros(0, np.int16)
        self._kept: deque[tuple[Int16, bool]] = deque(maxlen=LEAD_FRAMES + LONGEST_FRAMES + END_FRAMES)
        self._power = 0.0
        self._draft: Future[Understood] | None = None
        self._answers: deque[Future[Understood]] = deque()
        self._claps: list[float] = []

    def played(self, pcm: bytes) -> None:
        """Take in what the loudspeaker is handed, as it is handed over: PCM, mono, 16 bit, at 22,050 Hz."""
        self._echo.played(pcm)

    def heard(self, samples: Int16) -> list[Understood]:
        """Take in what the microphone heard, mono at RATE, shape (n,); return what has been understood by now."""
        waiting = np.concatenate([self._rest, samples])
        whole = waiting.size // FRAME_SAMPLES * FRAME_SAMPLES
        self._rest = waiting[whole:]
        if whole:
            clean, mixed = self._echo.removed(waiting[:whole])
            for frame, who in zip(clean.reshape(-1, FRAME_SAMPLES), mixed, strict=True):
                self._next(frame, who)
        understood = []
        while self._answers and self._answers[0].done():
            understood.append(self._answers.popleft().result())
        return understood

    def _next(self, frame: Int16, who: Mixed) -> None:
        self.seconds += FRAME_SAMPLES / RATE
        self._kept.append((frame, who is not Mixed.LISTENER))
        power = float(np.mean(np.square(frame, dtype=np.float32))) / _FULL_SCALE**2
        self._power = (self._power + power) / 2
        level_dbfs = 10 * float(np.log10(self._power + 1e-12)) if who is not Mixed.ECHO else _NOT_HEARD_DBFS
        length_frames = self._segments.length_frames
        match self._segments.feed(level_dbfs):
            case Turn.DRAFT:
                samples, played = self._utterance(self._segments.length_frames)
                self._draft = None if claps(samples) else self._understand(samples, played)
            case Turn.RESUMED:
                self._forget_draft()
            case Turn.ENDED:
                self._ended(*self._utterance(length_frames + 1))
            case Turn.TOO_LONG:
                self._forget_draft()

    def _ended(self, samples: Samples, played: bool) -> None:
        found = claps(samples)
        if found and not played:  # what is left of a chime's echo sounds like a clap
            self._clapped([self.seconds - samples.size / RATE + at for at in found])
        else:
            self._claps = []
            if self._draft:
                self._answers.append(self._draft)
        self._draft = None

    def _clapped(self, times: list[float]) -> None:
        """Take two claps for a command, whether in one utterance or in two; a third one makes it applause."""
        self._claps = [at for at in self._claps if times[0] - at < 2 * APART_SECONDS[1]] + times
        if len(self._claps) == 2 and APART_SECONDS[0] <= self._claps[1] - self._claps[0] <= APART_SECONDS[1]:
            answer: Future[Understood] = Future()
            answer.set_result(Understood(CLAPPED_COMMAND, CLAPPED))
            self._answers.append(answer)

    def _forget_draft(self) -> None:
        if self._draft:
            self._draft.cancel()
        self._draft = None

    def _utterance(self, frames: int) -> tuple[Samples, bool]:
        """Return the last `frames`, full scale at 1, and whether the loudspeaker was heard after their lead."""
        kept = list(self._kept)[-frames:]
        samples = np.concatenate([frame for frame, _ in kept]).astype(np.float32) / np.float32(_FULL_SCALE)
        words = [played for _, played in kept[LEAD_FRAMES:]]
        return samples, sum(words) > MAX_PLAYED_SHARE * len(words)
