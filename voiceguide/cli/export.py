"""The command that exports: one session to a file, or many into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.choices import CAPTION_FORMATS, QUALITIES, Quality
from voiceguide.base.errors import ExportError, UsageError, visible
from voiceguide.base.moments import short_timestamp
from voiceguide.cli.making import opened, spare_the_scripts, strict_option, timeline_of
from voiceguide.cli.options import Address, Loudness, Technique, example, options_for_several
from voiceguide.cli.progress import bar, bars

if TYPE_CHECKING:
    from voiceguide.export.batch import Workers
    from voiceguide.export.job import ExportOptions
    from voiceguide.export.worker import Item, Made
    from voiceguide.session.options import Options


@click.command(
    epilog=example(
        "voiceguide export foam-roller -o roller.mp3",
        "voiceguide export hands -o h.mp3 --fit 8m --pace slow",
        "voiceguide export foam-roller -o roller.html",
        "voiceguide export foam-roller -o roller.pdf --link https://example.org/roller",
        "voiceguide export --all -o sessions --speed 0.8 --speed 1.0 --format mp3",
    )
)
@click.argument("techniques", metavar="TECHNIQUE...", nargs=-1, type=Technique())
@click.option(
    "--all",
    "each",
    is_flag=True,
    help="One file for each technique: those you name, or all of voiceguide's own; -o is then a folder.",
)
@click.option(
    "-o",
    "--out",
    "out",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write: .mp3, .m4b, .m4a, .opus, .flac or .wav; .html for a page; .pdf or .md for a leaflet.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    help="The format, such as mp3, whatever the file is called; with --all, several.",
)
@click.option(
    "--quality",
    type=click.Choice(QUALITIES),
    default="medium",
    show_default=True,
    help="How much of the sound a smaller file may lose; WAV and FLAC lose nothing.",
)
@click.option(
    "--loudness",
    "loudness_lufs",
    type=Loudness(),
    default="-16",
    show_default=True,
    metavar="LUFS",
    help="How loud the whole session is to be, from -30 to -9, or ‘as-played’.",
)
@click.option(
    "--captions",
    "captions",
    multiple=True,
    type=click.Choice(CAPTION_FORMATS),
    help="Also write what is said, and how much of each hold is left, to a file beside it; more than once for several.",
)
@click.option(
    "--link",
    type=Address(),
    help="For a leaflet: where to listen along; a .pdf also has a QR code.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    help="With --all: how many files at a time; by default one per processor.",
)
@click.option(
    "--scheduler", metavar="URL", help="With --all: use the workers of a Dask cluster, such as tcp://host:8786."
)
@options_for_several
@strict_option
def export(
    techniques: Sequence[str],
    each: bool,
    out: Path,
    formats: Sequence[str],
    quality: Quality,
    loudness_lufs: float | None,
    captions: tuple[str, ...],
    link: str | None,
    jobs: int | None,
    scheduler: str | None,
    speeds: Sequence[float],
    voices: Sequence[str],
    strict: bool,
    options: Options,
) -> None:
    """Write a session to a file to take along.

    The file may be audio, a page that plays the session in a browser, or a leaflet to read. With --all, write many
    files into a folder; those that are up to date are left as they are.
    """
    from voiceguide.export.formats import format_of
    from voiceguide.export.job import ExportOptions

    if not techniques and not each:
        raise click.UsageError("name a technique; --all exports all of voiceguide's own")
    several = [replace(options, speed=speed, voice=voice) for voice in voices or (None,) for speed in speeds or (None,)]
    names = formats or (("mp3",) if each else (None,))
    if not each and (len(several) * len(names) > 1 or jobs or scheduler):
        raise click.UsageError("several speeds, voices or formats, --jobs and --scheduler go with --all")
    exports = [ExportOptions(format_of(out, name), quality, loudness_lufs, link) for name in names]
    for export_options in exports:
        _check(export_options, captions)
    if each:
        from voiceguide.export import batch

        todo = batch.items(techniques, out, several, exports, captions, strict)
        spare_the_scripts(techniques, *(item.file for item in todo))
        _export_all(todo, out, batch.Workers(jobs, scheduler))
    else:
        _export(techniques, out, exports[0], captions, strict, several[0])


def _check(export_options: ExportOptions, captions: Sequence[str]) -> None:
    """Raise UsageError for what the format doesn't have."""
    from voiceguide.export.formats import is_leaflet

    leaflet = is_leaflet(export_options.format or "")
    if leaflet and captions:
        raise UsageError("a leaflet has no captions; use --captions with a format that is heard")
    if export_options.link and not leaflet:
        raise UsageError("--link is only for a leaflet, a .pdf or an .md")


def _export(
    techniques: Sequence[str],
    out: Path,
    export_options: ExportOptions,
    captions: Sequence[str],
    strict: bool,
    options: Options,
) -> None:
    """Export all techniques in a row to one file."""
    from voiceguide.export import formats

    beside = [out.with_suffix(f".{suffix}") for suffix in captions]
    spare_the_scripts(techniques, out, *beside)
    leaflet = formats.is_leaflet(export_options.format or "")
    options = replace(options, voice="hum") if leaflet else options  # a leaflet needs no voice
    with opened(techniques, options) as session:
        timeline = session.estimated() if leaflet else timeline_of(session, strict)
        with bar("writing") as writing:
            formats.export_session(session, out, export_options, timeline=timeline, progress=writing)
    for file in beside:
        formats.export_captions(timeline, file)
    lasts = f"{short_timestamp(timeline.duration_ms)}, {len(timeline.chapters)} chapters"
    click.echo(f"{visible(str(out))}: {'a leaflet' if leaflet else lasts}")


def _export_all(todo: Sequence[Item], folder: Path, workers: Workers) -> None:
    """Export each item to its file. Raises ExportError if something can't be made."""
    from voiceguide.export import batch

    with bars(len(todo)) as watch:
        outcome = batch.run(todo, folder, workers, watch, _tell)
    counts = f"{outcome.made} made, {outcome.kept} up to date, {outcome.failed} failed"
    click.echo(f"{visible(str(folder))}: {counts}")
    if outcome.failed:
        failed = f"{outcome.failed} of {len(todo)} files couldn't be made"
        raise ExportError(f"{failed}; what was made is kept: run it again")


def _tell(made: Made) -> None:
    """Print what became of an item."""
    name = visible(made.item.file.name)
    if made.entry is None:
        click.echo(f"{name}: {visible(made.problem)}", err=True)
    elif made.is_new:
        click.echo(f"{name}: {short_timestamp(made.entry.duration_ms)}")
    for note in made.notes:
        click.echo(f"{name}: {note}", err=True)


COMMANDS = (export,)
