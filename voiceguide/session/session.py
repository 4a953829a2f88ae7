"""A technique made ready: its plan, its voice and its sounds, laid out at any speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from voiceguide.audio import sounds
from voiceguide.audio.clip import RATE, Clip
from voiceguide.base.errors import ScriptError, UsageError
from voiceguide.base.moments import ms_of
from voiceguide.plan import Choices, Plan, make_plan
from voiceguide.plan.fit import MAX_TRIES, TOO_LONG_MS, Values, fit
from voiceguide.plan.model import lines_of
from voiceguide.recording.booth import Booth, Progress, no_progress
from voiceguide.script import Script
from voiceguide.session.render import BLOCK_FRAMES, ClipOf, render
from voiceguide.timeline import FASTER, Event, Lengths, Timeline, lay_out
from voiceguide.voices import MAX_SPEED
from voiceguide.voices.hum import hum_frames

if TYPE_CHECKING:
    from voiceguide.session.bed import Bed

MAX_FITTED_CUES = 80_000
"""Cues that are laid out at most in search of doses that fill a time."""


MAX_AT_ONCE = 8
"""Lines that are recorded together while a session plays: others may want the voice in between."""


class Session:
    """One plan in one voice. Raises ScriptError at once if the plan asks for a sound that isn't there."""

    def __init__(self, plan: Plan, booth: Booth) -> None:
        self.plan = plan
        self.booth = booth
        self.bed: Bed | None = None
        self._sounds = sounds.load(plan.sounds)

    def with_plan(self, plan: Plan) -> Session:
        """Another plan in the same voice."""
        other = copy(self)
        other.plan = plan
        if new := {name: place for name, place in plan.sounds.items() if name not in self._sounds}:
            self._sounds |= sounds.load(new)
        return other

    def timeline(self, speed: float, progress: Progress = no_progress) -> Timeline:
        """The session's timeline at `speed`; lines that are new are recorded first."""
        lines = self.booth.record(self.plan.lines, speed, progress)
        faster = _Recorded(self.booth, speed * FASTER) if speed * FASTER <= MAX_SPEED else None
        lengths = Lengths(lines, {name: clip.ms for name, clip in self._sounds.items()}, faster)
        return lay_out(self.plan, lengths, self.booth.voice.name, speed)

    def estimated(self, speed: float) -> Timeline:
        """About what the timeline at `speed` will be, for what needs no voice: nothing is recorded."""
        lines, faster = ({line: _about_ms(line, at) for line in self.plan.lines} for at in (speed, speed * FASTER))
        lengths = Lengths(lines, {name: clip.ms for name, clip in self._sounds.items()}, faster)
        return lay_out(self.plan, lengths, speed=speed)

    def lay_out_some(self, speed: float) -> Timeline | None:
        """A piece of the work on the timeline at `speed`: some of its lines are recorded, or, after the last, it."""
        if missing := self.booth.missing(self.plan.lines, speed):
            self.booth.record(missing[:MAX_AT_ONCE], speed)
            return None
        return self.timeline(speed)

    def growing(self, speed: float) -> Iterator[Timeline]:
        """Timelines of the session's beginning, each longer than the one before; the last one is whole.

        The first comes as soon as there is something to be heard, and each of the others when more lines are recorded.
        """
        lines, at_once, cues = self.plan.lines, 1, 0
        while missing := self.booth.missing(lines, speed):
            self.booth.record(missing[:at_once], speed)
            unsaid = set(missing[at_once:])
            so_far = next((i for i, cue in enumerate(self.plan.cues) if unsaid.intersection(lines_of(cue))), cues)
            if cues < so_far:
                cues = so_far
                yield self.with_plan(self.plan.upto(cues)).timeline(speed)
            at_once = min(2 * at_once, MAX_AT_ONCE)
        yield self.timeline(speed)

    def recorded_ahead(self, lines: Sequence[str], speed: float, speeds: Sequence[float]) -> Iterator[None]:
        """Records `lines`, and those of the session at some other `speeds`, a few at a time."""
        wanted = [(lines, speed), *((self.plan.lines, other) for other in speeds)]
        for several, other in wanted:
            while missing := self.booth.missing(several, other):
                self.booth.record(missing[:MAX_AT_ONCE], other)
                yield

    def sound(self, name: str) -> Clip:
        """A sound that answers the listener."""
        if name not in self._sounds:
            self._sounds |= sounds.load({name: self.plan.cues[0].where.place})
        return self._sounds[name]

    def blocks(
        self,
        timeline: Timeline,
        start: int = 0,
        finish_cut: bool = True,
        clip_of: ClipOf | None = None,
        block_frames: int = BLOCK_FRAMES,
    ) -> Iterator[bytes]:
        """The session's PCM from frame `start` on, with its bed under it; its clips may come from elsewhere."""
        recorded = clip_of or (lambda event: self.clip(event, timeline.speed))
        blocks = render(timeline, recorded, start, finish_cut, block_frames)
        return self.bed.under(timeline, blocks, start) if self.bed else blocks

    def clip(self, event: Event, speed: float) -> Clip:
        """The sound of an audible event of a timeline at `speed`."""
        if event.sound is not None:
            return self._sounds[event.sound]
        return self.booth.clip(event.text or "", speed * FASTER if event.faster else speed)


def fitted(
    scripts: Sequence[Script], choices: Choices, target_ms: int, booth: Booth, speed: float, progress: Progress
) -> Choices:
    """`choices` with a value for each range, so that the session comes as near to `target_ms` as they allow."""
    first = Session(make_plan(*scripts, choices=choices), booth)
    laid_out = 0

    def duration_of(values: Values) -> int:
        nonlocal laid_out
        try:
            plan = make_plan(*scripts, choices=replace(choices, fitted=values))
        except ScriptError:  # the shortest was made before: this one is too long
            return TOO_LONG_MS
        laid_out += len(plan.cues)
        if laid_out > MAX_FITTED_CUES:
            raise UsageError(
                "the ranges are too wide, or the session too long, to be fitted; --dose takes an end of them"
            )
        return first.with_plan(plan).timeline(speed, progress).duration_ms

    tries = max(1, min(MAX_TRIES, MAX_FITTED_CUES // (2 * len(first.plan.cues))))
    return replace(choices, fitted=fit(scripts, target_ms, duration_of, tries))


def _about_ms(line: str, speed: float) -> int:
    return ms_of(hum_frames(line, speed), RATE)


class _Recorded(dict[str, int]):
    """The length of each line at one speed, recorded when somebody asks for it."""

    def __init__(self, booth: Booth, speed: float) -> None:
        self.booth = booth
        self.speed = speed

    def __missing__(self, line: str) -> int:
        self[line] = self.booth.record([line], self.speed)[line]
        return self[line]
