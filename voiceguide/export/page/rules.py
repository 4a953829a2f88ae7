"""The rules of playing that the page is handed, so that it needn't have any of its own."""

from __future__ import annotations

from typing import Any

from voiceguide.plan.asides import SETTLE_MS
from voiceguide.timeline.layout import BREATH_MS, SENTENCE_MS
from voiceguide.transport import (
    DURING,
    PLACE_AGAIN_MS,
    RUNNING,
    STEPS_ON,
    TABLE,
    WORDS_AGAIN_MS,
    Action,
    Command,
    State,
)

COMMANDS = (
    Command.PAUSE,
    Command.GO_ON,
    Command.TOGGLE,
    Command.READY,
    Command.NEXT,
    Command.BACK,
    Command.REPEAT,
    Command.SLOWER,
    Command.FASTER,
)
"""What the page has a button or a key for."""

STATES = (State.BEFORE, *RUNNING, State.PAUSED, State.DONE)
"""What a page can be in: a device that is lost is the browser's business, which pauses or takes another one."""

OTHERWISE = {
    **{(State.DONE, command): Action.BEGIN for command in (Command.GO_ON, Command.TOGGLE, Command.READY)},
    **{(State.DONE, command): Action.SPEED for command in (Command.SLOWER, Command.FASTER)},
}
"""Where the page departs from the table: the program ends with its session, but a page is still there to play again."""


def rules() -> dict[str, Any]:
    """The page's part of the table, and what tells where a session goes on; names as in the journal."""
    table = TABLE | OTHERWISE
    return {
        "table": {_name(state): {_name(to): _name(table[state, to]) for to in COMMANDS} for state in STATES},
        "during": {kind: _name(state) for kind, state in DURING.items()},
        "stepsOn": {_name(command): steps for command, steps in STEPS_ON.items()},
        "wordsAgainMs": WORDS_AGAIN_MS,
        "placeAgainMs": PLACE_AGAIN_MS,
        "settleMs": SETTLE_MS,
        "sentenceMs": SENTENCE_MS,
        "breathMs": BREATH_MS,
    }


def _name(one: State | Command | Action) -> str:
    return one.name.lower()
