"""What is exported: a session's timeline with its sound, the scripts that it comes from, and the form it is to have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from voiceguide.clip import FRAME_BYTES, RATE, Clip
from voiceguide.leaflet import Leaflet, leaflet
from voiceguide.script import Script
from voiceguide.session import Session
from voiceguide.timeline import Event, Timeline

Progress = Callable[[int], None]

QUALITIES = ("low", "medium", "high")

LOUDNESS_LUFS = -16.0
"""What podcasts are delivered at: as loud as the next thing in the listener's player."""

CEILING_DBTP = -1.0
"""No peak is above this, as a player decodes it."""

CODING_DB = {"mp3": 0.5, "m4b": 0.5, "m4a": 0.5, "opus": 2.2, "html": 0.5}
"""By how much what a coder makes of speech may be above what it was given."""

_KEPT = 64
"""Clips at the level of the export that are kept for when they are heard again."""

_Key = tuple[str | None, str | None, bool]


@dataclass(frozen=True, slots=True)
class Form:
    """How a session is to be written: the format's name, its quality, and its loudness, or None for as it is played.

    `link` is where a leaflet leads to.
    """

    name: str = "wav"
    quality: str = "medium"
    loudness_lufs: float | None = LOUDNESS_LUFS
    link: str | None = None


@dataclass(frozen=True)
class Programme:
    """`timeline` is the `session`'s at the speed of the export; `scripts` are those of its techniques, in order."""

    session: Session
    timeline: Timeline
    scripts: tuple[Script, ...] = ()
    form: Form = Form()
    _levelled: dict[_Key, Clip] = field(default_factory=dict)

    def clip(self, event: Event) -> Clip:
        """The sound of an audible event, at the level of the export."""
        if not self.gain_db:
            return self._recorded(event)
        key = _key(event)
        if key not in self._levelled:
            if len(self._levelled) >= _KEPT:
                self._levelled.pop(next(iter(self._levelled)))
            self._levelled[key] = self._at_level(self._recorded(event))
        return self._levelled[key]

    def blocks(self, progress: Progress) -> Iterator[bytes]:
        """The whole session's PCM, a second at a time; `progress` is told how many frames are added."""
        for block in self.session.blocks(self.timeline, clip_of=self.clip, block_frames=RATE):
            yield block
            progress(len(block) // FRAME_BYTES)

    @cached_property
    def gain_db(self) -> float:
        """What makes the session as loud as it is wanted, in dB; found before the first block is."""
        if self.form.loudness_lufs is None:
            return 0.0
        from voiceguide import levels
        from voiceguide.mastering import as_samples

        cells: dict[_Key, levels.Energies] = {}
        audible = [event for event in self.timeline.events if event.audible]
        for event in audible:
            if _key(event) not in cells:
                cells[_key(event)] = levels.energies(as_samples(self._recorded(event)))
        lufs = levels.integrated((event.start_ms, cells[_key(event)]) for event in audible)
        return round(self.form.loudness_lufs - lufs, 2) if lufs > float("-inf") else 0.0

    def leaflets(self) -> tuple[Leaflet, ...]:
        """What is printed: a leaflet for each technique, with the time that it takes in this session."""
        return tuple(leaflet(script, self._takes_ms(number)) for number, script in enumerate(self.scripts))

    def _takes_ms(self, technique: int) -> int:
        chapters = (chapter for chapter in self.timeline.chapters if chapter.technique == technique)
        return sum(chapter.end_ms - chapter.start_ms for chapter in chapters)

    def _recorded(self, event: Event) -> Clip:
        return self.session.clip(event, self.timeline.speed)

    def _at_level(self, clip: Clip) -> Clip:
        import numpy as np

        from voiceguide.limiter import truly_limited
        from voiceguide.mastering import amplitude, as_clip, as_samples

        louder = as_samples(clip) * np.float32(amplitude(self.gain_db))
        return as_clip(truly_limited(louder, amplitude(CEILING_DBTP - CODING_DB.get(self.form.name, 0.0))))


def _key(event: Event) -> _Key:
    """What an audible event sounds like, whenever it does."""
    return event.text, event.sound, event.faster
