"""Commands about a session: play it, export it, show it."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.cli.options import Time, Wishes, example, techniques_argument, wishes
from voiceguide.cli.ready import Ready, bar, ready
from voiceguide.errors import DeviceError, UsageError, VoiceguideError, visible
from voiceguide.moments import SECOND
from voiceguide.outputs import NAMES as OUTPUTS

if TYPE_CHECKING:
    from voiceguide.outputs import Output
    from voiceguide.player import Player

_strict = click.option("--strict", is_flag=True, help="Refuse if an author's words don't fit where they should be.")


@click.command(
    epilog=example(
        "voiceguide play foam-roller --start-in 20s --speed 0.9",
        "voiceguide play hands massage-balls foam-roller --fit 20m --guidance remind",
    )
)
@techniques_argument
@click.option(
    "--start-in", type=Time("5s", "10m"), help="Time to get down on the floor first, counted aloud, such as 20s."
)
@wishes
@click.option("--output", type=click.Choice(OUTPUTS), default="miniaudio", help="Where the sound goes.")
@click.option("--no-wait", is_flag=True, help="With --output silent: run through without waiting.")
def play(techniques: Sequence[str], start_in: int | None, output: str, no_wait: bool, wishes: Wishes) -> None:
    """Guide through a session, of one technique or of several in a row.

    Keys: space pauses and goes on, enter says that you are ready, n next step, b step before, r this step again,
    [ and ] slower and faster speech, q quits.
    """
    if no_wait and output != "silent":
        raise click.UsageError("--no-wait needs --output silent")
    from rich.console import Console

    from voiceguide import card
    from voiceguide.controls import keyboard
    from voiceguide.player import Player, RealClock, VirtualClock

    made = ready(techniques, wishes, start_in)
    remembers = made.settings.history != "off" and not no_wait
    if remembers:
        with _told():
            _warn_of_too_much(made)
    clock = VirtualClock() if no_wait else RealClock()
    put = clock.commands.put if isinstance(clock, RealClock) else lambda _: None
    with _output(output, clock.now) as opened, keyboard.listening(put), card.shown(Console(highlight=False)) as watch:
        player = Player(made.session, opened, clock, watch)
        try:
            player.run(made.timeline)
        finally:
            if remembers:
                with _told():
                    _remember(made, player)


@click.command(
    epilog=example(
        "voiceguide export foam-roller -o roller.mp3", "voiceguide export hands -o h.mp3 --fit 8m --pace slow"
    )
)
@techniques_argument
@click.option(
    "-o", "--out", "out", required=True, type=click.Path(path_type=Path), help="The file to write: .mp3 or .wav."
)
@click.option("--format", "format_name", help="mp3 or wav, whatever the file is called.")
@wishes
@_strict
def export(techniques: Sequence[str], out: Path, format_name: str | None, strict: bool, wishes: Wishes) -> None:
    """Write a session to an audio file to take along."""
    from voiceguide import export as exporting
    from voiceguide import techniques as known
    from voiceguide.moments import short_clock
    from voiceguide.render import total_frames

    chosen = exporting.format_of(out, format_name)
    if any(known.is_file(technique, out) for technique in techniques):
        raise UsageError(f"{visible(str(out))} is the script itself; name another file")
    made = ready(techniques, wishes, strict=strict)
    timeline = made.timeline
    with bar("writing", total_frames(timeline)) as writing:
        exporting.export(timeline, lambda event: made.session.clip(event, timeline.speed), out, chosen, writing.update)
    click.echo(f"{visible(str(out))}: {short_clock(timeline.duration_ms)}, {len(timeline.chapters)} chapters")


@click.command(
    epilog=example(
        "voiceguide show foam-roller --explain",
        "voiceguide show hands --fit 8m",
        "voiceguide show foam-roller --json > roller.json",
    )
)
@techniques_argument
@click.option("--explain", is_flag=True, help="Tell of everything that isn't as the script says, and why.")
@click.option("--json", "as_json", is_flag=True, help="The timeline as data, for other programs.")
@wishes
@_strict
def show(techniques: Sequence[str], explain: bool, as_json: bool, strict: bool, wishes: Wishes) -> None:
    """Print when everything happens.

    Each word, hold and chime with its moment, and the line of the script it comes from.
    """
    from voiceguide import listing

    timeline = ready(techniques, wishes, strict=strict).timeline
    if as_json:
        click.echo(json.dumps(listing.data(timeline, explain), ensure_ascii=False, indent=1))
    else:
        click.echo(listing.table(timeline, explain), nl=False)


def _warn_of_too_much(made: Ready) -> None:
    """A word about a technique that has been done as often today as its script advises."""
    from datetime import datetime

    from voiceguide import history

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

    from voiceguide import history

    at = datetime.now().astimezone().isoformat(timespec="seconds")
    for technique, ms in history.heard(player.timeline, player.reached_ms):
        name = history.name_of(made.scripts[technique].file)
        history.add(history.Entry(at, name, ms // SECOND))


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


COMMANDS = (play, export, show)
