"""Commands about what a session will be: export it, show it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.errors import UsageError, visible
from voiceguide.cli.options import (
    Address,
    Loudness,
    Options,
    Technique,
    example,
    techniques_argument,
    wishes,
    wishes_for_several,
)
from voiceguide.cli.ready import bar, ready

if TYPE_CHECKING:
    from voiceguide.export.job import ExportOptions

_strict = click.option("--strict", is_flag=True, help="Refuse if an author's words don't fit where they should be.")


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
    help="A file for each technique: for those named, or all that come along; -o is then a folder.",
)
@click.option(
    "-o",
    "--out",
    "out",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write: .mp3, .m4b, .m4a, .opus, .flac or .wav; a page, .html; a leaflet, .pdf or .md.",
)
@click.option(
    "--format", "formats", multiple=True, help="One of the formats, whatever the file is called; with --all, several."
)
@click.option(
    "--quality",
    type=click.Choice(["low", "medium", "high"]),
    default="medium",
    show_default=True,
    help="How much of the sound a smaller file may lose; WAV and FLAC lose nothing.",
)
@click.option(
    "--loudness",
    type=Loudness(),
    default="-16",
    show_default=True,
    metavar="LUFS",
    help="How loud the whole session is, -30 to -9; or ‘as-played’.",
)
@click.option(
    "--captions",
    "captions",
    multiple=True,
    type=click.Choice(["vtt", "srt", "lrc"]),
    help="Also write what is said, and what is left of each hold, to a file beside it; more than once for several.",
)
@click.option("--link", type=Address(), help="On a leaflet: where one can listen along, also as a QR code.")
@click.option("--jobs", type=click.IntRange(1, 256), help="With --all: how many files at a time; one per processor.")
@click.option("--scheduler", metavar="URL", help="With --all: the workers of a Dask cluster, such as tcp://host:8786.")
@wishes_for_several
@_strict
def export(
    techniques: Sequence[str],
    each: bool,
    out: Path,
    formats: Sequence[str],
    quality: str,
    loudness: float | None,
    captions: tuple[str, ...],
    link: str | None,
    jobs: int | None,
    scheduler: str | None,
    speeds: Sequence[float],
    voices: Sequence[str],
    strict: bool,
    wishes: Options,
) -> None:
    """Write a session to a file to take along: audio, a page that plays it in a browser, or a leaflet to read.

    With --all, write many of them into a folder. What is there already and up to date is left as it is.
    """
    from voiceguide import export as exporting
    from voiceguide.export.job import ExportOptions

    if not techniques and not each:
        raise click.UsageError("name a technique; --all exports every one that comes along")
    several = [replace(wishes, speed=speed, voice=voice) for voice in voices or (None,) for speed in speeds or (None,)]
    names = formats or (("mp3",) if each else (None,))
    if not each and (len(several) * len(names) > 1 or jobs or scheduler):
        raise click.UsageError("several speeds, voices or formats, --jobs and --scheduler go with --all")
    forms = [ExportOptions(exporting.format_of(out, name), quality, loudness, link) for name in names]
    for form in forms:
        _check(form, captions)
    if each:
        from voiceguide.cli import catalogue

        todo = catalogue.items(techniques, out, several, forms, captions, strict)
        _spare_the_scripts(techniques, *(item.file for item in todo))
        catalogue.run(todo, out, catalogue.Workers(jobs, scheduler))
    else:
        _export(techniques, out, forms[0], captions, strict, several[0])


def _check(form: ExportOptions, captions: Sequence[str]) -> None:
    """Raises UsageError for what a format doesn't have."""
    from voiceguide.export import LEAFLETS

    if form.name in LEAFLETS and captions:
        raise UsageError("a leaflet has no captions; give --captions with a format that is heard")
    if form.link and form.name not in LEAFLETS:
        raise UsageError("--link is for a leaflet, which is a .pdf or an .md")


def _export(
    techniques: Sequence[str], out: Path, form: ExportOptions, captions: Sequence[str], strict: bool, wishes: Options
) -> None:
    """All techniques in a row in one file."""
    from voiceguide import export as exporting
    from voiceguide.base.moments import short_timestamp
    from voiceguide.export.job import ExportJob
    from voiceguide.session.render import total_frames

    beside = [out.with_suffix(f".{suffix}") for suffix in captions]
    _spare_the_scripts(techniques, out, *beside)
    is_leaflet = form.name in exporting.LEAFLETS
    made = ready(techniques, replace(wishes, voice="hum") if is_leaflet else wishes)  # a leaflet needs no voice
    timeline = made.session.estimated(made.speed) if is_leaflet else made.timeline(strict)
    with bar("writing", total_frames(timeline)) as writing:
        exporting.export(ExportJob(made.session, timeline, made.scripts, form), out, writing.update)
    for file in beside:
        exporting.export_captions(timeline, file)
    lasts = f"{short_timestamp(timeline.duration_ms)}, {len(timeline.chapters)} chapters"
    click.echo(f"{visible(str(out))}: {'a leaflet' if is_leaflet else lasts}")


@click.command(
    epilog=example(
        "voiceguide show foam-roller --explain",
        "voiceguide show hands --fit 8m",
        "voiceguide show foam-roller --json > roller.json",
        "voiceguide show foam-roller --picture roller.svg",
    )
)
@techniques_argument
@click.option("--explain", is_flag=True, help="Tell of everything that isn't as the script says, and why.")
@click.option("--json", "as_json", is_flag=True, help="The timeline as data, for other programs.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw it instead, to a file: .svg or .png.")
@wishes
@_strict
def show(
    techniques: Sequence[str], explain: bool, as_json: bool, picture: Path | None, strict: bool, wishes: Options
) -> None:
    """Print when everything happens.

    Each word, hold and chime with its moment, and the line of the script it comes from.
    """
    from voiceguide.export import listing

    if picture:
        if explain or as_json:
            raise UsageError("--picture draws the session, --json and --explain print it; give one of them")
        _draw(techniques, picture, strict, wishes)
        return
    timeline = ready(techniques, wishes).timeline(strict)
    if as_json:
        click.echo(json.dumps(listing.data(timeline, explain), ensure_ascii=False, indent=1))
    else:
        click.echo(listing.table(timeline, explain), nl=False)


def _draw(techniques: Sequence[str], path: Path, strict: bool, wishes: Options) -> None:
    from voiceguide.base.moments import short_timestamp
    from voiceguide.export import picture

    chosen = picture.painter(path)
    _spare_the_scripts(techniques, path)
    timeline = ready(techniques, wishes).timeline(strict)
    picture.draw(timeline, path, chosen)
    click.echo(f"{visible(str(path))}: {short_timestamp(timeline.duration_ms)}")


def _spare_the_scripts(techniques: Sequence[str], *paths: Path) -> None:
    """Raises UsageError if one of the files that are to be written is one of the scripts."""
    from voiceguide.library import techniques as known

    for path in paths:
        if any(known.is_file(technique, path) for technique in techniques):
            raise UsageError(f"{visible(str(path))} is the script itself; name another file")


COMMANDS = (export, show)
