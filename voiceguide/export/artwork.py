"""A session's cover as a picture that audio files can carry."""

from __future__ import annotations

from voiceguide.timeline import Timeline


def cover(timeline: Timeline) -> bytes:
    """Return the cover of a session as a square PNG of 800 by 800 pixels, some tens of kilobytes."""
    from voiceguide.draw.palette import DARK
    from voiceguide.draw.png import png
    from voiceguide.picture.cover import cover as drawn

    return png(drawn(timeline), DARK)
