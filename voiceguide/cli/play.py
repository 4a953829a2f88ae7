"""The command that plays a session, with its keys, buttons, card and ear."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.errors import DeviceError, VoiceguideError, visible
from voiceguide.cli.making import opened, timeline_of
from voiceguide.cli.options import (
    OutputName,
    Technique,
    Time,
    example,
    gathered,
    microphone_option,
    session_options,
)

if TYPE_CHECKING:
    from voiceguide.listener.bookmark import Bookmark
    from voiceguide.outputs import OpenOutput, Output
    from voiceguide.playback.player import Beginning, Player
    from voiceguide.playback.prompter import Ear
    from voiceguide.playback.remembering import Marker
    from voiceguide.playback.view import View
    from voiceguide.session.options import Options
    from voiceguide.session.session import Session
    from voiceguide.timeline import Timeline
    from voiceguide.transport import Request

    Watch = Callable[[View], None]
    Put = Callable[[Request], None]


@dataclass(frozen=True, slots=True)
class PlayOptions:
    """How a session is to be played: how it starts, what controls it, and what is shown of it."""

    start_in_ms: int | None
    start_when_ready: bool
    start_anyway_ms: int | None
    pre_roll_ms: int
    resume: bool
    listen: bool
    call: str | None
    mic: str | None
    big: bool
    flash: bool
    plain: bool
    awake: bool
    log: Path | None
    output: str
    no_wait: bool

    def check(self, techniques: Sequence[str]) -> None:
        """Raise click.UsageError for options that contradict each other."""
        if self.no_wait and self.output != "silent":
            raise click.UsageError("--no-wait needs --output silent")
        if self.resume and techniques:
            raise click.UsageError("--resume goes on with the last session; leave the techniques out")
        if not self.resume and not techniques:
            raise click.UsageError("name a technique; ‘voiceguide list’ shows voiceguide’s own")
        if self.call and not self.listen:
            raise click.UsageError("--call needs --listen")
        if self.mic and not self.listen:
            raise click.UsageError("--mic needs --listen")
        if self.no_wait and (self.listen or self.asks):
            raise click.UsageError("--no-wait waits for nobody; leave out --listen and --start-when-ready")

    @property
    def asks(self) -> bool:
        """Whether the listener is asked if they are ready."""
        return self.start_when_ready or self.start_anyway_ms is not None

    def beginning(self, step: int | None, by_voice: bool) -> Beginning:
        """Return how the session begins: at its start, or at `step` if it is resumed."""
        from voiceguide.playback.player import Beginning

        return Beginning(step, self.pre_roll_ms, self.asks, self.start_anyway_ms, by_voice)


_START = (
    click.option(
        "--start-in",
        "start_in_ms",
        type=Time("5s", "10m"),
        help="Time to get down on the floor first, counted aloud, such as 20s.",
    ),
    click.option("--start-when-ready", is_flag=True, help="Ask whether you are ready, and wait until you are."),
    click.option(
        "--start-anyway",
        "start_anyway_ms",
        type=Time("10s", "1h"),
        help="Like --start-when-ready, but begin after this time in any case.",
    ),
    click.option(
        "--pre-roll",
        "pre_roll_ms",
        type=Time("0s", "10s"),
        default="0.5s",
        show_default=True,
        help="Play something too soft to hear first, so that a headset is awake by the first word.",
    ),
    click.option("--resume", is_flag=True, help="Go on with the last session, at the step where it was left."),
)
_HANDS = (
    click.option("--listen", is_flag=True, help="Obey spoken commands: “pause”, “go on”, “next”, “how long”, …"),
    click.option(
        "--call",
        metavar="NAME",
        help="With --listen: obey only what begins with this name: “coach, pause”.",
    ),
    microphone_option,
)
_SEEN = (
    click.option("--big", is_flag=True, help="Letters large enough to be read from the floor."),
    click.option("--flash", is_flag=True, help="Light the card up with every chime."),
    click.option("--plain", is_flag=True, help="A line whenever something begins, not a card; for screen readers."),
    click.option("--awake", is_flag=True, help="Keep the screen on while the session plays."),
    click.option(
        "--log",
        type=click.Path(path_type=Path),
        help="Append to this file, as JSON lines, what was said, held, asked for and skipped, and when.",
    ),
    click.option(
        "--output",
        type=OutputName(),
        default="miniaudio",
        metavar="miniaudio|simpleaudio|silent",
        help="Where the sound goes; other packages may add more.",
    ),
    click.option("--no-wait", is_flag=True, help="With --output silent: run through the session without waiting."),
)


@click.command(
    epilog=example(
        "voiceguide play foam-roller --start-in 20s --speed 0.9",
        "voiceguide play foam-roller --listen --start-when-ready --big",
        "voiceguide play hands massage-balls foam-roller --fit 20m --guidance remind",
    )
)
@click.argument("techniques", metavar="TECHNIQUE...", nargs=-1, type=Technique())
@gathered((*_START, *_HANDS, *_SEEN), lambda: PlayOptions, "play_options")
@session_options
def play(techniques: Sequence[str], play_options: PlayOptions, options: Options) -> None:
    """Play a session: one technique, or several in a row.

    Keys: space pauses and goes on; enter says that you are ready; n, b and r go to the next step, to the one before,
    and to the start of this one; [ and ] make the speech slower and faster, - and + softer and louder; l adds ten
    seconds to a hold, e eases off, t tells how much time is left, and q stops. Media keys and the buttons of a headset
    work as well.
    """
    from voiceguide.listener import bookmark, config
    from voiceguide.playback import remembering
    from voiceguide.session.options import Options

    play_options.check(techniques)
    mark = None
    if play_options.resume:
        mark = bookmark.get()
        techniques, options = mark.techniques, Options.of(mark.options).but(options)
    settings = config.load()
    play_options = replace(play_options, mic=play_options.mic or settings.mic)
    by_voice = play_options.listen and _has_microphone(play_options.mic)
    with opened(techniques, options, settings=settings, lead_in_ms=play_options.start_in_ms or 0) as session:
        marker = remembering.Marker(techniques, session)
        step = _step(marker, mark) if mark else None
        remembers = settings.history != "off" and not play_options.no_wait
        if remembers:
            _warn_of_too_much(session)

        def remember(player: Player) -> None:
            with _told():
                remembering.remember(session, player)

        beginning, when_over = play_options.beginning(step, by_voice), remember if remembers else lambda _: None
        if _play(session, play_options, beginning, marker, when_over):
            with _told():
                bookmark.clear()


def _step(marker: Marker, mark: Bookmark) -> int | None:
    """Return the step to go on at; if the scripts have changed, say so and return None."""
    step = marker.step_of(mark)
    if step is None:
        click.echo(f"‘{visible(mark.title)}’ has been changed since; it starts from the beginning.", err=True)
    return step


def _play(
    session: Session,
    play_options: PlayOptions,
    beginning: Beginning,
    marker: Marker,
    when_over: Callable[[Player], None],
) -> bool:
    """Play the session with all its controls, and tell whether it was heard to its end."""
    from rich.console import Console

    from voiceguide.controls import awake, buttons, card, keyboard
    from voiceguide.playback import journal
    from voiceguide.playback.clocks import RealClock, VirtualClock
    from voiceguide.playback.play import play_session

    timelines = _timelines(session, beginning)
    first = next(timelines)
    if sys.stderr.isatty():
        _tell_of_voice(session)
    with contextlib.ExitStack() as stack:
        log = journal.Journal(stack.enter_context(journal.log_to(play_options.log)))
        log.told("session", 0.0, title=session.plan.title, speed=session.speed, voice=session.booth.voice.name)
        style = card.CardStyle(play_options.big, play_options.flash, play_options.plain)
        console = Console(highlight=False)
        clock = VirtualClock() if play_options.no_wait else RealClock()
        ear: Ear | None = None
        watches: list[Watch] = []

        def hint() -> str:
            return keyboard.HINT

        if isinstance(clock, RealClock):
            stack.callback(clock.close)
            put = clock.requests.put
            if play_options.listen:
                ear, hint = stack.enter_context(_listening(play_options, session, put))
            if not stack.enter_context(awake.kept(play_options.awake)) and play_options.awake:
                click.echo("voiceguide: nothing here can keep the screen on", err=True)
            stack.enter_context(keyboard.listening(put))
            watches += [marker, stack.enter_context(buttons.offered(put))]
        watches.append(stack.enter_context(card.shown(console, style, hint)))

        def watch_all(view: View) -> None:
            for watch in watches:
                watch(view)

        return play_session(
            session,
            _with_fallback(play_options.output),
            timelines=chain([first], timelines),
            clock=clock,
            watch=watch_all,
            journal=log,
            beginning=beginning,
            when_over=when_over,
            ear=ear,
        )


def _timelines(session: Session, beginning: Beginning) -> Iterator[Timeline]:
    """Return the session's timelines, which grow while it plays if lines are missing; print what isn't as asked for."""
    if beginning.step is None and session.booth.missing(session.plan.lines, session.speed):
        return session.growing()
    return iter([timeline_of(session)])  # the step to go on at may be among the last to be recorded


def _tell_of_voice(session: Session) -> None:
    """Print who speaks, and how to get a better voice if there is one for the language."""
    from voiceguide.phrases import base
    from voiceguide.voices import models

    name = session.booth.voice.name
    better = base(session.plan.language) == "en" and name != "hum" and not models.models()
    click.echo(f"The voice is {visible(name)}{f'; for {models.ADVICE}' if better else ''}.", err=True)


def _has_microphone(name: str | None) -> bool:
    """Tell whether there is a microphone; print that there is none, or which one it is if it isn't the obvious one."""
    from voiceguide.ear import microphones

    try:
        choice = microphones.choose(microphones.available(), name)
    except DeviceError as error:
        click.secho(f"NOT LISTENING: {error}.", bold=True, err=True)
        click.echo("Keys and buttons work all the same; a microphone that is connected later is listened to.", err=True)
        return False
    if not choice.expected:
        click.echo(f"voiceguide: {choice}", err=True)
    return True


@contextlib.contextmanager
def _listening(play_options: PlayOptions, session: Session, put: Put) -> Iterator[tuple[Ear, Callable[[], str]]]:
    """Obey spoken commands; yield the ear that hears them, and what the card says about it."""
    from voiceguide.controls import spoken
    from voiceguide.listener import pronunciations
    from voiceguide.spoken import Spoken

    language = session.plan.language
    read = Spoken(language, pronunciations.of(session.scripts))
    ear = spoken.Ear(put, language, play_options.call, play_options.mic, read)
    try:
        yield ear, lambda: ear.state if ear.is_gone else f"{ear.state}: {spoken.HINT}"
    finally:
        ear.close()


def _warn_of_too_much(session: Session) -> None:
    """Print a warning about each technique that has been done as often today as its script advises."""
    from voiceguide.playback import remembering

    with _told():
        for what, advice in remembering.too_often_today(session):
            click.secho(visible(what), bold=True, err=True)
            click.echo(advice, err=True)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Print what goes wrong in the block, and go on: a history that can't be read or written stops no session."""
    try:
        yield
    except VoiceguideError as error:
        click.echo(f"voiceguide: {visible(str(error))}", err=True)


def _with_fallback(name: str) -> OpenOutput:
    """Return what opens the output, or, if there is no device, says so loudly and opens the silent one."""
    from voiceguide.outputs import open_output

    def opened(now: Callable[[], float]) -> Output:
        try:
            return open_output(name, now)
        except DeviceError as error:
            click.secho(f"NO SOUND: {error}.", bold=True, err=True)
            click.echo("The session guides you here on the screen. ‘voiceguide doctor’ says more.", err=True)
            return open_output("silent", now)

    return opened


COMMANDS = (play,)
