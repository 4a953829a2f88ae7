"""What the guide answers a listener: how much time is left, how to ease off, how to go on, and how to come away."""

from __future__ import annotations

from functools import partial

from voiceguide.plan import Plan, asides, edits
from voiceguide.playback import opening
from voiceguide.playback.condition import Phase
from voiceguide.playback.stage import Stage
from voiceguide.timeline import Timeline, interval_at, interval_of

LAY_OUT_MS = 400
"""The delay of an answer inside an interval, which leaves time to lay it out."""


def tell(stage: Stage) -> None:
    """Say how much time is left: inside an interval without stopping it, if there is room."""
    runs, interval = stage.condition.runs, interval_at(stage.timeline, stage.ms)
    if runs and stage.deck.aside:
        return  # the guide is already saying where the session is
    if runs and interval:
        _tell_inside(stage, interval.cue)
    else:
        _tell_beside(stage)


def ease_off(stage: Stage) -> None:
    """Pause the session, and say how to ease off."""
    stage.halt(stage.clock.now())
    stage.say(asides.eased_off(stage.plan, stage.cue, stage.beginning.by_voice), _nothing)


def check(stage: Stage) -> None:
    """Pause the session, and say how to go on or stop."""
    stage.halt(stage.clock.now())
    stage.say(asides.checked(stage.plan, stage.cue, stage.beginning.by_voice), _nothing)


def say_farewell(stage: Stage) -> None:
    """End the session early: fall silent at once, then say how to come away from the tool.

    Before the first step there is nothing to come away from, and a listener who asks to stop twice wants no words.
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
    """Put the answer into the interval at `cue`, or, if there is no room between its words, say it as an aside."""
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
    """Say the answer as an aside, for which a running session stands still."""
    answer = asides.told(stage.plan, stage.cue, _left(stage, stage.plan))
    if stage.condition.runs:
        stage.since = stage.clock.now()
        stage.after(answer, partial(stage.resume, 0))
    else:
        stage.say(answer, partial(opening.ask, stage) if stage.condition.phase is Phase.BEFORE else _nothing)


def _left(stage: Stage, plan: Plan, here_ms: int = 0) -> str:
    return asides.left(plan, stage.timeline.duration_ms - stage.ms, here_ms)


def _nothing() -> None:
    """Do nothing, as after most answers."""
