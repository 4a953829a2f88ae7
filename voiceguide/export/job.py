"""What is exported: a session's timeline with its sound, the scripts that it comes from, and the form it is to have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip
from voiceguide.leaflet import Leaflet, leaflet
from voiceguide.script import Script
from voiceguide.session.session import Session
from voiceguide.timeline import Event, Timeline

Progress = Callable[[int], None]

QUALITIES = ("low", "medium", "high")

LOUDNESS_LUFS = -16.0
"""What podcasts are delivered at: as loud as the next thing in the listener's player."""

_KEPT = 64
"""Clips at the level of the export that are kept, of those that are heard more than once."""

_Key = tuple[str | None, str | None, bool]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a session is to be written: the format's name, its quality, and its loudness, or None for as it is played.

    `link` is where a leaflet leads to.
    """

    name: str = "wav"
    quality: str = "medium"
    loudness_lufs: float | None = LOUDNESS_LUFS
    link: str | None = None


@dataclass(frozen=True)
class ExportJob:
    """`timeline` is the `session`'s at the speed of the export; `scripts` are those of its techniques, in order."""

    session: Session
    timeline: Timeline
    scripts: tuple[Script, ...] = ()
    options: ExportOptions = ExportOptions()
    _levelled: dict[_Key, Clip] = field(default_factory=dict)

    def clip(self, event: Event) -> Clip:
        """The sound of an audible event, at the level of the export."""
        if not self.gain_db:
            return self._recorded(event)
        key = _key(event)
        clip = self._levelled.pop(key, None) or self._at_level(self._recorded(event))
        if self._times[key] > 1:
            self._levelled[key] = clip
            if len(self._levelled) > _KEPT:
                self._levelled.pop(next(iter(self._levelled)))
        return clip

    def blocks(self, progress: Progress) -> Iterator[bytes]:
        """The whole session's PCM, a second at a time; `progress` is told how many frames are added."""
        for block in self.session.blocks(self.timeline, clip_of=self.clip, block_frames=RATE):
            yield block
            progress(len(block) // FRAME_BYTES)

    @cached_property
    def gain_db(self) -> float:
        """What makes the session as loud as it is wanted, in dB; found before the first block is."""
        if self.options.loudness_lufs is None:
            return 0.0
        from voiceguide.export.loudness import asked_of, gain_for

        audible = [event for event in self.timeline.events if event.audible]
        events = {_key(event): event for event in audible}
        heard = [(event.start_ms, _key(event)) for event in audible]
        lufs = asked_of(self.options.name, self.options.quality, self.options.loudness_lufs)
        return gain_for(lufs, heard, lambda key: self._recorded(events[key]), self._ceiling_db)

    @cached_property
    def _times(self) -> Counter[_Key]:
        """How often each clip is heard."""
        return Counter(_key(event) for event in self.timeline.events if event.audible)

    def leaflets(self) -> tuple[Leaflet, ...]:
        """What is printed: a leaflet for each technique, with the time that it takes in this session."""
        return tuple(leaflet(script, self._takes_ms(number)) for number, script in enumerate(self.scripts))

    def _takes_ms(self, technique: int) -> int:
        chapters = (chapter for chapter in self.timeline.chapters if chapter.technique == technique)
        return sum(chapter.end_ms - chapter.start_ms for chapter in chapters)

    def _recorded(self, event: Event) -> Clip:
        return self.session.clip(event, self.timeline.speed)

    @property
    def _ceiling_db(self) -> float:
        from voiceguide.export.loudness import ceiling_db

        return ceiling_db(self.options.name, self.options.quality)

    def _at_level(self, clip: Clip) -> Clip:
        from voiceguide.export.loudness import levelled

        return levelled(clip, self.gain_db, self._ceiling_db)


def _key(event: Event) -> _Key:
    """What an audible event sounds like, whenever it does."""
    return event.text, event.sound, event.faster
