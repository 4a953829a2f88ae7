"""Finds where utterances begin and end, from nothing but the level of each 10 ms."""

from __future__ import annotations

from enum import Enum

FRAME_MS = 10
LEAD_FRAMES = 30
"""How much is kept from before an utterance, so that a soft first sound isn't lost."""

ONSET_DB = 8.0
"""How far above the noise a sound has to be for an utterance to begin."""

END_DB = 5.0
"""How far above the noise a sound has to be for an utterance to go on."""

PEAK_DB = 20.0
"""Sound that is this far below an utterance's peak isn't part of it, even if it is above the noise."""

NOISE_DB = 18.0
"""Noise that is no further than this below an utterance's peak may hide where it ends."""

QUIETEST_DBFS = -62.0
"""Nothing below this is speech, however quiet the room is."""

ONSET_WINDOW = 6
ONSET_FRAMES = 4
"""How many frames of the window have to be loud; a clap, with its reverberation, has as many."""

DRAFT_FRAMES = 18
"""The silence after which an utterance is probably over, and recognition starts."""

END_FRAMES = 42
"""The silence after which it is over: longer than the gaps in a sentence, whose parts would be taken for commands."""

LONGEST_FRAMES = 400
"""No utterance longer than this is a command, whatever is said in it."""

_IDLE_RISE_DB = 0.10
_BUSY_RISE_DB = 0.03
_FALL_DB = 0.20


class Turn(Enum):
    """What a frame changes about an utterance."""

    DRAFT = "the utterance may be over"
    RESUMED = "it was not"
    ENDED = "it is over"
    TOO_LONG = "it is over, and was too long to matter"


class Segments:
    """Follows the levels of a sound, and says when an utterance turns."""

    def __init__(self) -> None:
        self.length_frames = 0
        """Frames since the utterance began, including the lead before it; 0 while there is none."""

        self.floor_dbfs = -50.0
        """The level of the noise."""

        self._recent = [False] * ONSET_WINDOW
        self._peak_dbfs = -200.0
        self._quiet_frames = 0
        self._loud_frames = 0

    @property
    def in_noise(self) -> bool:
        """Whether the noise is so loud that an utterance need not end where its words end."""
        return bool(self.length_frames) and self.floor_dbfs > self._peak_dbfs - NOISE_DB

    def feed(self, level_dbfs: float, *, is_noise: bool = True) -> Turn | None:
        """Take in the level of the next frame; return what it changes, if anything.

        One that `is_noise`, or at least no echo, tells how loud the noise is.
        """
        if is_noise:
            self._follow_noise(level_dbfs)
        if not self.length_frames:
            self._recent = [*self._recent[1:], level_dbfs > max(self.floor_dbfs + ONSET_DB, QUIETEST_DBFS)]
            if sum(self._recent) >= ONSET_FRAMES:
                self.length_frames, self._peak_dbfs = ONSET_WINDOW + LEAD_FRAMES, level_dbfs
                self._quiet_frames = self._loud_frames = 0
            return None
        self.length_frames += 1
        return self._inside(level_dbfs)

    def _inside(self, level_dbfs: float) -> Turn | None:
        self._peak_dbfs = max(self._peak_dbfs, level_dbfs)
        drafted = self._quiet_frames >= DRAFT_FRAMES
        if level_dbfs > max(self.floor_dbfs + END_DB, self._peak_dbfs - PEAK_DB, QUIETEST_DBFS):
            self._loud_frames += 1
        else:
            self._loud_frames = 0
        # A single loud frame is a click, or the noise.
        self._quiet_frames = 0 if self._loud_frames >= 2 else self._quiet_frames + 1
        if drafted and not self._quiet_frames:
            return Turn.RESUMED
        if self._quiet_frames == DRAFT_FRAMES and self.length_frames <= LONGEST_FRAMES:
            return Turn.DRAFT
        if self._quiet_frames < END_FRAMES:
            return None
        spoken_frames = self.length_frames - self._quiet_frames
        self.length_frames = 0
        self._recent = [False] * ONSET_WINDOW
        return Turn.ENDED if spoken_frames + DRAFT_FRAMES <= LONGEST_FRAMES else Turn.TOO_LONG

    def _follow_noise(self, level_dbfs: float) -> None:
        """Follow the noise, faster down than up: it is what is left when nobody speaks."""
        rise = _BUSY_RISE_DB if self.length_frames else _IDLE_RISE_DB
        self.floor_dbfs += min(max(level_dbfs - self.floor_dbfs, -_FALL_DB), rise)
        self.floor_dbfs = max(self.floor_dbfs, -90.0)
