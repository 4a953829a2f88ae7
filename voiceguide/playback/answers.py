"""What the guide answers to a listener: how long it still takes, how to let go, and how to come away."""

from __future__ import annotations

from functools import partial

from voiceguide.plan import Plan, asides, edits
from voiceguide.playback import opening
from voiceguide.playback.condition import Phase
from voiceguide.playback.stage import Stage
from voiceguide.timeline import Timeline, interval_at, interval_of

LAY_OUT_MS = 400
"""From a question inside an interval to its answer: time enough to lay it out."""


def tell(stage: Stage) -> None:
    """Tells how long it still takes: inside an interval without stopping it, if there is room."""
    runs, interval = stage.condition.runs, interval_at(stage.timeline, stage.ms)
    if runs and stage.deck.aside:
        return  # the guide is just telling where the session is
    if runs and interval:
        _tell_inside(stage, interval.cue)
    else:
        _tell_beside(stage)


def ease_off(stage: Stage) -> None:
    """Stops the clock, and says how to let go."""
    stage.halt(stage.clock.now())
    stage.say(asides.eased_off(stage.plan, stage.cue, stage.beginning.by_voice), _nothing)


def say_farewell(stage: Stage) -> None:
    """Ends the session early: silence at once, and then how to come away from the tool.

    There is nothing to come away from before the first step, and a listener who says stop twice wants no words.
    """
    cue, condition = stage.cue, stage.condition
    begun = condition.phase in {Phase.RUNNING, Phase.PAUSED} and stage.plan.cues[cue].where.step >= 0
    stage.stand_still(stage.clock.now())
    if begun and not condition.lost:
        stage.enter(Phase.LEAVING)
        stage.say(asides.stopped(stage.plan, cue), partial(stage.enter, Phase.STOPPED))
    else:
        stage.enter(Phase.STOPPED)


def _tell_inside(stage: Stage, cue: int) -> None:
    """Puts the answer into the interval at `cue`, or, if its words leave no room, says it beside the session."""
    answer = ""

    def answered(plan: Plan) -> Plan:
        nonlocal answer
        interval = interval_of(stage.timeline, cue)
        answer = _left(stage, plan, interval.end_ms - stage.ms if interval else 0)
        return edits.answered(plan, cue, stage.ms - stage.timeline.starts_ms[cue] + LAY_OUT_MS, answer)

    def has_room(timeline: Timeline) -> bool:
        said = (event.start_ms for event in timeline.events if event.text == answer and event.cue == cue)
        if any(start_ms >= stage.ms for start_ms in said):
            return True
        _tell_beside(stage)
        return False

    stage.backstage.edit(answered, has_room)


def _tell_beside(stage: Stage) -> None:
    """Stops the clock for the answer, if it runs."""
    answer = asides.told(stage.plan, stage.cue, _left(stage, stage.plan))
    if stage.condition.runs:
        stage.since = stage.clock.now()
        stage.after(answer, partial(stage.resume, 0))
    else:
        stage.say(answer, partial(opening.ask, stage) if stage.condition.phase is Phase.BEFORE else _nothing)


def _left(stage: Stage, plan: Plan, here_ms: int = 0) -> str:
    return asides.left(plan, stage.timeline.duration_ms - stage.ms, here_ms)


def _nothing() -> None:
    """What comes after most answers."""
