"""Where a session goes on after a pause, a jump or a change of speed, and how far commands reach; frames at RATE."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from voiceguide.audio.clip import RATE
from voiceguide.base.moments import MINUTE, SECOND, frame_at, ms_at
from voiceguide.timeline import EventKind, Timeline, cue_at, cue_end, interval_at, sounding_at
from voiceguide.transport.table import Command, State

SPEED_STEP = 1.1
"""The factor by which one `slower` or `faster` changes the speed of the speech."""

VOLUME_STEP_DB = 3
MIN_VOLUME_DB = -30
MAX_VOLUME_DB = 6
"""How much one `louder` or `softer` changes all that is heard, and how far they reach; 0 dB is as recorded."""

LONGER_MS = 10 * SECOND
"""How much `longer` adds to an interval."""

WORDS_AGAIN_MS = 10 * SECOND
"""After a pause of at least this length, the words of the step are said again."""

PLACE_AGAIN_MS = 2 * MINUTE
"""After a pause of at least this length, listeners have moved: they are told where they were, and can settle."""

STEPS_ON = {Command.NEXT: 1, Command.BACK: -1, Command.REPEAT: 0}
"""How many steps forward a jump leads."""

DURING: dict[EventKind, State] = {
    "hold": State.HOLDING,
    "move": State.HOLDING,
    "settle": State.SETTLING,
    "rest": State.SETTLING,
    "wait": State.WAITING,
}
"""The state during each kind of interval; outside all intervals it is SPEAKING."""


@dataclass(frozen=True, slots=True)
class Position:
    """A frame to go on from; `finish_cut` says whether a sound that began before it is heard to its end."""

    frame: int
    finish_cut: bool = True


@dataclass(frozen=True, slots=True)
class Resumption:
    """How to go on after a pause: from where, and whether the step's `words` and its `place` are said first."""

    position: Position
    words: bool = False
    place: bool = False


def state_at(timeline: Timeline, frame: int) -> State:
    """Return the state at `frame`; inside an interval, it is the interval's, whatever is being said."""
    interval = interval_at(timeline, ms_at(frame, RATE))
    return DURING[interval.kind] if interval else State.SPEAKING


def resume(timeline: Timeline, frame: int, paused_ms: int = 0) -> Resumption:
    """Return how to go on after a pause of `paused_ms` at `frame`.

    Words that were cut off are said again from their beginning. Inside an interval, time goes on exactly where it was,
    so that a hold keeps its length; an announcement that was cut off there isn't repeated. After a longer pause the
    step's words come first; after minutes, so do the place in the session and time to settle.
    """
    ms = ms_at(frame, RATE)
    place, words = paused_ms >= PLACE_AGAIN_MS, paused_ms >= WORDS_AGAIN_MS
    inside, cut = interval_at(timeline, ms), sounding_at(timeline, ms)
    if inside:
        return Resumption(Position(frame, finish_cut=False), words, place)
    if words:
        return Resumption(step_start(timeline, _step_at(timeline, frame)), place=place)
    return Resumption(Position(frame_at(cut.start_ms, RATE)) if cut else Position(frame, finish_cut=False))


def jump(here: Timeline, there: Timeline, frame: int, command: Command) -> Position:
    """Return the first frame, in `there`, of the step after, before or at `frame` of `here`, as `command` says.

    Both are timelines of the same plan. `next` in the last step goes to the end.
    """
    steps = list(_steps(here))
    index = steps.index(_step_at(here, frame)) + STEPS_ON[command]
    return step_start(there, steps[max(0, index)] if index < len(steps) else None)


def in_last_step(here: Timeline, there: Timeline, frame: int) -> bool:
    """Tell whether the step at `frame` of `here` is the last of `there`, which may be only a part of the session."""
    return _step_at(here, frame) == list(_steps(there))[-1]


def step_start(timeline: Timeline, step: int | None) -> Position:
    """Return the first frame of a step, by its number in the plan; the end if there is no such step."""
    end = frame_at(timeline.duration_ms, RATE)
    return Position(end if step is None else _steps(timeline).get(step, end))


def end_of_wait(timeline: Timeline, frame: int) -> Position:
    """Return where the interval at `frame` ends, a wait for the listener; `frame` itself if there is none."""
    interval = interval_at(timeline, ms_at(frame, RATE))
    return Position(frame_at(interval.end_ms, RATE) if interval else frame, finish_cut=False)


def new_speed(speed: float, command: Command, slowest: float, fastest: float) -> float:
    """Return the speed of the speech after `slower` or `faster`, within its range."""
    changed = speed * SPEED_STEP if command is Command.FASTER else speed / SPEED_STEP
    return round(min(fastest, max(slowest, changed)), 2)


def new_volume(volume_db: int, command: Command) -> int:
    """Return the volume in dB after `louder` or `softer`, within its range."""
    changed_db = volume_db + (VOLUME_STEP_DB if command is Command.LOUDER else -VOLUME_STEP_DB)
    return min(MAX_VOLUME_DB, max(MIN_VOLUME_DB, changed_db))


def speaking(timeline: Timeline, frame: int) -> bool:
    """Tell whether words are being said at `frame`."""
    cut = sounding_at(timeline, ms_at(frame, RATE))
    return cut is not None and cut.kind == "say"


def moved(old: Timeline, new: Timeline, frame: int) -> Position:
    """Return the frame of `new` that corresponds to `frame` of `old`, two timelines of the same cues.

    Time already spent in an interval counts, and a chime rings on. Words that are being said begin again; words that
    are over aren't repeated.
    """
    ms = ms_at(frame, RATE)
    here = cue_at(old, ms)
    inside, sounding = interval_at(old, ms), sounding_at(old, ms)
    chimes = sounding is not None and sounding.kind != "say"
    if inside or chimes:  # neither changes its length with the speed
        elapsed_frames = frame - frame_at(old.starts_ms[here], RATE)
        return Position(frame_at(new.starts_ms[here], RATE) + elapsed_frames, finish_cut=inside is None)
    if sounding:
        return Position(frame_at(new.starts_ms[here], RATE))
    silent_frames = frame - frame_at(cue_end(old, here), RATE)  # so much of the silence after the cue is over
    return Position(min(frame_at(cue_end(new, here), RATE) + silent_frames, frame_at(new.duration_ms, RATE)))


def _step_at(timeline: Timeline, frame: int) -> int:
    """Return the number of the step that began last at `frame`."""
    steps = _steps(timeline)
    return list(steps)[max(0, bisect_right(list(steps.values()), frame) - 1)]


def _steps(timeline: Timeline) -> dict[int, int]:
    """Return the first frame of every step, by its number in the plan, in order."""
    start_frames: dict[int, int] = {}
    for event in timeline.events:
        start_frames.setdefault(event.where.step, frame_at(event.start_ms, RATE))
    return start_frames
