"""What a voice is given to read: numbers, units, signs and abbreviations in words, and names as they sound."""

from voiceguide.spoken.forms import Pronunciations, Spoken

__all__ = ["Pronunciations", "Spoken"]
