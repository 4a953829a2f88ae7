"""A random script laid out and rendered, with lines that are hummed only once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from voiceguide.audio import sounds
from voiceguide.audio.clip import RATE, Clip
from voiceguide.base.choices import MAX_SPEED
from voiceguide.base.moments import ms_of
from voiceguide.plan import Choices, Plan, make_plan
from voiceguide.script import parse
from voiceguide.session.render import ClipOf, render
from voiceguide.timeline import FASTER, Event, Lengths, Timeline, lay_out
from voiceguide.voices.hum import hum, hum_frames

hum_once = lru_cache(2_000)(hum)


class Hummed:
    """A random script, laid out at a speed as a listener chooses."""

    def __init__(self, text: str, speed: float, choices: Choices | None = None) -> None:
        self.script = parse(text, "random.md")
        self.plan: Plan = make_plan(self.script, choices=choices)
        self.speed = speed
        self.sounds = sounds.load(self.plan.sounds)
        self.timeline = lay_out(self.plan, lengths(self.plan, speed), "hum", speed)

    def clip(self, event: Event, _speed: float = 0) -> Clip:
        speed = self.speed * FASTER if event.faster else self.speed
        return self.sounds[event.sound] if event.sound else hum_once(event.text or "", speed)

    def render(self, timeline: Timeline, clip_of: ClipOf, block_frames: int) -> Iterator[bytes]:
        return render(timeline, clip_of, block_frames=block_frames)

    def rendered(self, start: int = 0) -> bytes:
        return b"".join(render(self.timeline, self.clip, start))


def lengths(plan: Plan, speed: float) -> Lengths:
    rung = {name: clip.ms for name, clip in sounds.load(plan.sounds).items()}
    said, faster = (
        {line: ms_of(hum_frames(line, pace), RATE) for line in plan.lines} for pace in (speed, speed * FASTER)
    )
    return Lengths(said, rung, faster if speed * FASTER <= MAX_SPEED else None)
