"""The sessions that are measured, made up of sentences as a technique has them: all distinct, all about as long."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product

TITLE = "A quiet session"
WORDS_A_MINUTE = "130"
"""The pace that espeak-ng is asked for by voiceguide at the speed 1, and by its peers."""

SETTLE_SECONDS = 15.0
PAUSE_SECONDS = SETTLE_SECONDS + 0.6
"""From one line's end to the next: voiceguide breathes before and after the time to settle."""

WAYS = (
    *("and keep your breath slow and even", "and let your jaw go soft", "until the pressure begins to fade"),
    *("without holding your breath", "and stop before it hurts", "as far as feels comfortable"),
    *("while your knees stay bent", "and notice what changes", "with both feet on the floor", "and then wait"),
)
PLACES = (
    *("the left shoulder blade", "the right shoulder blade", "the middle of your back", "the side of your neck"),
    *("your lower ribs", "the left hip", "the right hip", "the back of your thigh", "your calf"),
    *("the sole of your foot", "your forearm", "the base of your skull", "the muscles beside your spine"),
    *("the front of your shoulder", "the outside of your leg"),
)
DEEDS = (
    *("Roll slowly along", "Press your fingertips into", "Draw small circles over", "Breathe into"),
    *("Lean a little more onto", "Let the weight sink into", "Stretch gently through", "Rest the ball against"),
    *("Glide the roller across", "Ease off, and feel", "Tap lightly around", "Lengthen"),
)


@dataclass(frozen=True, slots=True)
class Work:
    """A session of so many steps, each a sentence and time to settle."""

    title: str
    steps: int

    @property
    def sentences(self) -> list[str]:
        every = product(WAYS, PLACES, DEEDS)
        return [f"{deed} {place}, {way}." for way, place, deed in islice(every, self.steps)]

    @property
    def script(self) -> str:
        """What voiceguide is given."""
        steps = (f"1. {sentence} [settle {SETTLE_SECONDS:g}s]\n" for sentence in self.sentences)
        return f"# {TITLE}\n\n{''.join(steps)}"

    @property
    def lines(self) -> str:
        """What the peers are given: all that voiceguide says."""
        return "\n".join([f"{TITLE}.", *self.sentences])

    @property
    def ssml(self) -> str:
        """The same for an engine that waits by itself."""
        pause = f'<break time="{PAUSE_SECONDS:g}s"/>'
        return f"<speak>{''.join(f'<s>{line}</s>{pause}' for line in self.lines.splitlines())}</speak>"


A = Work("A: 60 lines, 20 minutes", 60)
B = Work("B: 1 800 lines, 10 hours", 1_800)
