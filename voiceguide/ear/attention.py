"""Notices that somebody talks to the guide while it talks, and that something is wrong.

The guide then lowers its voice, so that the command's end, or its repetition, stands in the clear.
"""

from __future__ import annotations

from collections import deque

from voiceguide.ear.segments import QUIETEST_DBFS

ONSET_DB = 10.0
"""How far above the noise, and above what an echo explains, somebody has to be."""

WINDOW_BLOCKS = 11
ONSET_BLOCKS = 9
"""How many blocks of the window have to be that loud: 180 of 220 ms, which a knock never is."""

KEYWORD_BLOCKS = 4
"""The same when a phrase may have been said: for this the recognizer has heard it already."""

HOLD_BLOCKS = 125
"""For how long the guide stays soft after somebody has talked: time to say it again."""

LONGEST_BLOCKS = 250
"""Whoever has talked for five seconds isn't talking to the guide."""

COMMAND_BLOCKS = 90
"""Nothing that goes on for longer than this is a command."""

FRUITLESS_BLOCKS = (3_000, 30_000)
"""For how long nobody is attended to once nothing came of it: a minute, and ten the second time and after talk."""

USUAL_DBFS = -20.0
USUAL_SHARE = 0.3
"""How loudly people talk, as long as nothing is known of this listener, and how much each command tells of it."""

LOUD_DB = 6.0
LOUD_BLOCKS = 75
LOUD_SHARE = 0.8
"""How far above the usual level, and for how long, somebody has to talk for something to be wrong: 1.5 s."""

SHOUT_DB = 9.0
"""The same for a single word that wasn't understood."""


class Attention:
    """Follows the level of what no echo explains, block by block."""

    def __init__(self) -> None:
        self.talking = False
        """Whether somebody seems to talk to the guide."""

        self.usual_dbfs = USUAL_DBFS
        self._recent: deque[bool] = deque(maxlen=WINDOW_BLOCKS)
        self._loud: deque[bool] = deque(maxlen=LOUD_BLOCKS)
        self._blocks = 0
        self._voice_blocks = 0
        self._quiet_blocks = 0
        self._fruitless = False
        self._blocked_blocks = 0

    def feed(self, level_dbfs: float, floor_dbfs: float, *, over: bool, keyword: bool = False) -> bool:
        """Take in the next block; return whether somebody has talked over the guide loudly, and for long.

        `over` is whether the guide can be heard, and `keyword` whether what was just said may have been a command that
        is not to be missed.
        """
        self._recent.append(level_dbfs > max(floor_dbfs + ONSET_DB, QUIETEST_DBFS))
        self._loud.append(over and level_dbfs > self.usual_dbfs + LOUD_DB)
        self._blocked_blocks = max(0, self._blocked_blocks - 1)
        somebody = sum(self._recent) >= ONSET_BLOCKS
        if self.talking:
            self._go_on(somebody, keyword)
        elif over and not self._blocked_blocks and (somebody or (keyword and sum(self._recent) >= KEYWORD_BLOCKS)):
            self.talking = True
            self._blocks, self._voice_blocks, self._quiet_blocks = 0, ONSET_BLOCKS, 0
        if sum(self._loud) < LOUD_SHARE * LOUD_BLOCKS:
            return False
        self._loud.clear()
        return True

    def answered(self, level_dbfs: float | None) -> None:
        """Take note that a command was understood, and how loud its words were, if there were any."""
        if level_dbfs is not None:
            self.usual_dbfs += USUAL_SHARE * (level_dbfs - self.usual_dbfs)
        self.talking, self._fruitless, self._blocked_blocks = False, False, 0
        self._recent.clear()
        self._loud.clear()

    def _go_on(self, somebody: bool, keyword: bool) -> None:
        self._blocks += 1
        self._voice_blocks += somebody
        self._quiet_blocks = 0 if somebody or keyword else self._quiet_blocks + 1
        if self._quiet_blocks >= HOLD_BLOCKS or self._blocks >= LONGEST_BLOCKS:
            self.talking = False
            is_talk = self._fruitless or self._voice_blocks > COMMAND_BLOCKS
            self._blocked_blocks = FRUITLESS_BLOCKS[bool(is_talk)]
            self._fruitless = True
