"""The linter: what works in a script, and yet may not be meant so. Every warning can be switched off by its code."""

from __future__ import annotations

from voiceguide.lint.advice import Advice
from voiceguide.lint.checks import CODES, lint

__all__ = ["CODES", "Advice", "lint"]
