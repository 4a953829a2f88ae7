"""What a listener may choose about a session."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from voiceguide.base.choices import DOSES, GUIDANCE, PACES, Dose, Guidance, Pace, check_choice, check_speed
from voiceguide.base.errors import UsageError, shortened
from voiceguide.listener.config import Config
from voiceguide.plan import Choices


@dataclass(frozen=True, slots=True)
class Options:
    """How a session is to be; None leaves it to the listener's settings, and then to the program.

    `speed` is a factor of the voice's calm pace, 0.5 to 2.0, and `wpm` another way to choose it, in words a minute.
    `fit_ms` is a total time that is to be filled within the ranges. `bed` is the name of one that comes along, or the
    path of a sound file. Raises UsageError for values that aren't possible, or that contradict each other.
    """

    speed: float | None = None
    voice: str | None = None
    language: str | None = None
    guidance: Guidance | None = None
    pace: Pace | None = None
    dose: Dose | None = None
    fit_ms: int | None = None
    bed: str | None = None
    wpm: float | None = None

    def __post_init__(self) -> None:
        for name, values in (("guidance", GUIDANCE), ("pace", PACES), ("dose", DOSES)):
            if (value := getattr(self, name)) is not None:
                check_choice(name, str(value), values)
        if self.speed is not None:
            check_speed(self.speed)
        if self.fit_ms and self.dose:
            raise UsageError("--fit chooses within the ranges, --dose chooses one end of each; give one of the two")
        if self.wpm and self.speed:
            raise UsageError("--wpm is another way to give a --speed; give one of the two")

    def given(self) -> dict[str, Any]:
        """Return the options that aren't left open, by name, with values that JSON can hold."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @staticmethod
    def of(given: dict[str, Any]) -> Options:
        """Return the options that `given` returned. Raises UsageError for names or values that can't be."""
        kinds: dict[str, type | tuple[type, ...]] = {"speed": (float, int), "wpm": (float, int), "fit_ms": int}
        known = {field.name for field in fields(Options)}
        for name, value in given.items():
            if name not in known or isinstance(value, bool) or not isinstance(value, kinds.get(name, str)):
                raise UsageError(f"‘{shortened(name)}’ can’t be {shortened(repr(value))} in a session")
        return Options(**given)

    def but(self, others: Options) -> Options:
        """Return the options for the same steps in another voice, or at another speed.

        Raises UsageError if `others` change the steps.
        """
        given = others.given()
        if given.keys() - {"speed", "voice", "wpm"}:
            raise UsageError("--resume goes on with the same steps; only --speed, --wpm and --voice may be given")
        kept = replace(self, speed=None, wpm=None) if given.keys() & {"speed", "wpm"} else self
        return replace(kept, **given)

    def resolved(self, settings: Config) -> Options:
        """Return the options with the listener's `settings` for speed, guidance and pace where these are left open."""
        return replace(
            self,
            speed=self.speed or (None if self.wpm else settings.speed),
            guidance=self.guidance or settings.guidance,
            pace=self.pace or settings.pace,
        )

    def choices(self) -> Choices:
        """Return the part of the options that a plan depends on."""
        return Choices(self.guidance or "teach", self.pace or "normal", self.dose or "low")
