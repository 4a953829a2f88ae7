"""The command line: thin commands that wire the rooms together, print, and ask."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from click.shell_completion import CompletionItem

from voiceguide import __version__
from voiceguide.errors import OTHER, DeviceError, ScriptError, UsageError, VoiceguideError, visible
from voiceguide.outputs import NAMES as OUTPUTS

if TYPE_CHECKING:
    from voiceguide.outputs import Output
    from voiceguide.session import Session
    from voiceguide.timeline import Timeline

INTERRUPTED = 130


class Program(click.Group):
    """Turns what the rooms complain about into a sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except VoiceguideError as error:
            prefix = "" if isinstance(error, ScriptError) else "voiceguide: "
            click.echo(f"{prefix}{visible(str(error))}", err=True)
            ctx.exit(error.exit_status)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # click ends quietly: nobody reads on
            # What is still in standard output's buffer can't be written either, and must not be tried again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            click.echo(f"voiceguide: {visible(str(error))}", err=True)
            ctx.exit(OTHER)
        return result


class Technique(click.ParamType[str]):
    """A technique's name or the path of a script."""

    name = "technique"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from voiceguide import techniques

        known = [CompletionItem(name) for name in techniques.names() if name.startswith(incomplete)]
        return [*known, CompletionItem(incomplete, type="file")]


class Speed(click.ParamType[float]):
    """A speech speed."""

    name = "speed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from voiceguide.config import read_speed

        return read_speed(str(value))


class Seconds(click.ParamType[int]):
    """A time such as 20s, in milliseconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from voiceguide.moments import MINUTE, SECOND, parse_ms

        try:
            ms = parse_ms(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not 5 * SECOND <= ms <= 10 * MINUTE:
            self.fail("it may be from 5 seconds to 10 minutes", param, ctx)
        return ms


def _example(*lines: str) -> str:
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


_technique = click.argument("technique", type=Technique())
_speed = click.option("--speed", type=Speed(), help="Speech speed, 0.5 to 2.0; holds keep their length.")
_voice = click.option("--voice", help="The voice; ‘voiceguide voices’ lists them.")


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_example("voiceguide play foam-roller"),
)
@click.version_option(__version__, prog_name="voiceguide")
def program() -> None:
    """A voice guides you through a session, hands-free: it tells, waits, counts and chimes.

    A technique is a readable script in plain text; those that come along are listed by ‘voiceguide list’.
    """


@program.command(epilog=_example("voiceguide play foam-roller --start-in 20s --speed 0.9"))
@_technique
@_speed
@_voice
@click.option("--start-in", type=Seconds(), help="Time to get down on the floor first, counted aloud, such as 20s.")
@click.option(
    "--output",
    type=click.Choice(OUTPUTS),
    default="miniaudio",
    help="Where the sound goes.",
)
@click.option("--no-wait", is_flag=True, help="With --output silent: run through without waiting.")
def play(
    technique: str, speed: float | None, voice: str | None, start_in: int | None, output: str, no_wait: bool
) -> None:
    """Guide through a session.

    Keys: space pauses and goes on, n next step, b step before, r this step again, [ and ] slower and faster speech,
    q quits.
    """
    if no_wait and output != "silent":
        raise click.UsageError("--no-wait needs --output silent")
    from rich.console import Console

    from voiceguide import card
    from voiceguide.controls import keyboard
    from voiceguide.player import Player, RealClock, VirtualClock

    session, timeline = _ready(technique, speed, voice, start_in)
    clock = VirtualClock() if no_wait else RealClock()
    put = clock.commands.put if isinstance(clock, RealClock) else lambda _: None
    with _output(output, clock.now) as opened, keyboard.listening(put), card.shown(Console(highlight=False)) as watch:
        Player(session, opened, clock, watch).run(timeline)


@program.command(epilog=_example("voiceguide export foam-roller -o roller.mp3"))
@_technique
@click.option(
    "-o", "--out", "out", required=True, type=click.Path(path_type=Path), help="The file to write: .mp3 or .wav."
)
@click.option("--format", "format_name", help="mp3 or wav, whatever the file is called.")
@_speed
@_voice
def export(technique: str, out: Path, format_name: str | None, speed: float | None, voice: str | None) -> None:
    """Write a session to an audio file to take along."""
    from voiceguide import export as exporting
    from voiceguide import techniques
    from voiceguide.moments import short_clock
    from voiceguide.render import total_frames

    chosen = exporting.format_of(out, format_name)
    if techniques.is_file(technique, out):
        raise UsageError(f"{visible(str(out))} is the script itself; name another file")
    session, timeline = _ready(technique, speed, voice)
    with _bar("writing", total_frames(timeline)) as bar:
        exporting.export(timeline, lambda event: session.clip(event, timeline.speed), out, chosen, bar.update)
    click.echo(f"{visible(str(out))}: {short_clock(timeline.duration_ms)}, {len(timeline.chapters)} chapters")


@program.command(epilog=_example("voiceguide show foam-roller", "voiceguide show foam-roller --json > roller.json"))
@_technique
@click.option("--json", "as_json", is_flag=True, help="The timeline as data, for other programs.")
@_speed
@_voice
def show(technique: str, as_json: bool, speed: float | None, voice: str | None) -> None:
    """Print when everything happens.

    Each word, hold and chime with its moment, and the line of the script it comes from.
    """
    from voiceguide import listing

    _, timeline = _ready(technique, speed, voice)
    if as_json:
        click.echo(json.dumps(listing.data(timeline), ensure_ascii=False, indent=1))
    else:
        click.echo(listing.table(timeline), nl=False)


@program.command(name="list", epilog=_example("voiceguide list"))
def list_techniques() -> None:
    """List the techniques that come along."""
    from voiceguide import techniques

    for name in techniques.names():
        script = techniques.read(name)
        tools = f"; you need {script.tools}" if script.tools else ""
        daily = f"; up to {script.daily} times a day" if script.daily else ""
        click.echo(f"{name:16} {visible(script.title + tools + daily)}")


@program.command(epilog=_example("voiceguide check my-technique.md"))
@click.argument("files", nargs=-1, required=True, type=Technique())
def check(files: Sequence[str]) -> None:
    """Check scripts for mistakes.

    Every mistake is named with its place, and with what would be right there.
    """
    from voiceguide import sounds, techniques
    from voiceguide.plan import make_plan

    status = 0
    for file in files:
        try:
            plan = make_plan(techniques.read(file))
            sounds.load(plan.sounds)
        except VoiceguideError as error:
            click.echo(visible(str(error)), err=True)
            status = max(status, error.exit_status)
        else:
            steps = len({cue.where.step for cue in plan.cues})
            click.echo(
                f"{visible(file)}: ok, {len(plan.chapters)} chapters, {steps} steps, {len(plan.lines)} lines to say"
            )
    click.get_current_context().exit(status)


@program.command(epilog=_example("voiceguide voices --language en"))
@click.option("--language", help="Only the voices of this language, such as en.")
def voices(language: str | None) -> None:
    """List the voices on this machine."""
    from voiceguide.voices import available

    for card in available():
        wanted = (language or "").lower()
        if not wanted or any(wanted in (tag, tag.split("-")[0]) for tag in card.languages):
            click.echo(f"{card.name:28} {card.engine:12} {' '.join(card.languages):18} {card.description}")


@program.command(epilog=_example("voiceguide config speed 0.8", "voiceguide config --unset speed", "voiceguide config"))
@click.argument("key", required=False)
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help="Leave the setting to the program again.")
def config(key: str | None, value: str | None, unset: bool) -> None:
    """Keep a default: the speech speed, or the voice.

    Without a key, the settings are printed, and where they are kept.
    """
    from voiceguide import config as settings
    from voiceguide.voices import open_voice

    current = settings.load()
    if key is None:
        for name in settings.KEYS:
            click.echo(f"{name} = {getattr(current, name) or 'default'}")
        click.echo(f"({settings.file()})")
        return
    if unset == (value is not None):
        raise click.UsageError(f"give a value for {key}, or --unset")
    changed = settings.cleared(current, key) if value is None else settings.changed(current, key, value)
    if changed.voice != current.voice:
        open_voice(changed.voice, "en")
    settings.save(changed)


@program.command(epilog=_example("voiceguide doctor"))
def doctor() -> None:
    """Look for all that a session needs.

    Is there a voice, a sound device, a cache; and what to do if not.
    """
    from voiceguide.doctor import examine

    well = True
    for finding in examine():
        click.echo(f"{'ok ' if finding.well else 'NO '} {finding.thing:11} {visible(finding.what)}")
        if not finding.well:
            well = False
            click.echo(f"{'':15} → {finding.remedy}")
    click.get_current_context().exit(0 if well else OTHER)


@program.command(epilog=_example('eval "$(voiceguide completion bash)"'))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion for a shell.

    It completes commands, options and the names of techniques.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found:
        click.echo(found(program, {}, "voiceguide", "_VOICEGUIDE_COMPLETE").source())


def _ready(
    technique: str, speed: float | None, voice: str | None, start_in: int | None = None
) -> tuple[Session, Timeline]:
    """The session of a technique and its timeline, with every line recorded."""
    from voiceguide import config as settings
    from voiceguide import paths, techniques
    from voiceguide.booth import Booth
    from voiceguide.plan import make_plan, with_lead_in
    from voiceguide.session import Session
    from voiceguide.shelf import Shelf
    from voiceguide.voices import open_voice

    script = techniques.read(technique)
    plan = make_plan(script)
    if start_in:
        plan = with_lead_in(plan, start_in)
    defaults = settings.load()
    chosen = open_voice(voice or defaults.voice, script.language)
    booth = Booth(chosen, Shelf(paths.cache_folder() / "lines"))
    click.get_current_context().call_on_close(booth.close)
    session = Session(plan, booth)
    with _recording() as progress:
        timeline = session.timeline(speed or defaults.speed or 1.0, progress)
    if booth.shelf.problem:
        click.echo(f"voiceguide: {visible(booth.shelf.problem)}; lines are recorded anew each time", err=True)
    return session, timeline


@contextlib.contextmanager
def _recording() -> Iterator[Callable[[int, int], None]]:
    """A progress bar that only appears if there is something to record."""
    with contextlib.ExitStack() as stack:
        bar: Any = None

        def progress(done: int, total: int) -> None:
            nonlocal bar
            if bar is None:
                bar = stack.enter_context(_bar("recording", total))
            bar.update(done - bar.pos)

        yield progress


def _bar(label: str, length: int) -> Any:
    """A progress bar on standard error, where there is a terminal to show it."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


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


def _writable(stream: TextIO | None) -> TextIO:
    """A stream that takes any character; nowhere, if the caller has closed it."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def main() -> None:
    """The program, ended by a signal as if by an error: everything half-done is cleaned up."""
    sys.stdout, sys.stderr = (_writable(stream) for stream in (sys.stdout, sys.stderr))
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            number = getattr(signal, name)
            signal.signal(number, lambda received, _: sys.exit(128 + received))
    program(prog_name="voiceguide")
