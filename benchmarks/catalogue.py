"""What a catalogue costs: how it grows with its sessions, and what a second worker saves."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from figures import Used, at_home, progress, used, verdict
from works import B

NEEDED: tuple[str, ...] = ()
LINES = 8
"""What each session says of its own, apart from its title."""

SIZES = (1, 10, 100, 1_000)
FLAT = 1.25
"""How many times as much a line, or a minute of output, may cost in the largest catalogue as in the one of ten."""

GROWTH_AIM_MB = 10.0

TECHNIQUES = ("hands", "massage-balls", "foam-roller")
VOICES = ("gmw/en", "gmw/en-us", "gmw/en-gb-scotland", "gmw/en-gb-x-rp", "gmw/en-029")
SPEEDS = ("0.7", "0.85", "1", "1.15")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A folder of exports: how it was made, with nothing recorded, with all lines recorded, with nothing to do."""

    files: int
    lines: int
    minutes: float
    cold: Used
    warm: Used
    idle: Used

    @property
    def line_ms(self) -> float:
        """CPU milliseconds that a new line costs."""
        return 1000 * (self.cold.cpu - self.warm.cpu) / self.lines

    @property
    def minute_ms(self) -> float:
        """CPU milliseconds that a minute of output costs, when its lines are recorded."""
        return 1000 * (self.warm.cpu - self.idle.cpu) / self.minutes

    @property
    def peak(self) -> float:
        return self.cold.peak

    def row(self) -> str:
        cells = (
            *(f"{self.files}", f"{self.lines}", f"{self.minutes:.0f}", f"{self.cold.cpu:.1f}", f"{self.cold.wall:.1f}"),
            *(f"{self.line_ms:.1f}", f"{self.minute_ms:.1f}", f"{self.idle.wall:.2f}", f"{self.peak:.0f}"),
        )
        return f"| {' | '.join(cells)} |"


def written(folder: Path, sessions: int) -> list[str]:
    """So many scripts, no line of which is in two of them."""
    numbers = count(1)
    files = []
    for session in range(sessions):
        steps = (f"1. Number {next(numbers)}: {line} [hold 5s]\n" for line in B.sentences[:LINES])
        files.append(folder / f"session-{session}.md")
        files[-1].write_text(f"# Session {session}\n\n{''.join(steps)}")
    return [str(file) for file in files]


def exported(folder: Path, arguments: Sequence[str], out: str, jobs: int = 2) -> Used:
    """One run of `export --all` into the folder `out`, with a cache of its own."""
    environment = {**at_home(folder), "XDG_CACHE_HOME": str(folder / f"cache-{out}")}
    command = ("voiceguide", "export", "--all", *arguments, "-o", str(folder / out), f"--jobs={jobs}")
    return used(command, environment)


def grown(folder: Path, sessions: int) -> Catalogue:
    """A catalogue of so many sessions as FLAC, made three times; nothing of it is left."""
    progress(f"{sessions} sessions")
    arguments = (*written(folder, sessions), "--format=flac")
    cold = exported(folder, arguments, "grown")
    lines = sum(1 for _ in (folder / "cache-grown/voiceguide/lines").glob("??/*"))
    entries = manifest(folder / "grown")
    shutil.rmtree(folder / "grown")
    warm = exported(folder, arguments, "grown")
    idle = exported(folder, arguments, "grown")
    for left in ("grown", "cache-grown"):
        shutil.rmtree(folder / left)
    minutes = sum(entry["duration_ms"] for entry in entries.values()) / 60_000
    return Catalogue(len(entries), lines, minutes, cold, warm, idle)


def manifest(folder: Path) -> dict[str, dict[str, int]]:
    files: dict[str, dict[str, int]] = json.loads((folder / "catalogue.json").read_text("utf-8"))["files"]
    return files


METHOD = f"""
### How catalogues were measured

Each session says its title and {LINES} sentences of its own, with a hold of five seconds after each, and is written as
FLAC by two workers: with nothing recorded, again with all lines recorded, and again with nothing to do. A line costs
what the first takes longer than the second, a minute of output what the second takes longer than the third; CPU is that
of all processes. The techniques are written as MP3, whose encoder costs the most.
"""


def measured(quick: bool) -> Iterator[str]:
    """Catalogues of 1 to 1 000 sessions, and one of the techniques with one worker and with two."""
    with tempfile.TemporaryDirectory(prefix="voiceguide-benchmark-") as name:
        folder = Path(name)
        exported(folder, (*written(folder, 1), "--format=flac"), "first")  # compiles the bytecode
        yield "### As it grows\n"
        head = (
            "new lines",
            "minutes",
            "CPU s",
            "wall s",
            "CPU ms a line",
            "a minute of output",
            "nothing to do: wall s",
        )
        yield f"| sessions | {' | '.join(head)} | peak MB |\n|{'--:|' * (len(head) + 2)}"
        found = []
        for sessions in SIZES[: 2 if quick else None]:
            found.append(grown(folder, sessions))
            yield found[-1].row()
        yield f"\n{growth(found[1], found[-1])}\n"
        yield "### With one worker and with two\n"
        yield "| | CPU s | wall s | ms a file | peak MB of a process |\n|---|--:|--:|--:|--:|"
        options = [f"--speed={speed}" for speed in SPEEDS[: 1 if quick else None]]
        options += [f"--voice={voice}" for voice in VOICES]
        for label, jobs, out in (
            ("one worker, nothing recorded", 1, "one"),
            ("two workers, nothing recorded", 2, "two"),
            ("two workers, nothing to do", 2, "two"),
        ):
            progress(label)
            run = exported(folder, (*TECHNIQUES, *options), out, jobs)
            files = len(manifest(folder / out))
            cells = (f"{run.cpu:.1f}", f"{run.wall:.1f}", f"{1000 * run.wall / files:.0f}", f"{run.peak:.0f}")
            yield f"| {label} | {' | '.join(cells)} |"
        one, two = (folder / out / "catalogue.json" for out in ("one", "two"))
        entries = manifest(folder / "two").values()
        hours = sum(entry["duration_ms"] for entry in entries) / 3.6e6
        same = "the same, byte by byte" if one.read_bytes() == two.read_bytes() else "**not the same**"
        yield (
            f"\n{len(entries)} MP3s of three techniques in {len(VOICES)} voices, {hours:.1f} hours. "
            f"What one worker and two have made is {same}."
        )
    yield METHOD


def growth(ten: Catalogue, most: Catalogue) -> str:
    """Whether a line and a minute cost as much in the largest catalogue as in that of ten sessions."""
    line, minute = most.line_ms / ten.line_ms, most.minute_ms / ten.minute_ms
    more_mb = most.peak - ten.peak
    return (
        f"From {ten.files} sessions to {most.files}, a new line costs {line:.2f} times as much, a minute of output "
        f"{minute:.2f} times; aim: at most {FLAT:g}, {verdict(max(line, minute) <= FLAT)}. The largest process takes "
        f"{more_mb:+.1f} MB; aim: at most {GROWTH_AIM_MB:g}, {verdict(more_mb <= GROWTH_AIM_MB)}."
    )
