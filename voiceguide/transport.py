"""Every rule of playing: what a command does in each state, and where the session goes on. No clock, no sound.

             ┌──── ready, next, back, repeat, slower, faster ─────┐
             │                                                    │
             ▼            pause                                   │
start ──► PLAYING ─────────────────────► PAUSED ──────────────────┤
             │  ◄───────────────────────    │  ◄── next, back, ───┘
             │        pause, ready          │      repeat, slower, faster
             │ stop, end                    │ stop
             ▼                              │
           DONE ◄───────────────────────────┘
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum

from voiceguide.clip import RATE
from voiceguide.moments import frame_at, ms_at
from voiceguide.timeline import Timeline, cue_at, interval_at, sounding_at

SPEED_STEP = 1.1
"""What one press of slower or faster does to the speech."""


class State(Enum):
    """Whether time passes."""

    PLAYING = "playing"
    PAUSED = "paused"
    DONE = "done"


class Command(Enum):
    """What a listener can ask for, by key or otherwise."""

    PAUSE = "pause or go on"
    READY = "ready: go on"
    NEXT = "next step"
    BACK = "step before"
    REPEAT = "this step again"
    SLOWER = "slower speech"
    FASTER = "faster speech"
    STOP = "stop"


_JUMPS = (Command.NEXT, Command.BACK, Command.REPEAT)
_SPEEDS = (Command.SLOWER, Command.FASTER)

TABLE: dict[tuple[State, Command], State] = {
    (State.PLAYING, Command.PAUSE): State.PAUSED,
    (State.PAUSED, Command.PAUSE): State.PLAYING,
    (State.PLAYING, Command.READY): State.PLAYING,
    (State.PAUSED, Command.READY): State.PLAYING,
    **{(state, command): state for state in (State.PLAYING, State.PAUSED) for command in (*_JUMPS, *_SPEEDS)},
    **{(state, Command.STOP): State.DONE for state in (State.PLAYING, State.PAUSED)},
    **{(State.DONE, command): State.DONE for command in Command},
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A frame to go on at; `finish_cut` says whether a sound that began before it is heard from there on."""

    frame: int
    finish_cut: bool = True


def resume(timeline: Timeline, frame: int) -> Spot:
    """Where to go on after a pause at `frame`.

    Words that were cut are said again from their beginning. Inside an interval time goes on exactly where it was, so
    that a hold stays as long as it is, and an announcement that was cut is left at that.
    """
    ms = ms_at(frame, RATE)
    cut = sounding_at(timeline, ms)
    if cut is None or interval_at(timeline, ms):
        return Spot(frame, finish_cut=False)
    return Spot(frame_at(cut.start_ms, RATE))


def jump(timeline: Timeline, frame: int, command: Command) -> Spot:
    """The first frame of the next step, the step before, or this one; `next` in the last step goes to the end."""
    starts = _step_frames(timeline)
    here = max(0, bisect_right(starts, frame) - 1)
    there = here + {Command.NEXT: 1, Command.BACK: -1, Command.REPEAT: 0}[command]
    if there >= len(starts):
        return Spot(frame_at(timeline.duration_ms, RATE))
    return Spot(starts[max(0, there)])


def ready(timeline: Timeline, frame: int) -> Spot | None:
    """Where a wait for the listener ends; None where nothing waits for them."""
    interval = interval_at(timeline, ms_at(frame, RATE))
    return Spot(frame_at(interval.end_ms, RATE), finish_cut=False) if interval and interval.kind == "wait" else None


def new_speed(speed: float, command: Command, slowest: float, fastest: float) -> float:
    """The speech speed after `slower` or `faster`, inside its range."""
    changed = speed * SPEED_STEP if command is Command.FASTER else speed / SPEED_STEP
    return round(min(fastest, max(slowest, changed)), 2)


def speaking(timeline: Timeline, frame: int) -> bool:
    """Whether words are being said at `frame`."""
    cut = sounding_at(timeline, ms_at(frame, RATE))
    return cut is not None and cut.kind == "say"


def moved(old: Timeline, new: Timeline, frame: int) -> Spot:
    """The frame of `new`, the same plan at another speed, that corresponds to `frame` of `old`.

    The time spent in an interval stays spent. Words under way begin again; words that are over are over.
    """
    ms = ms_at(frame, RATE)
    here = cue_at(old, ms)
    inside, sounding = interval_at(old, ms), sounding_at(old, ms)
    if inside or (sounding and sounding.inside):  # its closing chime, too: neither is longer at another speed
        elapsed = frame - frame_at(old.starts[here], RATE)
        return Spot(frame_at(new.starts[here], RATE) + elapsed, finish_cut=inside is None)
    if sounding:
        return Spot(frame_at(new.starts[here], RATE))
    following = here + 1
    return Spot(frame_at(new.starts[following] if following < len(new.starts) else new.duration_ms, RATE))


def _step_frames(timeline: Timeline) -> list[int]:
    """The first frame of every step, in order."""
    starts: dict[int, int] = {}
    for event in timeline.events:
        starts.setdefault(event.where.step, frame_at(event.start_ms, RATE))
    return list(starts.values())
