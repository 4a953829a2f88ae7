"""What is remembered of a session: where it is, for the bookmark, and what was heard, for the history."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from voiceguide.base.errors import VoiceguideError
from voiceguide.base.hashing import sha256_of
from voiceguide.base.moments import SECOND
from voiceguide.listener import bookmark, history
from voiceguide.playback.player import Player
from voiceguide.playback.view import View
from voiceguide.session.session import Session
from voiceguide.timeline import cue_at


class Marker:
    """Keeps a session's bookmark, at every new step; to be called with each view."""

    def __init__(self, techniques: Sequence[str], session: Session) -> None:
        self._plan = session.plan
        names = tuple(str(Path(name).absolute()) if Path(name).is_file() else name for name in techniques)
        scripts = sha256_of(*session.scripts)
        self._mark = bookmark.Bookmark(names, session.options.given(), -1, scripts, self._plan.title)

    def __call__(self, view: View) -> None:
        step = self._plan.cues[cue_at(view.timeline, view.ms)].where.step
        if step > 0 and step != self._mark.step:
            self._mark = replace(self._mark, step=step)
            with contextlib.suppress(VoiceguideError):
                bookmark.put(self._mark)

    def step_of(self, mark: bookmark.Bookmark) -> int | None:
        """Return the step at which a session goes on from its bookmark; None if its scripts have changed."""
        there = any(cue.where.step == mark.step for cue in self._plan.cues)
        return mark.step if there and mark.scripts == self._mark.scripts else None


def too_often_today(session: Session) -> Iterator[tuple[str, str]]:
    """Yield, for each technique that will be done more often today than its script advises, how often, and the advice.

    Raises VoiceguideError if the history can't be read.
    """
    for script, here in Counter(session.scripts).items():
        done = history.times_today(history.name_of(script.file), datetime.now().astimezone())
        if script.daily and done + here > script.daily:
            before = f"has been done {_times(done)} today" if done else ""
            now = f"is {_times(here)} in this session" if here > 1 or not done else ""
            what = " and ".join(part for part in (before, now) if part)
            yield f"‘{script.title}’ {what}.", f"Its script advises {_times(script.daily)} a day at most; q stops."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def remember(session: Session, player: Player) -> None:
    """Add the techniques that were heard at least halfway to the history.

    Raises VoiceguideError if it can't be written.
    """
    if not player.reached_ms:
        return  # perhaps there never was anything to be heard
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    for technique, ms in history.heard(player.timeline, player.reached_ms, player.is_whole):
        name = history.name_of(session.scripts[technique].file)
        history.add(history.HistoryEntry(at, name, ms // SECOND))
