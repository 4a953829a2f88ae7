"""The timeline: when every word, hold and chime of a session happens, and every decision with its reason."""

from voiceguide.timeline.ladder import FASTER, Lengths
from voiceguide.timeline.layout import lay_out
from voiceguide.timeline.lookup import (
    begun,
    coming,
    cue_at,
    cue_end,
    full_title,
    interval_at,
    interval_of,
    sounding_at,
    sounding_between,
    starting,
)
from voiceguide.timeline.model import Chapter, Event, EventKind, Timeline

__all__ = [
    "FASTER",
    "Chapter",
    "Event",
    "EventKind",
    "Lengths",
    "Timeline",
    "begun",
    "coming",
    "cue_at",
    "cue_end",
    "full_title",
    "interval_at",
    "interval_of",
    "lay_out",
    "sounding_at",
    "sounding_between",
    "starting",
]
