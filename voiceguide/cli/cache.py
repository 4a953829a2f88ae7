"""Commands about the recorded lines that are kept."""

from __future__ import annotations

import time
from typing import Any

import click

from voiceguide.cli.options import example

DAY_SECONDS = 86_400


class Size(click.ParamType[int]):
    """A size such as 500MB, in bytes."""

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
    """Tell how much the recorded lines take, remove some, or all.

    Lines are kept, so that a session begins at once. When they take more than they may, those that weren't heard for
    longest go by themselves.
    """
    if ctx.invoked_subcommand:
        return
    from voiceguide.listener import config
    from voiceguide.recording import cache_folder as kept

    there = kept.contents(kept.folder())
    size = sum(one.size_bytes for one in there)
    limit = config.load().cache or kept.USUAL_BYTES
    click.echo(f"{len(there)} lines, {kept.format_bytes(size)} of {kept.format_bytes(limit)} ({kept.folder()})")


@cache.command(epilog=example("voiceguide cache prune --to 200MB", "voiceguide cache prune --unused 30"))
@click.option("--to", "size", type=Size(), help="Keep at most so much, such as 200MB.")
@click.option("--unused", "days", type=click.IntRange(1, 3650), help="Remove what wasn’t heard for so many days.")
def prune(size: int | None, days: int | None) -> None:
    """Remove the lines that weren't heard for longest."""
    from voiceguide.listener import config
    from voiceguide.recording import cache_folder as kept

    limit = size or config.load().cache or kept.USUAL_BYTES
    _tell(kept.prune(kept.folder(), limit, time.time() - days * DAY_SECONDS if days else 0.0))


@cache.command(epilog=example("voiceguide cache clear"))
def clear() -> None:
    """Remove all lines; they are recorded again when they are wanted."""
    from voiceguide.recording import cache_folder as kept

    _tell(kept.prune(kept.folder(), 0, float("inf")))


def _tell(gone: list[Any]) -> None:
    from voiceguide.recording.cache_folder import format_bytes

    click.echo(f"{len(gone)} lines removed, {format_bytes(sum(one.size_bytes for one in gone))}")


COMMANDS = (cache,)
