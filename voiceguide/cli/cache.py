"""Commands for the cache of recorded lines."""

from __future__ import annotations

import time
from typing import Any

import click

from voiceguide.cli.options import example

DAY_SECONDS = 86_400


class Size(click.ParamType[int]):
    """A size such as 500MB, which becomes bytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from voiceguide.recording.cache_folder import read_size

        return read_size(str(value))


@click.group(
    name="cache",
    invoke_without_command=True,
    epilog=example("voiceguide cache", "voiceguide cache prune --unused 30", "voiceguide config cache 500MB"),
)
@click.pass_context
def cache(ctx: click.Context) -> None:
    """Show how much space recorded lines take, or remove them.

    Lines are kept so that a session begins at once. When they take more than they may, the ones that haven't been heard
    for the longest time are removed automatically.
    """
    if ctx.invoked_subcommand:
        return
    from voiceguide.listener import config
    from voiceguide.recording import cache_folder as kept

    lines = kept.contents(kept.folder())
    size = kept.format_bytes(sum(line.size_bytes for line in lines))
    limit = kept.format_bytes(config.load().cache or kept.USUAL_BYTES)
    click.echo(f"{len(lines)} lines, {size} of {limit} ({kept.folder()})")


@cache.command(epilog=example("voiceguide cache prune --to 200MB", "voiceguide cache prune --unused 30"))
@click.option("--to", "size_bytes", type=Size(), help="Keep at most this much, such as 200MB.")
@click.option("--unused", "days", type=click.IntRange(1, 3650), help="Remove what hasn’t been heard for so many days.")
def prune(size_bytes: int | None, days: int | None) -> None:
    """Remove the lines that haven't been heard for the longest time."""
    from voiceguide.listener import config
    from voiceguide.recording import cache_folder as kept

    limit_bytes = size_bytes or config.load().cache or kept.USUAL_BYTES
    _tell(kept.prune(kept.folder(), limit_bytes, time.time() - days * DAY_SECONDS if days else 0.0))


@cache.command(epilog=example("voiceguide cache clear"))
def clear() -> None:
    """Remove all lines; they are recorded again when they are needed."""
    from voiceguide.recording import cache_folder as kept

    _tell(kept.prune(kept.folder(), 0, float("inf")))


def _tell(gone: list[Any]) -> None:
    from voiceguide.recording.cache_folder import format_bytes

    click.echo(f"{len(gone)} lines removed, {format_bytes(sum(one.size_bytes for one in gone))}")


COMMANDS = (cache,)
