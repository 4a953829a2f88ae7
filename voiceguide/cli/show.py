"""The command that shows what a session will be like: as a table, as data, or as a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.errors import UsageError, visible
from voiceguide.cli.making import laid_out, spare_the_scripts, strict_option
from voiceguide.cli.options import example, session_options, techniques_argument

if TYPE_CHECKING:
    from voiceguide.session.options import Options


@click.command(
    epilog=example(
        "voiceguide show foam-roller --explain",
        "voiceguide show hands --fit 8m",
        "voiceguide show foam-roller --json > roller.json",
        "voiceguide show foam-roller --picture roller.svg",
    )
)
@techniques_argument
@click.option("--explain", is_flag=True, help="Also list whatever isn't as the script says, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print the timeline as JSON, for other programs.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw the session instead, to a file: .svg or .png.")
@session_options
@strict_option
def show(
    techniques: Sequence[str], explain: bool, as_json: bool, picture: Path | None, strict: bool, options: Options
) -> None:
    """Print when everything in a session happens.

    Each word, hold and chime is listed with its moment, and with the line of the script that it comes from.
    """
    from voiceguide.export import listing

    if picture:
        if explain or as_json:
            raise UsageError("--picture draws the session, --json and --explain print it; give one of them")
        _draw(techniques, picture, strict, options)
        return
    timeline = laid_out(techniques, options, strict)
    if as_json:
        click.echo(json.dumps(listing.data(timeline, explain), ensure_ascii=False, indent=1))
    else:
        click.echo(listing.table(timeline, explain), nl=False)


def _draw(techniques: Sequence[str], path: Path, strict: bool, options: Options) -> None:
    from voiceguide.base.moments import short_timestamp
    from voiceguide.export import picture

    chosen = picture.painter(path)
    spare_the_scripts(techniques, path)
    timeline = laid_out(techniques, options, strict)
    picture.draw(timeline, path, chosen)
    click.echo(f"{visible(str(path))}: {short_timestamp(timeline.duration_ms)}")


COMMANDS = (show,)
