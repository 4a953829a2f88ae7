"""Progress of several workers at once: a bar for all of it, and one for each."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn


@contextmanager
def bars(total: int, reports: Path) -> Iterator[Callable[[int], None]]:
    """Bars on standard error, where there is a terminal to show them.

    What it gives is called with how many items are done, and looks at what the workers tell of themselves in `reports`.
    """
    name, doing = (TextColumn(f"{{task.{field}}}", markup=False) for field in ("description", "fields[doing]"))
    console, hidden = Console(stderr=True), not sys.stderr.isatty()
    lanes: dict[str, TaskID] = {}
    with Progress(
        name, BarColumn(), doing, console=console, disable=hidden, redirect_stdout=sys.stdout.isatty()
    ) as progress:
        whole = progress.add_task("all", total=total, doing="")

        def draw(done: int) -> None:
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
