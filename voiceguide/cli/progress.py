"""Progress on standard error, where there is a terminal to show it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import TaskID

    from voiceguide.base.progress import Progress
    from voiceguide.export.batch import Watch


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """Show a bar as soon as there is something to do; yield what to call with how much is done, and of how much."""
    with ExitStack() as stack:
        shown: Any = None

        def progress(done: int, total: int) -> None:
            nonlocal shown
            if shown is None or total != shown.length:
                hidden = not sys.stderr.isatty()
                shown = stack.enter_context(
                    click.progressbar(length=total, label=label, file=sys.stderr, hidden=hidden)
                )
            shown.update(done - shown.pos)

        yield progress


@contextmanager
def bars(total: int) -> Iterator[Watch]:
    """Show a bar for all of the work, and one for each worker.

    Yields what to call with the number of items that are done, and with the folder of the workers' reports.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    name, doing = (TextColumn(f"{{task.{field}}}", markup=False) for field in ("description", "fields[doing]"))
    console, hidden = Console(stderr=True), not sys.stderr.isatty()
    lanes: dict[str, TaskID] = {}
    with Progress(
        name, BarColumn(), doing, console=console, disable=hidden, redirect_stdout=sys.stdout.isatty()
    ) as progress:
        whole = progress.add_task("all", total=total, doing="")

        def draw(done: int, reports: Path) -> None:
            progress.update(whole, completed=done, doing=f"{done} of {total}")
            for file in [] if hidden else sorted(reports.iterdir()):
                try:
                    item, what, part, parts = json.loads(file.read_text(encoding="utf-8"))
                except (OSError, ValueError):  # it is just being written
                    continue
                if file.name not in lanes:
                    lanes[file.name] = progress.add_task("", doing="")
                progress.update(lanes[file.name], description=item, completed=part, total=parts, doing=what)

        yield draw
