"""The rules of playing, as the page is handed them: the table and the constants, so that it needs none of its own."""

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
"""The states of a page: if the device is lost, it is up to the browser to pause, or to take another."""

OTHERWISE = {
    **{(State.DONE, command): Action.BEGIN for command in (Command.GO_ON, Command.TOGGLE, Command.READY)},
    **{(State.DONE, command): Action.SPEED for command in (Command.SLOWER, Command.FASTER)},
}
"""Where the page departs from the table: the program ends with its session, but a page can play it again."""


def rules() -> dict[str, Any]:
    """Return the page's part of the table, and the constants that say where a session goes on.

    Names are those of the journal; times are in milliseconds.
    """
    table = TABLE | OTHERWISE
    return {
        "table": {
            _name(state): {_name(command): _name(table[state, command]) for command in COMMANDS} for state in STATES
        },
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
