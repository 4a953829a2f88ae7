"""The condition of a session: the one value that says how far it has come, and whether there is a device for it.

    BEFORE ── begin ──────────────────────────────────► RUNNING
    RUNNING ── pause ─────────────────────────────────► PAUSED
    PAUSED ── go on, jump ────────────────────────────► RUNNING
    RUNNING ── end of the session ────────────────────► FINISHED
    RUNNING, PAUSED ── stop ──────────────────────────► LEAVING
    BEFORE, RUNNING, PAUSED ── stop without farewell ─► STOPPED
    LEAVING ── farewell over, stop, device lost ──────► STOPPED

Losing a device and getting one back leaves the phase as it is, and the phase says how to go on: a RUNNING session goes
on by itself, a PAUSED one stays paused, and BEFORE the start the question is asked again. There is no farewell before
the session's first step, nor without a device.

What is always true, whenever the player has looked at the clock (`tests/test_commands.py`):

- The session moves only while it is RUNNING and there is a device. In every other phase but FINISHED, the deck holds
  at most an aside, and nothing while the device is lost.
- A device can't be lost in LEAVING or FINISHED, as nobody waits for one to hear the rest of a farewell.
- STOPPED and FINISHED are final, and `run` returns in them: true in FINISHED, false in STOPPED.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from voiceguide.transport import State


class Phase(Enum):
    """How far a session has come."""

    BEFORE = "waiting for a listener who is getting ready"
    RUNNING = "playing, or about to as soon as what comes before it is recorded"
    PAUSED = "standing still because the listener wants it to"
    LEAVING = "stopped, and saying how to come away"
    STOPPED = "over before its end"
    FINISHED = "heard to its end"


@dataclass(frozen=True, slots=True)
class Condition:
    """How far a session has come, and whether the device that it was heard on is lost."""

    phase: Phase = Phase.BEFORE
    lost: bool = False

    @property
    def runs(self) -> bool:
        """Whether time passes."""
        return self.phase is Phase.RUNNING and not self.lost

    @property
    def over(self) -> bool:
        """Whether nothing more is to come."""
        return self.phase in {Phase.STOPPED, Phase.FINISHED}

    @property
    def state(self) -> State | None:
        """The state that commands meet; None while the session runs, as the timeline decides it then."""
        if self.lost:
            return State.LOST
        if self.phase is Phase.RUNNING:
            return None
        return {Phase.BEFORE: State.BEFORE, Phase.PAUSED: State.PAUSED}.get(self.phase, State.DONE)
