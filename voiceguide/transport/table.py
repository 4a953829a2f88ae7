"""What a command does in each state, as a table.

    BEFORE  ── go on, toggle, ready, next ───────────────► running
    running ── pause, toggle, ease off, outcry ──────────► PAUSED
    PAUSED  ── go on, toggle, ready, next, back, repeat ─► running
    BEFORE, running, PAUSED, LOST ── stop ───────────────► DONE

Without a command, `running` becomes DONE at the end of the timeline. Any state but DONE becomes LOST when the sound
device is gone, and what it was before when one is back. `running` is SPEAKING, HOLDING, SETTLING or WAITING, depending
on the timeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """What a session is doing when a command arrives."""

    BEFORE = "before the start"
    SPEAKING = "speaking"
    HOLDING = "holding"
    SETTLING = "settling"
    WAITING = "waiting for you"
    PAUSED = "paused"
    LOST = "no sound device"
    DONE = "done"


RUNNING = (State.SPEAKING, State.HOLDING, State.SETTLING, State.WAITING)
"""The states in which time passes."""


class Command(Enum):
    """What a listener can ask for, by key, button or voice. An OUTCRY is a shout, or loud talk, whatever its words."""

    PAUSE = "pause"
    GO_ON = "go on"
    TOGGLE = "pause or go on"
    READY = "ready"
    NEXT = "next step"
    BACK = "the step before"
    REPEAT = "this step again"
    SLOWER = "slower speech"
    FASTER = "faster speech"
    LOUDER = "louder"
    SOFTER = "softer"
    LONGER = "ten more seconds of this"
    EASE_OFF = "ease off"
    HOW_LONG = "how long still"
    OUTCRY = "something is wrong"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Request:
    """A command, how it was given (`key`, `button` or `voice`), and the words that were heard, if any."""

    command: Command
    by: str = "key"
    heard: str = ""


class Action(Enum):
    """What a command does; PASS is nothing."""

    PASS = "pass"  # noqa: S105 - no password
    ASK = "ask again whether the listener is ready"
    BEGIN = "begin"
    HALT = "stop the clock"
    GO_ON = "let the clock go on"
    END_WAIT = "end the wait"
    JUMP = "go to another step"
    SPEED = "change the speech's speed"
    VOLUME = "change the volume"
    LONGER = "make this interval longer"
    EASE_OFF = "stop the clock, and say how to let go"
    CHECK = "stop the clock, and ask what is to be done"
    TELL = "tell how long it is still"
    END = "end"


def _table() -> dict[tuple[State, Command], Action]:
    a, c = Action, Command
    running = {
        c.PAUSE: (a.HALT,) * 4,
        c.GO_ON: (a.PASS, a.PASS, a.PASS, a.END_WAIT),
        c.TOGGLE: (a.HALT,) * 4,
        c.READY: (a.PASS, a.PASS, a.PASS, a.END_WAIT),
        c.LONGER: (a.PASS, a.LONGER, a.LONGER, a.LONGER),
        c.EASE_OFF: (a.EASE_OFF,) * 4,
        c.OUTCRY: (a.CHECK,) * 4,
        **dict.fromkeys((c.NEXT, c.BACK, c.REPEAT), (a.JUMP,) * 4),
    }
    resting = {  # in BEFORE, PAUSED and LOST
        c.PAUSE: (a.PASS, a.HALT, a.PASS),
        c.GO_ON: (a.BEGIN, a.GO_ON, a.PASS),
        c.TOGGLE: (a.BEGIN, a.GO_ON, a.PASS),
        c.READY: (a.BEGIN, a.GO_ON, a.PASS),
        c.NEXT: (a.BEGIN, a.JUMP, a.PASS),
        c.BACK: (a.PASS, a.JUMP, a.PASS),
        c.REPEAT: (a.ASK, a.JUMP, a.PASS),
        c.LONGER: (a.PASS, a.PASS, a.PASS),
        c.EASE_OFF: (a.PASS, a.EASE_OFF, a.PASS),
        c.OUTCRY: (a.PASS,) * 3,
    }
    anywhere = {
        **dict.fromkeys((c.SLOWER, c.FASTER), a.SPEED),
        **dict.fromkeys((c.LOUDER, c.SOFTER), a.VOLUME),
        c.HOW_LONG: a.TELL,
        c.STOP: a.END,
    }
    rests = (State.BEFORE, State.PAUSED, State.LOST)
    return {
        **{(state, command): row[i] for command, row in running.items() for i, state in enumerate(RUNNING)},
        **{(state, command): row[i] for command, row in resting.items() for i, state in enumerate(rests)},
        **{(state, command): action for command, action in anywhere.items() for state in (*RUNNING, *rests)},
        (State.LOST, c.HOW_LONG): a.PASS,
        **{(State.DONE, command): a.PASS for command in Command},
        (State.DONE, c.STOP): a.END,
    }


TABLE = _table()
"""What every command does in every state."""

LEADS_TO = {
    Action.BEGIN: RUNNING,
    Action.GO_ON: RUNNING,
    Action.JUMP: RUNNING,
    Action.HALT: (State.PAUSED,),
    Action.EASE_OFF: (State.PAUSED,),
    Action.CHECK: (State.PAUSED,),
    Action.END: (State.DONE,),
}
"""The states that an action leads to; actions that aren't listed don't change the state."""
