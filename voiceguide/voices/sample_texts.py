"""The sample texts, which voices read as a preview and to have their pace measured: one text per language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SAMPLES = {
    "en": (
        "Lie down, and let your shoulders sink.",
        "Now lift your hips, and hold for ten seconds.",
        "Breathe out slowly while you roll toward your lower back.",
        "Half way.",
        "Change sides, and press a little more firmly than before.",
    ),
    "es": (
        "Túmbate, y deja que bajen los hombros.",
        "Ahora levanta la cadera, y aguanta diez segundos.",
        "Suelta el aire despacio mientras ruedas hacia la zona lumbar.",
        "La mitad.",
        "Cambia de lado, y presiona un poco más fuerte que antes.",
    ),
    "de": (
        "Leg dich hin, und lass die Schultern sinken.",
        "Heb jetzt die Hüfte, und halte zehn Sekunden.",
        "Atme langsam aus, während du zum unteren Rücken rollst.",
        "Die Hälfte.",
        "Wechsle die Seite, und drück ein wenig fester als vorher.",
    ),
    "fr": (
        "Allonge-toi, et laisse descendre les épaules.",
        "Maintenant soulève les hanches, et tiens dix secondes.",
        "Expire lentement en roulant vers le bas du dos.",
        "À la moitié.",
        "Change de côté, et appuie un peu plus fort qu’avant.",
    ),
}

NUMBERS = ("1 2 3 4 5", "6 7 8 9 10", "11 12 13 14 15")
"""The sample in all other languages, as each has words for numbers; they take about a tenth longer than other words."""

PREVIEW_LINES = 2
"""How many of the lines make up a preview."""


@dataclass(frozen=True, slots=True)
class SampleText:
    """Lines to be read. `letters` is 0 if the words are written in digits, and so can't be counted by their letters."""

    lines: tuple[str, ...]
    words: int
    letters: int

    def words_a_minute(self, ms: int | None) -> float | None:
        """Return the pace at which this is read in `ms` milliseconds; None if that isn't known."""
        return 60_000 * self.words / ms if ms else None

    def letter_ms(self, ms: int | None) -> float | None:
        """Return the milliseconds per letter if this is read in `ms` milliseconds; None if either isn't known."""
        return ms / self.letters if ms and self.letters else None


def sample_text(languages: Sequence[str]) -> SampleText:
    """Return the sample text for a voice that speaks `languages`, given as tags such as `en-us`."""
    base = next((tag.split("-")[0] for tag in languages if tag.split("-")[0] in SAMPLES), "")
    lines = SAMPLES.get(base, NUMBERS)
    return SampleText(lines, sum(len(line.split()) for line in lines), letters("".join(lines)) if base else 0)


def shown(languages: Sequence[str]) -> str:
    """Return what a voice that speaks `languages` says as a preview."""
    return " ".join(sample_text(languages).lines[:PREVIEW_LINES])


def letters(line: str) -> int:
    """Return the number of letters in `line`."""
    return sum(char.isalpha() for char in line)
