"""What a voice is given to read: numbers, units, signs and abbreviations as words, and names as they are pronounced."""

from voiceguide.spoken.forms import Pronunciations, Spoken

__all__ = ["Pronunciations", "Spoken"]
