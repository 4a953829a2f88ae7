"""What is exported: a session's timeline with its sound, and the scripts that it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voiceguide.clip import FRAME_BYTES, RATE, Clip
from voiceguide.leaflet import Leaflet, leaflet
from voiceguide.render import render
from voiceguide.script import Script
from voiceguide.session import Session
from voiceguide.timeline import Event, Timeline

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Programme:
    """`timeline` is the `session`'s at the speed of the export; `scripts` are those of its techniques, in order.

    `link` is where a leaflet leads to.
    """

    session: Session
    timeline: Timeline
    scripts: tuple[Script, ...] = ()
    link: str | None = None

    def clip(self, event: Event) -> Clip:
        """The sound of an audible event."""
        return self.session.clip(event, self.timeline.speed)

    def blocks(self, progress: Progress) -> Iterator[bytes]:
        """The whole session's PCM, a second at a time; `progress` is told how many frames are added."""
        for block in render(self.timeline, self.clip, block_frames=RATE):
            yield block
            progress(len(block) // FRAME_BYTES)

    def leaflets(self) -> tuple[Leaflet, ...]:
        """What is printed: a leaflet for each technique, with the time that it takes in this session."""
        return tuple(leaflet(script, self._takes_ms(number)) for number, script in enumerate(self.scripts))

    def _takes_ms(self, technique: int) -> int:
        chapters = (chapter for chapter in self.timeline.chapters if chapter.technique == technique)
        return sum(chapter.end_ms - chapter.start_ms for chapter in chapters)
