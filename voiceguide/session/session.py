"""A session: its plan, its voice and its sounds, laid out at any speed and rendered to PCM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from voiceguide.audio import sounds
from voiceguide.audio.clip import RATE, Clip
from voiceguide.base.choices import MAX_SPEED
from voiceguide.base.errors import Place, UsageError, visible
from voiceguide.base.moments import ms_of, short_timestamp
from voiceguide.base.progress import Progress, no_progress
from voiceguide.plan import Plan
from voiceguide.plan.fit import fits
from voiceguide.plan.model import lines_of
from voiceguide.recording.booth import Booth
from voiceguide.script import Script
from voiceguide.session.options import Options
from voiceguide.session.render import BLOCK_FRAMES, ClipOf, render
from voiceguide.timeline import FASTER, Event, Lengths, Timeline, lay_out
from voiceguide.voices.hum import hum_frames

if TYPE_CHECKING:
    from voiceguide.session.bed import Bed

MAX_AT_ONCE = 8
"""How many lines are recorded at a time while a session plays, so that what is more urgent can come in between."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about something that isn't as it was asked for; `place` is the line of the script it is about."""

    text: str
    place: Place | None = None

    def __str__(self) -> str:
        return visible(f"{self.place}: {self.text}" if self.place else self.text)


class Session:
    """One plan in one voice, with its sounds; a context manager, which closes it.

    `speed` is the one to begin with; the listener may change it. `scripts` are those of the techniques, `options` what
    was asked for, and `lead_in_ms` the time before the first technique. Raises ScriptError if the plan asks for a sound
    that doesn't exist.
    """

    def __init__(
        self,
        plan: Plan,
        booth: Booth,
        scripts: Sequence[Script] = (),
        speed: float = 1.0,
        options: Options | None = None,
        lead_in_ms: int = 0,
    ) -> None:
        self.plan = plan
        self.booth = booth
        self.scripts = tuple(scripts)
        self.speed = speed
        self.options = options or Options()
        self.lead_in_ms = lead_in_ms
        self.bed: Bed | None = None
        self._sounds = sounds.load(plan.sounds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the voice's processes, and bring the cache within its bounds; the session may be used again."""
        self.booth.close()

    def with_plan(self, plan: Plan) -> Session:
        """Return a session of another plan in the same voice."""
        other = copy(self)
        other.plan = plan
        if new := {name: place for name, place in plan.sounds.items() if name not in self._sounds}:
            self._sounds |= sounds.load(new)
        return other

    def timeline(self, speed: float | None = None, progress: Progress = no_progress) -> Timeline:
        """Return the timeline at `speed`, by default the session's own; new lines are recorded first.

        Raises VoiceError if a line can't be recorded.
        """
        speed = speed or self.speed
        lines = self.booth.record(self.plan.lines, speed, progress)
        faster = _Recorded(self.booth, speed * FASTER) if speed * FASTER <= MAX_SPEED else None
        lengths = Lengths(lines, {name: clip.ms for name, clip in self._sounds.items()}, faster)
        return lay_out(self.plan, lengths, self.booth.voice.name, speed)

    def estimated(self, speed: float | None = None) -> Timeline:
        """Return a rough timeline at `speed`, by default the session's own, without recording anything."""
        speed = speed or self.speed
        lines, faster = ({line: _about_ms(line, at) for line in self.plan.lines} for at in (speed, speed * FASTER))
        lengths = Lengths(lines, {name: clip.ms for name, clip in self._sounds.items()}, faster)
        return lay_out(self.plan, lengths, speed=speed)

    def lay_out_some(self, speed: float) -> Timeline | None:
        """Record some lines of the timeline at `speed`; return it once they are all there, and None until then.

        Raises VoiceError if a line can't be recorded.
        """
        if missing := self.booth.missing(self.plan.lines, speed):
            self.booth.record(missing[:MAX_AT_ONCE], speed)
            return None
        return self.timeline(speed)

    def growing(self, speed: float | None = None) -> Iterator[Timeline]:
        """Yield timelines of the session's beginning, each longer than the one before; the last one is whole.

        The first comes as soon as something can be heard, the others as more lines have been recorded.
        """
        speed = speed or self.speed
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
        """Record `lines` at `speed`, then the session's lines at other `speeds`; yield after every few of them."""
        wanted = [(lines, speed), *((self.plan.lines, other) for other in speeds)]
        for several, other in wanted:
            while missing := self.booth.missing(several, other):
                self.booth.record(missing[:MAX_AT_ONCE], other)
                yield

    def notes(self, timeline: Timeline) -> list[Note]:
        """Return what isn't as it was asked for: words that don't fit, a time that can't be met, a broken cache."""
        notes = left_out(timeline)
        if all(event.kind == "chime" for event in timeline.events):
            notes.append(Note("at this guidance, nothing is left of it but chimes"))
        lasts_ms, target_ms = timeline.duration_ms - self.lead_in_ms, self.options.fit_ms
        if target_ms and not fits(lasts_ms, target_ms):
            nearest = f"the nearest found inside its ranges is {short_timestamp(lasts_ms)}"
            notes.append(Note(f"it can't be brought to {short_timestamp(target_ms)}; {nearest}"))
        if problem := self.booth.cache.problem:
            notes.append(Note(f"{problem}; lines are recorded anew each time"))
        return notes

    def sound(self, name: str) -> Clip:
        """Return the sound called `name`. Raises ScriptError if there is none."""
        if name not in self._sounds:
            self._sounds |= sounds.load({name: self.plan.cues[0].where.place})
        return self._sounds[name]

    def render(
        self,
        timeline: Timeline,
        start_frame: int = 0,
        finish_cut: bool = True,
        clip_of: ClipOf | None = None,
        block_frames: int = BLOCK_FRAMES,
    ) -> Iterator[bytes]:
        """Yield the PCM of a timeline from `start_frame` on, in blocks, with the session's bed under it.

        PCM is mono, signed 16 bit, little-endian, at 22,050 Hz. `clip_of` may supply the clips instead of the session.
        """
        recorded = clip_of or (lambda event: self.clip(event, timeline.speed))
        blocks = render(timeline, recorded, start_frame, finish_cut, block_frames)
        return self.bed.under(timeline, blocks, start_frame) if self.bed else blocks

    def clip(self, event: Event, speed: float) -> Clip:
        """Return the sound of an audible event of a timeline at `speed`."""
        if event.sound is not None:
            return self._sounds[event.sound]
        return self.booth.clip(event.text or "", speed * FASTER if event.faster else speed)


def left_out(timeline: Timeline) -> list[Note]:
    """Return a note for each text of the author's that didn't fit in, without repetitions."""
    notes = (Note(f"‘{one.text}’ {one.why}", one.place) for one in timeline.decisions if one.warning)
    return list(dict.fromkeys(notes))


def refuse_left_out(timeline: Timeline) -> None:
    """Raise UsageError if any text of the author's didn't fit in."""
    if left_out(timeline):
        raise UsageError("not all of the words fit in")


def _about_ms(line: str, speed: float) -> int:
    return ms_of(hum_frames(line, speed), RATE)


class _Recorded(dict[str, int]):
    """The length in milliseconds of each line at one speed; a line is recorded when it is looked up."""

    def __init__(self, booth: Booth, speed: float) -> None:
        self.booth = booth
        self.speed = speed

    def __missing__(self, line: str) -> int:
        self[line] = self.booth.record([line], self.speed)[line]
        return self[line]
