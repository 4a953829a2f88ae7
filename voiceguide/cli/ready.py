"""From a listener's wishes to a session that is ready to run: every script read, and its lines recorded."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from voiceguide.base.errors import UsageError, visible
from voiceguide.cli.options import Options

if TYPE_CHECKING:
    from voiceguide.listener.config import Config
    from voiceguide.recording.booth import Booth, Progress
    from voiceguide.script import Script
    from voiceguide.session.session import Session
    from voiceguide.timeline import Timeline
    from voiceguide.voices import Voice


@dataclass(frozen=True, slots=True)
class Ready:
    """A session, the speed it begins at, and what it was made from."""

    session: Session
    speed: float
    scripts: tuple[Script, ...]
    settings: Config
    start_in: int
    fit: int | None

    def timeline(self, strict: bool = False) -> Timeline:
        """The session's timeline; what isn't recorded yet is recorded first. Tells what can't be had."""
        with recording() as progress:
            timeline = self.session.timeline(self.speed, progress)
        for note in (*self.notes(timeline), *_of_cache(self.session.booth)):
            click.echo(note, err=True)
        if strict:
            refuse_if_words_are_left_out(timeline)
        return timeline

    def notes(self, timeline: Timeline) -> list[str]:
        """What isn't as it was asked for: words that don't fit in, a total time that can't be had."""
        from voiceguide.base.moments import short_timestamp
        from voiceguide.plan.fit import fits

        notes = _left_out(timeline)
        if all(event.kind == "chime" for event in timeline.events):
            notes.append("voiceguide: at this guidance, nothing is left of it but chimes")
        lasts = timeline.duration_ms - self.start_in
        if self.fit and not fits(lasts, self.fit):
            nearest = f"the nearest found inside its ranges is {short_timestamp(lasts)}"
            notes.append(f"voiceguide: it can't be brought to {short_timestamp(self.fit)}; {nearest}")
        return notes

    def timelines(self) -> Iterator[Timeline]:
        """The same, more and more of it, for somebody who begins to listen meanwhile."""
        if self.session.booth.missing(self.session.plan.lines, self.speed):
            return self.session.growing(self.speed)
        return iter([self.timeline()])


def ready(
    techniques: Sequence[str], wishes: Options, start_in: int | None = None, progress: Progress | None = None
) -> Ready:
    """The session of some techniques in a row, as the listener wishes it.

    To fill a time, lines are recorded; who gives no `progress` is shown a bar.
    """
    from voiceguide.library import techniques as known
    from voiceguide.listener import config, pronunciations
    from voiceguide.plan import make_plan, with_lead_in
    from voiceguide.recording import cache_folder
    from voiceguide.recording.booth import Booth
    from voiceguide.recording.clip_cache import ClipCache
    from voiceguide.session.session import Session, fitted
    from voiceguide.spoken import Spoken
    from voiceguide.voices import open_voice

    scripts = tuple(known.read(technique, wishes.language) for technique in techniques)
    if twice := [name for name, many in Counter(script.file for script in set(scripts)).items() if many > 1]:
        raise UsageError(f"two different scripts are called {visible(twice[0])}; rename one of them")
    settings = config.load()
    choices = wishes.choices(settings.guidance, settings.pace)
    plan = make_plan(*scripts, choices=choices)
    language = scripts[0].language
    voice = open_voice(wishes.voice, language, settings.voice, Spoken(language, pronunciations.of(scripts)))
    booth = Booth(voice, ClipCache(cache_folder.folder(), settings.cache or cache_folder.USUAL_BYTES))
    click.get_current_context().call_on_close(booth.close)
    speed = _speed_for(wishes.wpm, voice) if wishes.wpm else wishes.speed or settings.speed or 1.0
    if wishes.fit:
        with contextlib.nullcontext(progress) if progress else recording() as told:
            plan = make_plan(*scripts, choices=fitted(scripts, choices, wishes.fit, booth, speed, told))
    if start_in:
        plan = with_lead_in(plan, start_in)
    if booth.missing(plan.lines, speed):
        voice.warm_up()
    session = Session(plan, booth)
    if wishes.bed:
        from voiceguide.session import bed

        session.bed = bed.load(wishes.bed)
    return Ready(session, speed, scripts, settings, start_in or 0, wishes.fit)


def _speed_for(wpm: float, voice: Voice) -> float:
    """The speed at which a voice speaks so many words a minute. Raises UsageError for what no speed is."""
    from voiceguide.voices import MAX_SPEED, MIN_SPEED

    usual = voice.words_a_minute()
    if not usual:
        raise UsageError(f"nobody knows how many words a minute {voice.name} speaks; give --speed")
    if not MIN_SPEED <= wpm / usual <= MAX_SPEED:
        ends = f"from {usual * MIN_SPEED:.0f} to {usual * MAX_SPEED:.0f}"
        raise UsageError(f"{voice.name} speaks {ends} words a minute, {usual:.0f} at speed 1; --wpm {wpm:g} is outside")
    return round(wpm / usual, 3)


def refuse_if_words_are_left_out(timeline: Timeline) -> None:
    """Raises UsageError if an author's words didn't fit in."""
    if _left_out(timeline):
        raise UsageError("not all words have their place")


def _left_out(timeline: Timeline) -> list[str]:
    said = (visible(f"{one.place}: ‘{one.text}’ {one.why}") for one in timeline.decisions if one.warning)
    return list(dict.fromkeys(said))


def _of_cache(booth: Booth) -> list[str]:
    problem = booth.cache.problem
    return [f"voiceguide: {visible(problem)}; lines are recorded anew each time"] if problem else []


@contextlib.contextmanager
def recording() -> Iterator[Progress]:
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
