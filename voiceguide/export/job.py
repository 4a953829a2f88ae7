"""What is exported: a session's timeline with its sound, and how it is to be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip
from voiceguide.base.choices import Quality
from voiceguide.base.progress import Progress
from voiceguide.leaflet import Leaflet, leaflet
from voiceguide.session.render import total_frames
from voiceguide.session.session import Session
from voiceguide.timeline import Event, Timeline

LOUDNESS_LUFS = -16.0
"""The usual loudness of podcasts: as loud as whatever comes next in the listener's player."""

_KEPT = 64
"""How many clips at the level of the export are kept, of those that are heard more than once."""

_Key = tuple[str | None, str | None, bool]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a session is to be written: the format's name, or None to go by the file's suffix, and the quality.

    `loudness_lufs` is that of the whole session; None keeps it as it is played. `link` is the address that a leaflet
    leads to.
    """

    format: str | None = None
    quality: Quality = "medium"
    loudness_lufs: float | None = LOUDNESS_LUFS
    link: str | None = None


@dataclass(frozen=True)
class ExportJob:
    """A session that is to be written, and its `timeline` at the speed of the export."""

    session: Session
    timeline: Timeline
    options: ExportOptions = ExportOptions()
    _levelled: dict[_Key, Clip] = field(default_factory=dict)

    def clip(self, event: Event) -> Clip:
        """Return the sound of an audible event, at the level of the export."""
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
        """Yield the whole session's PCM, a second at a time, and call `progress` with the frames that are done.

        PCM is mono, signed 16 bit, little-endian, at 22,050 frames a second.
        """
        done, total = 0, total_frames(self.timeline)
        for block in self.session.render(self.timeline, clip_of=self.clip, block_frames=RATE):
            yield block
            done += len(block) // FRAME_BYTES
            progress(done, total)

    @property
    def format(self) -> str:
        """The name of the format."""
        return self.options.format or "wav"

    @cached_property
    def gain_db(self) -> float:
        """The gain, in dB, that brings the session to the loudness asked for; it is known before the first block."""
        if self.options.loudness_lufs is None:
            return 0.0
        from voiceguide.export.loudness import gain_for, loudness_for

        audible = [event for event in self.timeline.events if event.audible]
        events = {_key(event): event for event in audible}
        heard = [(event.start_ms, _key(event)) for event in audible]
        lufs = loudness_for(self.format, self.options.quality, self.options.loudness_lufs)
        return gain_for(lufs, heard, lambda key: self._recorded(events[key]), self._ceiling_db)

    @cached_property
    def _times(self) -> Counter[_Key]:
        """How often each clip is heard."""
        return Counter(_key(event) for event in self.timeline.events if event.audible)

    def leaflets(self) -> tuple[Leaflet, ...]:
        """Return a leaflet for each technique, with the time that it takes in this session."""
        return tuple(leaflet(script, self._duration_ms(number)) for number, script in enumerate(self.session.scripts))

    def _duration_ms(self, technique: int) -> int:
        chapters = (chapter for chapter in self.timeline.chapters if chapter.technique == technique)
        return sum(chapter.end_ms - chapter.start_ms for chapter in chapters)

    def _recorded(self, event: Event) -> Clip:
        return self.session.clip(event, self.timeline.speed)

    @property
    def _ceiling_db(self) -> float:
        from voiceguide.export.loudness import ceiling_db

        return ceiling_db(self.format, self.options.quality)

    def _at_level(self, clip: Clip) -> Clip:
        from voiceguide.export.loudness import levelled

        return levelled(clip, self.gain_db, self._ceiling_db)


def _key(event: Event) -> _Key:
    """Return what tells an audible event's sound from every other, whenever it is heard."""
    return event.text, event.sound, event.faster
