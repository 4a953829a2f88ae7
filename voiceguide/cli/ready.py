"""From a listener's wishes to a session that is ready to run: every script read, every line recorded."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from voiceguide.cli.options import Wishes
from voiceguide.errors import UsageError, visible

if TYPE_CHECKING:
    from voiceguide.config import Config
    from voiceguide.script import Script
    from voiceguide.session import Session
    from voiceguide.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Ready:
    """A session, its timeline at the speed it begins with, and what it was made from."""

    session: Session
    timeline: Timeline
    scripts: tuple[Script, ...]
    settings: Config


def ready(techniques: Sequence[str], wishes: Wishes, start_in: int | None = None, strict: bool = False) -> Ready:
    """The session of some techniques in a row, as the listener wishes it. Tells what can't be had."""
    from voiceguide import config, paths
    from voiceguide import techniques as known
    from voiceguide.booth import Booth
    from voiceguide.plan import make_plan, with_lead_in
    from voiceguide.session import Session, fitted
    from voiceguide.shelf import Shelf
    from voiceguide.voices import open_voice

    scripts = tuple(known.read(technique, wishes.language) for technique in techniques)
    if twice := [name for name, many in Counter(script.file for script in set(scripts)).items() if many > 1]:
        raise UsageError(f"two different scripts are called {visible(twice[0])}; rename one of them")
    settings = config.load()
    choices = wishes.choices(settings.guidance, settings.pace)
    plan = make_plan(*scripts, choices=choices)
    voice = open_voice(wishes.voice, scripts[0].language, settings.voice)
    booth = Booth(voice, Shelf(paths.cache_folder() / "lines"))
    click.get_current_context().call_on_close(booth.close)
    speed = wishes.speed or settings.speed or 1.0
    with recording() as progress:
        if wishes.fit:
            plan = make_plan(*scripts, choices=fitted(scripts, choices, wishes.fit, booth, speed, progress))
        if start_in:
            plan = with_lead_in(plan, start_in)
        session = Session(plan, booth)
        timeline = session.timeline(speed, progress)
    _tell(timeline, wishes.fit, start_in or 0, strict)
    if booth.shelf.problem:
        click.echo(f"voiceguide: {visible(booth.shelf.problem)}; lines are recorded anew each time", err=True)
    return Ready(session, timeline, scripts, settings)


def _tell(timeline: Timeline, fit: int | None, start_in: int, strict: bool) -> None:
    """What isn't as it was asked for: words that don't fit in, a total time that can't be had."""
    from voiceguide.moments import short_clock
    from voiceguide.plan.fit import fits

    left_out = [f"{one.place}: ‘{one.text}’ {one.why}" for one in timeline.decisions if one.warning]
    for line in dict.fromkeys(left_out):
        click.echo(visible(line), err=True)
    if left_out and strict:
        raise UsageError("not all words have their place")
    if all(event.kind == "chime" for event in timeline.events):
        click.echo("voiceguide: at this guidance, nothing is left of it but chimes", err=True)
    lasts = timeline.duration_ms - start_in
    if fit and not fits(lasts, fit):
        what = f"it can't be brought to {short_clock(fit)}; the nearest found inside its ranges is {short_clock(lasts)}"
        click.echo(f"voiceguide: {what}", err=True)


@contextlib.contextmanager
def recording() -> Iterator[Callable[[int, int], None]]:
    """A progress bar that only appears if there is something to record."""
    with contextlib.ExitStack() as stack:
        shown: Any = None

        def progress(done: int, total: int) -> None:
            nonlocal shown
            if shown is None or total != shown.length:
                shown = stack.enter_context(bar("recording", total))
            shown.update(done - shown.pos)

        yield progress


def bar(label: str, length: int) -> Any:
    """A progress bar on standard error, where there is a terminal to show it."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
