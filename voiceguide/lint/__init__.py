"""The linter: it warns of what works in a script, but may not be meant. Its code switches a warning off."""

from __future__ import annotations

from voiceguide.lint.advice import Advice
from voiceguide.lint.checks import CODES, lint

__all__ = ["CODES", "Advice", "lint"]
