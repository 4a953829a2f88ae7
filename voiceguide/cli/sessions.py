"""Commands about what a session will be: export it, show it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from voiceguide.cli.options import Loudness, Wishes, example, techniques_argument, wishes
from voiceguide.cli.ready import bar, ready
from voiceguide.errors import UsageError, visible

_strict = click.option("--strict", is_flag=True, help="Refuse if an author's words don't fit where they should be.")


@click.command(
    epilog=example(
        "voiceguide export foam-roller -o roller.mp3",
        "voiceguide export hands -o h.mp3 --fit 8m --pace slow",
        "voiceguide export foam-roller -o roller.html",
    )
)
@techniques_argument
@click.option(
    "-o",
    "--out",
    "out",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write: .mp3, .m4b, .m4a, .opus, .flac, .wav or .html.",
)
@click.option("--format", "format_name", help="One of these formats, whatever the file is called.")
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
@wishes
@_strict
def export(
    techniques: Sequence[str],
    out: Path,
    format_name: str | None,
    quality: str,
    loudness: float | None,
    captions: Sequence[str],
    strict: bool,
    wishes: Wishes,
) -> None:
    """Write a session to a file to take along: audio, or a page that plays it in a browser, offline, at any speed."""
    from voiceguide import export as exporting
    from voiceguide import techniques as known
    from voiceguide.export.programme import Form, Programme
    from voiceguide.moments import short_clock
    from voiceguide.render import total_frames

    form = Form(exporting.format_of(out, format_name), quality, loudness)
    beside = [out.with_suffix(f".{suffix}") for suffix in captions]
    if any(known.is_file(technique, file) for technique in techniques for file in (out, *beside)):
        raise UsageError(f"{visible(str(out))} is the script itself; name another file")
    made = ready(techniques, wishes)
    timeline = made.timeline(strict)
    with bar("writing", total_frames(timeline)) as writing:
        exporting.export(Programme(made.session, timeline, made.scripts, form), out, writing.update)
    for file in beside:
        exporting.export_captions(timeline, file)
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

    timeline = ready(techniques, wishes).timeline(strict)
    if as_json:
        click.echo(json.dumps(listing.data(timeline, explain), ensure_ascii=False, indent=1))
    else:
        click.echo(listing.table(timeline, explain), nl=False)


COMMANDS = (export, show)
