"""Commands for authors: check scripts, and begin a new one."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.errors import UsageError, VoiceguideError, visible
from voiceguide.cli.making import laid_out
from voiceguide.cli.options import Technique, example
from voiceguide.cli.status import USAGE, exit_status

if TYPE_CHECKING:
    from voiceguide.script import Script

LOOK_SECONDS = 0.3
"""How often `--watch` checks whether a file has changed."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


@click.command(
    epilog=example(
        "voiceguide check my-technique.md",
        "voiceguide check my-technique.md --watch",
        "voiceguide check es/foam-roller --against foam-roller",
        "voiceguide check my-technique.md --voice my-voice",
    )
)
@click.argument("files", metavar="TECHNIQUE...", nargs=-1, required=True, type=Technique())
@click.option("--strict", is_flag=True, help="Treat warnings as mistakes.")
@click.option("--watch", is_flag=True, help="Check again, and list the session, whenever a file is saved.")
@click.option("--against", type=Technique(), help="The original of a translation: steps and doses must be the same.")
@click.option("--voice", help="A voice of your own: list the lines it hasn't recorded.")
def check(files: Sequence[str], strict: bool, watch: bool, against: str | None, voice: str | None) -> None:
    """Check scripts for mistakes.

    Every mistake is listed with its place and with what would be right there. A warning ends with a code in brackets; a
    line such as ‘ignore: no-closing’ in the front matter turns it off.
    """
    if voice:
        _check_recordings(files, voice)
    if watch:
        _watch(files, strict, against)
    else:
        click.get_current_context().exit(max(_checked(file, strict, against) for file in files))


def _checked(file: str, strict: bool, against: str | None) -> int:
    """Print what there is to say about one script, and return the exit status for it."""
    from voiceguide.audio import sounds
    from voiceguide.library import techniques
    from voiceguide.lint import lint
    from voiceguide.plan import Choices, make_plan

    try:
        script = techniques.load_technique(file)
        plan = make_plan(script)
        make_plan(script, choices=Choices(dose="high"))
        sounds.load(plan.sounds)
        differing = _differing(script, against)
    except VoiceguideError as error:
        click.echo(visible(str(error)), err=True)
        return exit_status(error)
    warnings = lint(script)
    for complaint in (*differing, *warnings):
        click.echo(visible(str(complaint)), err=True)
    if differing or (warnings and strict):
        return USAGE
    steps = len({cue.where.step for cue in plan.cues})
    counts = ((len(plan.chapters), "chapter"), (steps, "step"), (len(plan.lines), "line"), (len(warnings), "warning"))
    found = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count)
    click.echo(f"{visible(file)}: ok, {found}")
    return 0


def _check_recordings(files: Sequence[str], voice: str) -> None:
    """Print which lines a voice of the listener's own hasn't recorded, and which of its recordings can't be used.

    Raises UsageError if there is no such voice.
    """
    from voiceguide.cli.record import lines_of
    from voiceguide.session.options import Options
    from voiceguide.voices.recorded import problems, recordings

    recorded = recordings(voice)
    if recorded is None:
        raise UsageError(f"‘{visible(voice[:80])}’ is no voice of your own; ‘voiceguide record’ makes one")
    for file in files:
        lines, _ = lines_of([file], Options())
        for problem in problems(recorded, lines):
            click.echo(visible(problem), err=True)
        for line in (missing := recorded.missing(lines)):
            click.echo(f"{visible(file)}: {recorded.card.name} hasn't recorded ‘{visible(line)}’")
        click.echo(f"{visible(file)}: {len(lines) - len(missing)} of {len(lines)} lines are recorded")


def _differing(script: Script, against: str | None) -> Sequence[object]:
    from voiceguide.library import techniques
    from voiceguide.script.compare import differences

    return differences(script, techniques.load_technique(against)) if against else ()


def _watch(files: Sequence[str], strict: bool, against: str | None) -> None:
    """Check again whenever a file changes, until Ctrl-C ends it."""
    before: object = None
    while True:
        now = [_stamp(file) for file in (*files, *((against,) if against else ()))]
        if now != before:
            before = now
            click.clear()
            for file in files:
                if _checked(file, strict, against) == 0:
                    _list(file)
        time.sleep(LOOK_SECONDS)


def _list(file: str) -> None:
    """Print the session as it will be, and close the voice again at once."""
    from voiceguide.export import listing
    from voiceguide.session.options import Options

    try:
        click.echo(listing.table(laid_out([file], Options()), explain=True))
    except VoiceguideError as error:
        click.echo(visible(str(error)), err=True)


def _stamp(file: str) -> tuple[int, int]:
    """Return what changes when a file is saved: its time and its size; zeros while it is gone for a moment."""
    try:
        status = Path(file).stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


@click.command(epilog=example("voiceguide new calves"))
@click.argument("name")
def new(name: str) -> None:
    """Begin a script of your own.

    It is written to NAME.md in the current folder, already plays, and has notes on what you can change.
    """
    from voiceguide.base.files import atomic_file
    from voiceguide.library.starter import starter

    name = name.removesuffix(".md")
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"‘{visible(name[:80])}’ is no name for a script; give one with letters, digits and hyphens, such as calves"
        )
    file, script = Path(f"{name}.md"), starter(name).encode()
    if file.exists() or file.is_symlink():
        raise UsageError(f"{file} already exists; choose another name, or remove it")
    with atomic_file(file, len(script)) as opened:
        opened.write(script)
    click.echo(f"{file} is written. ‘voiceguide check {file} --watch’ checks it whenever you save.")


COMMANDS = (check, new)
