"""What a script means: a flat `Plan` of cues, repeats unrolled and words chosen, without audio or absolute time."""

from voiceguide.plan.announce import with_lead_in
from voiceguide.plan.doses import PACE_PERCENT, PACED
from voiceguide.plan.model import (
    Announcement,
    Choices,
    Cue,
    Decision,
    Heading,
    Interval,
    Plan,
    Ring,
    Say,
    Where,
)
from voiceguide.plan.unroll import make_plan

__all__ = [
    "PACED",
    "PACE_PERCENT",
    "Announcement",
    "Choices",
    "Cue",
    "Decision",
    "Heading",
    "Interval",
    "Plan",
    "Ring",
    "Say",
    "Where",
    "make_plan",
    "with_lead_in",
]
