"""One export by the program itself, with a clock around the functions that work.

    python benchmarks/watched.py SCRIPT.md OUT.wav SPENT.json

SPENT.json gets the CPU seconds by what they were spent on; what one function has done by another is the other's.
"""

# ruff: noqa: E402 - what was spent before the first import is the interpreter's own

import time

STARTED = time.process_time()

import functools
import importlib
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from voiceguide.cli import main

WATCHED = {
    "levelling lines: trimming, weighting, limiting": ("voiceguide.audio.mastering", "master"),
    "the cache: reading and writing lines": ("voiceguide.recording.clip_cache", "Shelf.get", "Shelf.put"),
    "loudness of the whole session": ("voiceguide.export.loudness", "gain_for"),
    "lines at the level of the export": ("voiceguide.export.loudness", "levelled"),
}


class Clock:
    """What was spent, and how much of what is being done was done by others."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._by_others: list[float] = []

    def around(self, row: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            began = time.process_time()
            self._by_others.append(0.0)
            try:
                return function(*arguments, **options)
            finally:
                took = time.process_time() - began
                self.spent[row] = self.spent.get(row, 0.0) + took - self._by_others.pop()
                if self._by_others:
                    self._by_others[-1] += took

        return timed


def watch(clock: Clock) -> None:
    """Puts the clock around all that is watched."""
    for row, (home, *names) in WATCHED.items():
        for path in names:
            *outer, name = path.split(".")
            owner: Any = functools.reduce(getattr, outer, importlib.import_module(home))
            setattr(owner, name, clock.around(row, getattr(owner, name)))


def cpu(of: int) -> float:
    used = resource.getrusage(of)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    script, out, report = sys.argv[1:]
    clock = Clock()
    watch(clock)
    clock.spent |= {"starting Python": STARTED, "importing modules": time.process_time() - STARTED}
    sys.argv[1:] = ["export", script, "-o", out]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
    rest = cpu(resource.RUSAGE_SELF) - sum(clock.spent.values())
    clock.spent["all the rest: script, timeline, progress, writing"] = rest
    clock.spent["espeak-ng and pyttsx3, a process for each line"] = cpu(resource.RUSAGE_CHILDREN)
    Path(report).write_text(json.dumps(clock.spent))
