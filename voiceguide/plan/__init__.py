"""What a script means: a flat `Plan` of cues, repeats unrolled, words chosen; no audio and no absolute time."""

from voiceguide.plan.announce import with_lead_in
from voiceguide.plan.model import Announcement, Cue, Interval, Plan, Ring, Say, Where
from voiceguide.plan.unroll import make_plan

__all__ = ["Announcement", "Cue", "Interval", "Plan", "Ring", "Say", "Where", "make_plan", "with_lead_in"]
