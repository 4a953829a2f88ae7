"""Where an utterance begins and ends, from the level of each 10 ms and nothing else."""

from __future__ import annotations

from enum import Enum

FRAME_MS = 10
LEAD_FRAMES = 30
"""What is kept from before an utterance, so that a soft first sound isn't lost."""

ONSET_DB = 8.0
"""How far above the noise a sound has to be to be speech."""

END_DB = 5.0
PEAK_DB = 20.0
"""What is this far below an utterance's peak isn't part of it, even if it is above the noise."""

QUIETEST_DBFS = -62.0
"""Nothing below this is speech, however quiet the room is."""

ONSET_WINDOW = 6
ONSET_FRAMES = 4
"""So many frames of the window have to be loud; a clap has as many, with its echo."""

DRAFT_FRAMES = 18
"""Silence after which an utterance is probably over, and is looked at."""

END_FRAMES = 42
"""Silence after which it is over: a sentence has shorter gaps, and its parts would be taken for commands."""

LONGEST_FRAMES = 400
"""An utterance that is longer is no command, whatever is said in it."""

_IDLE_RISE_DB = 0.10
_BUSY_RISE_DB = 0.03
_FALL_DB = 0.20


class Turn(Enum):
    """What a frame changes."""

    DRAFT = "the utterance may be over"
    RESUMED = "it was not"
    ENDED = "it is over"
    TOO_LONG = "it is over, and was too long to matter"


class Segments:
    """Fed with one level after the other; says when an utterance turns."""

    def __init__(self) -> None:
        self.length = 0
        """Frames since the utterance began, those before it included; 0 while there is none."""

        self.floor = -50.0
        """The noise, in dBFS."""

        self._recent = [False] * ONSET_WINDOW
        self._peak = -200.0
        self._quiet = 0
        self._loud = 0

    def feed(self, level: float) -> Turn | None:
        """`level` of the next frame, in dBFS."""
        self._follow_noise(level)
        if not self.length:
            self._recent = [*self._recent[1:], level > max(self.floor + ONSET_DB, QUIETEST_DBFS)]
            if sum(self._recent) >= ONSET_FRAMES:
                self.length, self._peak, self._quiet, self._loud = ONSET_WINDOW + LEAD_FRAMES, level, 0, 0
            return None
        self.length += 1
        return self._inside(level)

    def _inside(self, level: float) -> Turn | None:
        self._peak = max(self._peak, level)
        drafted = self._quiet >= DRAFT_FRAMES
        if level > max(self.floor + END_DB, self._peak - PEAK_DB, QUIETEST_DBFS):
            self._loud += 1
        else:
            self._loud = 0
        # A single loud frame is a click, or the noise.
        self._quiet = 0 if self._loud >= 2 else self._quiet + 1
        if drafted and not self._quiet:
            return Turn.RESUMED
        if self._quiet == DRAFT_FRAMES and self.length <= LONGEST_FRAMES:
            return Turn.DRAFT
        if self._quiet < END_FRAMES:
            return None
        ended = Turn.ENDED if self.length - self._quiet + DRAFT_FRAMES <= LONGEST_FRAMES else Turn.TOO_LONG
        self.length = 0
        self._recent = [False] * ONSET_WINDOW
        return ended

    def _follow_noise(self, level: float) -> None:
        """Down faster than up: the floor is what is left when nobody speaks."""
        rise = _BUSY_RISE_DB if self.length else _IDLE_RISE_DB
        self.floor += min(max(level - self.floor, -_FALL_DB), rise)
        self.floor = max(self.floor, -90.0)
