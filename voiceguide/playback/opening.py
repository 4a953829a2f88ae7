"""How a session begins: the listener is asked whether they are ready, and loudspeakers are woken."""

from __future__ import annotations

from functools import partial

from voiceguide import transport
from voiceguide.base.moments import SECOND
from voiceguide.plan import asides
from voiceguide.playback.condition import Phase
from voiceguide.playback.stage import Stage
from voiceguide.transport import Position

ASK_AGAIN_MS = 20 * SECOND
"""How long a listener may take to say that they are ready before they are asked again."""


def ask(stage: Stage) -> None:
    """Ask whether the listener is ready, again and again; when the limit is over, if there is one, begin anyway."""
    beginning = stage.beginning

    def unanswered() -> None:
        limit_ms = beginning.limit_ms
        if limit_ms is not None and stage.clock.now() >= stage.since + limit_ms / SECOND:
            begin(stage)
        else:
            ask(stage)

    stage.say(asides.asked_ready(stage.plan, beginning.by_voice, ASK_AGAIN_MS, beginning.wake_ms), unanswered)


def begin(stage: Stage) -> None:
    """Begin with the first words, or at a step, where the session goes on as after a long pause."""
    beginning = stage.beginning
    stage.stand_still(stage.clock.now())
    if beginning.step is None:
        stage.since = stage.clock.now()
        stage.enter(Phase.RUNNING)
        stage.after(asides.woken(stage.plan, beginning.wake_ms), partial(stage.play, Position(0)))
    else:
        stage.since = float("-inf")
        stage.deck.position = transport.step_start(stage.timeline, beginning.step)
        stage.go_on()
