"""What the commands that open a session have in common."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voiceguide.base.errors import UsageError, visible
from voiceguide.cli.progress import bar

if TYPE_CHECKING:
    from voiceguide.session.options import Options
    from voiceguide.session.session import Session
    from voiceguide.timeline import Timeline

strict_option = click.option("--strict", is_flag=True, help="Fail if an author's words don't fit where they belong.")


def opened(techniques: Sequence[str], options: Options, **more: Any) -> Session:
    """Open a session as `open_session` does, with a progress bar while lines are recorded to fill a time."""
    from voiceguide.session.build import open_session

    with bar("recording") as recording:
        return open_session(techniques, options, progress=recording, **more)


def timeline_of(session: Session, strict: bool = False) -> Timeline:
    """Return a session's timeline, with a progress bar while lines are recorded, and print what isn't as asked for.

    Raises UsageError if `strict` and words are left out.
    """
    from voiceguide.session.session import refuse_left_out

    with bar("recording") as recording:
        timeline = session.timeline(progress=recording)
    for note in session.notes(timeline):
        click.echo(str(note) if note.place else f"voiceguide: {note}", err=True)
    if strict:
        refuse_left_out(timeline)
    return timeline


def laid_out(techniques: Sequence[str], options: Options, strict: bool = False) -> Timeline:
    """Return the timeline of some techniques in a row, as `timeline_of` does."""
    with opened(techniques, options) as session:
        return timeline_of(session, strict)


def spare_the_scripts(techniques: Sequence[str], *paths: Path) -> None:
    """Raise UsageError if one of the files that are to be written is one of the scripts."""
    from voiceguide.library import techniques as known

    for path in paths:
        if any(known.is_file(technique, path) for technique in techniques):
            raise UsageError(f"{visible(str(path))} is the script itself; name another file")
