"""A technique made ready: its plan, its voice and its sounds, laid out at any speed."""

from __future__ import annotations

from voiceguide import sounds
from voiceguide.booth import Booth, Progress, no_progress
from voiceguide.clip import Clip
from voiceguide.plan import Plan
from voiceguide.timeline import Event, Lengths, Timeline, lay_out


class Session:
    """One plan in one voice. Raises ScriptError at once if the plan asks for a sound that isn't there."""

    def __init__(self, plan: Plan, booth: Booth) -> None:
        self.plan = plan
        self.booth = booth
        self._sounds = sounds.load(plan.sounds)

    def timeline(self, speed: float, progress: Progress = no_progress) -> Timeline:
        """The session's timeline at `speed`; lines that are new are recorded first."""
        lines = self.booth.record(self.plan.lines, speed, progress)
        lengths = Lengths(lines, {name: clip.ms for name, clip in self._sounds.items()})
        return lay_out(self.plan, lengths, self.booth.voice.name, speed)

    def clip(self, event: Event, speed: float) -> Clip:
        """The sound of an audible event of a timeline at `speed`."""
        if event.sound is not None:
            return self._sounds[event.sound]
        return self.booth.clip(event.text or "", speed)
