"""The nearest right name, for messages."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that is most similar to `word`, or None if none is similar."""
    from difflib import get_close_matches  # only a mistake needs it

    near = get_close_matches(word[:80].lower(), list(choices), n=1, cutoff=0.65)
    return near[0] if near else None


def suggestion(word: str, choices: Iterable[str]) -> str:
    """Return `did you mean hold?`, or '' if no choice is similar to `word`."""
    near = nearest(word, choices)
    return f"did you mean {near}?" if near else ""
