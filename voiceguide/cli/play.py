"""The command that plays a session, and all that stands around it while it does."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.errors import DeviceError, VoiceguideError, visible
from voiceguide.base.moments import SECOND
from voiceguide.cli.options import Options, Technique, Time, example, gathered, wishes
from voiceguide.cli.ready import Ready, ready
from voiceguide.outputs import NAMES as OUTPUTS

if TYPE_CHECKING:
    from voiceguide.listener.bookmark import Bookmark
    from voiceguide.outputs import Output
    from voiceguide.playback.player import Beginning, Player
    from voiceguide.playback.view import View
    from voiceguide.transport import Request

    Watch = Callable[[View], None]
    Put = Callable[[Request], None]


@dataclass(frozen=True, slots=True)
class PlayOptions:
    """What a listener wants besides the session itself."""

    start_in: int | None
    start_when_ready: bool
    start_anyway: int | None
    pre_roll: int
    resume: bool
    listen: bool
    call: str | None
    big: bool
    flash: bool
    plain: bool
    awake: bool
    log: Path | None
    output: str
    no_wait: bool

    def check(self, techniques: Sequence[str]) -> None:
        """Refuses what contradicts itself."""
        if self.no_wait and self.output != "silent":
            raise click.UsageError("--no-wait needs --output silent")
        if self.resume and techniques:
            raise click.UsageError("--resume takes up what was left; leave the techniques out")
        if not self.resume and not techniques:
            raise click.UsageError("name a technique; ‘voiceguide list’ shows those that come along")
        if self.call and not self.listen:
            raise click.UsageError("--call needs --listen")
        if self.no_wait and (self.listen or self.asks):
            raise click.UsageError("--no-wait waits for nobody; leave --listen and --start-when-ready out")

    @property
    def asks(self) -> bool:
        return self.start_when_ready or self.start_anyway is not None

    def beginning(self, step: int | None) -> Beginning:
        """How the session begins, at `step` if it is taken up again."""
        from voiceguide.playback.player import Beginning

        return Beginning(step, self.pre_roll, self.asks, self.start_anyway, self.listen)


_START = (
    click.option(
        "--start-in", type=Time("5s", "10m"), help="Time to get down on the floor first, counted aloud, such as 20s."
    ),
    click.option("--start-when-ready", is_flag=True, help="Ask whether you are ready, and wait for it."),
    click.option("--start-anyway", type=Time("10s", "1h"), help="The same, but begin after this time in any case."),
    click.option(
        "--pre-roll",
        type=Time("0s", "10s"),
        default="0.5s",
        show_default=True,
        help="A sound too soft to be heard that comes first, so that a headset has woken up by the first word.",
    ),
    click.option("--resume", is_flag=True, help="Take the last session up again, at the step where it was left."),
)
_HANDS = (
    click.option("--listen", is_flag=True, help="Hear spoken commands: “pause”, “go on”, “next”, “how long”, …"),
    click.option("--call", metavar="NAME", help="With --listen: obey only what begins with this name: “coach, pause”."),
)
_SEEN = (
    click.option("--big", is_flag=True, help="Big letters, to be read from the floor."),
    click.option("--flash", is_flag=True, help="The card lights up with every chime."),
    click.option("--plain", is_flag=True, help="No card: a line whenever something begins, as screen readers like it."),
    click.option("--awake", is_flag=True, help="Keep the screen on."),
    click.option(
        "--log",
        type=click.Path(path_type=Path),
        help="Add to this file, as JSON lines, what was said, held, asked and skipped, and when.",
    ),
    click.option("--output", type=click.Choice(OUTPUTS), default="miniaudio", help="Where the sound goes."),
    click.option("--no-wait", is_flag=True, help="With --output silent: run through without waiting."),
)


@click.command(
    epilog=example(
        "voiceguide play foam-roller --start-in 20s --speed 0.9",
        "voiceguide play foam-roller --listen --start-when-ready --big",
        "voiceguide play hands massage-balls foam-roller --fit 20m --guidance remind",
    )
)
@click.argument("techniques", metavar="TECHNIQUE...", nargs=-1, type=Technique())
@gathered((*_START, *_HANDS, *_SEEN), PlayOptions, "around")
@wishes
def play(techniques: Sequence[str], around: PlayOptions, wishes: Options) -> None:
    """Guide through a session, of one technique or of several in a row.

    Keys: space pauses and goes on, enter says that you are ready, n next step, b step before, r this step again,
    [ and ] slower and faster speech, + and - louder and softer, l ten more seconds of this, e ease off, t how long
    still, q stops. Media keys and the buttons of a headset do the same.
    """
    from voiceguide.listener import bookmark

    around.check(techniques)
    mark = None
    if around.resume:
        mark = bookmark.get()
        techniques, wishes = mark.techniques, Options.read(mark.wishes).but(wishes)
    made = ready(techniques, wishes, around.start_in)
    marker = _Marker(techniques, wishes, made)
    step = marker.step_of(mark) if mark else None
    remembers = made.settings.history != "off" and not around.no_wait
    if remembers:
        with _told():
            _warn_of_too_much(made)
    with contextlib.ExitStack() as stack:
        # The step to go on at may be among the last to be recorded.
        timelines = made.timelines() if step is None else iter([made.timeline()])
        first = next(timelines)
        if sys.stderr.isatty():
            _tell_of_voice(made)
        player = _player(made, around, marker, stack)
        try:
            if player.run(chain([first], timelines), around.beginning(step)):
                marker.clear()
        finally:
            if remembers:
                with _told():
                    _remember(made, player)


def _tell_of_voice(made: Ready) -> None:
    """Who speaks; and how a better voice is had, for a language that there is one for."""
    from voiceguide.phrases import base
    from voiceguide.voices import HUM, models

    name = made.session.booth.voice.name
    better = base(made.session.plan.language) == "en" and name != HUM.name and not models.models()
    click.echo(f"The voice is {visible(name)}{f'; for {models.ADVICE}' if better else ''}.", err=True)


def _player(made: Ready, around: PlayOptions, marker: _Marker, stack: contextlib.ExitStack) -> Player:
    """A player with all that stands around it, until `stack` is taken down."""
    from rich.console import Console

    from voiceguide.controls import awake, buttons, card, keyboard
    from voiceguide.playback import journal
    from voiceguide.playback.clocks import RealClock, VirtualClock
    from voiceguide.playback.player import Player

    diary = journal.Journal(stack.enter_context(journal.log_to(around.log)))
    diary.told("session", 0.0, title=made.session.plan.title, speed=made.speed, voice=made.session.booth.voice.name)
    look = card.CardStyle(around.big, around.flash, around.plain)
    if around.no_wait:
        clock = VirtualClock()
        output = stack.enter_context(_output(around.output, clock.now))
        watch = stack.enter_context(card.shown(Console(highlight=False), look))
        return Player(made.session, output, clock, watch, diary)
    real = RealClock()
    stack.callback(real.close)
    put = real.requests.put
    output = stack.enter_context(_output(around.output, real.now))
    hint = stack.enter_context(_listening(around, made, put, output)) if around.listen else lambda: keyboard.HINT
    if not stack.enter_context(awake.kept(around.awake)) and around.awake:
        click.echo("voiceguide: nothing here can keep the screen on", err=True)
    stack.enter_context(keyboard.listening(put))
    watches: list[Watch] = [
        marker,
        stack.enter_context(buttons.offered(put)),
        stack.enter_context(card.shown(Console(highlight=False), look, hint)),
    ]

    def watch_all(view: View) -> None:
        for watch in watches:
            watch(view)

    return Player(made.session, output, real, watch_all, diary)


@contextlib.contextmanager
def _listening(around: PlayOptions, made: Ready, put: Put, output: Output) -> Iterator[Callable[[], str]]:
    """Spoken commands; yields what the card says about the ear. The ear is given what it must not take for them."""
    from voiceguide.controls import spoken

    ear = spoken.Ear(put, made.session.plan.language, around.call)
    output.tap = ear.playing
    try:
        yield lambda: f"{ear.state}: {spoken.HINT}"
    finally:
        output.tap = None
        ear.close()


class _Marker:
    """Keeps where the session is, at every new step, until it has been heard to its end."""

    def __init__(self, techniques: Sequence[str], wishes: Options, made: Ready) -> None:
        from voiceguide.listener import bookmark

        self._plan = made.session.plan
        names = tuple(str(Path(name).absolute()) if Path(name).is_file() else name for name in techniques)
        settings = made.settings
        resolved = replace(
            wishes,
            speed=made.speed,
            guidance=wishes.guidance or settings.guidance,
            pace=wishes.pace or settings.pace,
        )
        self._mark = bookmark.Bookmark(names, resolved.arguments(), -1, bookmark.digest(made.scripts), self._plan.title)

    def __call__(self, view: View) -> None:
        from voiceguide.listener import bookmark
        from voiceguide.timeline import cue_at

        step = self._plan.cues[cue_at(view.timeline, view.ms)].where.step
        if step > 0 and step != self._mark.step:
            self._mark = replace(self._mark, step=step)
            with contextlib.suppress(VoiceguideError):
                bookmark.put(self._mark)

    def step_of(self, mark: Bookmark) -> int | None:
        """The step to go on at; None, and a word about it, if the scripts aren't what they were."""
        if mark.script == self._mark.script and any(cue.where.step == mark.step for cue in self._plan.cues):
            return mark.step
        click.echo(f"‘{visible(mark.title)}’ has been changed meanwhile; it begins anew.", err=True)
        return None

    def clear(self) -> None:
        """It was heard to its end."""
        from voiceguide.listener import bookmark

        with _told():
            bookmark.clear()


def _warn_of_too_much(made: Ready) -> None:
    """A word about a technique that has been done as often today as its script advises."""
    from datetime import datetime

    from voiceguide.listener import history

    for script, here in Counter(made.scripts).items():
        done = history.times_today(history.name_of(script.file), datetime.now().astimezone())
        if script.daily and done + here > script.daily:
            before = f"has been done {_times(done)} today" if done else ""
            now = f"is {_times(here)} in this session" if here > 1 or not done else ""
            what = " and ".join(part for part in (before, now) if part)
            click.secho(f"‘{visible(script.title)}’ {what}.", bold=True, err=True)
            click.echo(f"Its script advises {_times(script.daily)} a day at most; q stops.", err=True)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _remember(made: Ready, player: Player) -> None:
    """Notes the techniques that were heard."""
    from datetime import datetime

    from voiceguide.listener import history

    if not player.reached_ms:
        return  # perhaps there never was anything to be heard
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    for technique, ms in history.heard(player.timeline, player.reached_ms, player.is_whole):
        name = history.name_of(made.scripts[technique].file)
        history.add(history.HistoryEntry(at, name, ms // SECOND))


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Says what went wrong, and goes on: a history that can't be read or written stops nobody."""
    try:
        yield
    except VoiceguideError as error:
        click.echo(f"voiceguide: {visible(str(error))}", err=True)


@contextlib.contextmanager
def _output(name: str, now: Callable[[], float]) -> Iterator[Output]:
    """The output, or, where there is no device, the silent one and a loud word about it."""
    from voiceguide.outputs import open_output

    try:
        output = open_output(name, now)
    except DeviceError as error:
        click.secho(f"NO SOUND: {error}.", bold=True, err=True)
        click.echo("The session guides you here on the screen. ‘voiceguide doctor’ tells more.", err=True)
        output = open_output("silent", now)
    try:
        yield output
    finally:
        output.close()


COMMANDS = (play,)
