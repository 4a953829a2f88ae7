"""What `voiceguide export` costs, beside the same lines put together by hand; prints it and writes RESULTS.md.

    python benchmarks/export.py [--quick] [--runs 5] [--long-runs 1]

Needs Linux, the programs espeak-ng, sox and ffmpeg, pydub, 4 GB of disk, and, without --quick, some ten minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from works import PAUSE_SECONDS, SETTLE_SECONDS, A, B, Work

HERE = Path(__file__).parent
NEEDED = ("espeak-ng", "sox", "ffmpeg")
MEMORY_AIM = 90.0
"""Megabytes that an export may take, however long the session is."""


@dataclass(frozen=True, slots=True)
class Case:
    """A command to measure; `{script}`, `{lines}`, `{out}`, and `{kept}`, which the next case finds, stand for files.

    `base` is what others are compared with; `aims` are CPU seconds, by work, `memory_aim` is megabytes.
    """

    label: str
    command: tuple[str, ...]
    cold: bool = False
    base: bool = False
    memory_aim: float | None = None
    aims: Mapping[Work, float] = field(default_factory=dict, hash=False)


def _export(label: str, target: str, aims: Mapping[Work, float], cold: bool = False) -> Case:
    command = ("voiceguide", "export", "{script}", "-o", target)
    return Case(f"voiceguide export, {label}", command, cold, memory_aim=MEMORY_AIM, aims=aims)


def _coded() -> Iterator[Case]:
    """Each format, and its coder by itself on the same samples."""
    for name in ("mp3", "m4b", "opus", "flac"):
        yield _export(f"{name}, warm", f"{{out}}.{name}", {})
        command = ("python", str(HERE / "bare_encoder.py"), "{kept}.wav", f"{{out}}.{name}")
        yield Case(f"the {name} coder by itself", command)


def _peer(joiner: str, label: str) -> Case:
    program = str(HERE / "peer_concatenate.py")
    command = ("python", program, joiner, "{lines}", f"{PAUSE_SECONDS}", "{out}.wav")
    return Case(f"peer: espeak-ng, joined by {label}", command, base=True)


COLD = _export("WAV, cold", "{out}.wav", {A: 1.3, B: 28.0}, cold=True)
WARM = _export("WAV, warm", "{kept}.wav", {A: 0.35, B: 3.0})
EXPORTS = (
    COLD,
    WARM,
    *_coded(),
    _peer("wave", "Python’s wave"),
    _peer("sox", "SoX"),
    _peer("ffmpeg", "FFmpeg"),
    _peer("pydub", "pydub"),
    Case("peer: espeak-ng with SSML breaks", ("espeak-ng", "-m", "-s", "160", "-f", "{ssml}", "-w", "{out}.wav")),
)
LONG = tuple(case for case in EXPORTS if "pydub" not in case.label)
"""Without what copies the whole session for each line, and would take half an hour."""

STARTUP = (
    Case("voiceguide --help", ("voiceguide", "--help"), aims={A: 0.10}),
    Case("voiceguide check, 60 lines", ("voiceguide", "check", "{script}"), aims={A: 0.15}),
    Case("floor: python -c pass", ("python", "-c", "pass"), base=True),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the runs of one case used: CPU and wall seconds, and the megabytes of the largest process."""

    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    peak: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One work's figures, case by case."""

    title: str
    work: Work
    figures: dict[Case, Figures]

    def verdicts(self, case: Case) -> Iterator[tuple[str, bool]]:
        """Each aim of a case, and whether it is met."""
        if (seconds := case.aims.get(self.work)) is not None:
            yield f"{seconds:g} s", median(self.figures[case].cpu) <= seconds
        if case.memory_aim is not None:
            yield f"{case.memory_aim:g} MB", median(self.figures[case].peak) <= case.memory_aim

    def missed(self) -> list[str]:
        return [f"{case.label}: {aim}" for case in self.figures for aim, met in self.verdicts(case) if not met]

    def written(self) -> str:
        base = min(median(figures.cpu) for case, figures in self.figures.items() if case.base)
        rows = [f"## {self.title}", "", "| | CPU s | CPU × | wall s | peak MB | aim |", "|---|--:|--:|--:|--:|---|"]
        for case, figures in self.figures.items():
            aims = ", ".join(f"{aim} {'met' if met else '**missed**'}" for aim, met in self.verdicts(case))
            cpu, times, wall = _spread(figures.cpu), median(figures.cpu) / base, _spread(figures.wall)
            rows.append(f"| {case.label} | {cpu} | {times:.2f} | {wall} | {median(figures.peak):.0f} | {aims} |")
        return "\n".join(rows)


def _spread(seconds: Sequence[float]) -> str:
    """The median, and, of several runs, the least and the most."""
    middle, least, most = (f"{value:.{3 - (value >= 1)}f}" for value in (median(seconds), min(seconds), max(seconds)))
    return f"{middle} ({least}–{most})" if len(seconds) > 1 else middle


class Bench:
    """A folder of its own for script, cache, settings and bytecode, and the measuring in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = {"script": "script.md", "lines": "lines.txt", "ssml": "lines.ssml", "out": "out", "kept": "kept"}
        self.files = {name: f"{folder}/{file}" for name, file in names.items()}
        self.environment = {
            **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",
            "XDG_CACHE_HOME": f"{folder}/cache",
            "XDG_CONFIG_HOME": f"{folder}/config",
        }

        settings = folder / "config" / "voiceguide" / "config.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text('voice = "gmw/en"\n')  # the peers', too

    def measure(self, title: str, work: Work, cases: Iterable[Case], runs: int) -> Table:
        """The cases in their order: a warm one finds what the cold one before it has left."""
        Path(self.files["script"]).write_text(work.script, encoding="utf-8")
        Path(self.files["lines"]).write_text(work.lines, encoding="utf-8")
        Path(self.files["ssml"]).write_text(work.ssml, encoding="utf-8")
        return Table(title, work, {case: self._figures(case, runs) for case in cases})

    def _figures(self, case: Case, runs: int) -> Figures:
        print(case.label, file=sys.stderr, flush=True)
        cpu, wall, kibibytes = zip(*(self._run(case) for _ in range(runs)), strict=True)
        return Figures(cpu, wall, tuple(peak * 1024 / 1e6 for peak in kibibytes))

    def _run(self, case: Case) -> tuple[float, ...]:
        if case.cold:
            shutil.rmtree(self.environment["XDG_CACHE_HOME"], ignore_errors=True)
        for left in self.folder.glob("out.*"):
            left.unlink()
        command = [part.format(**self.files) for part in case.command]
        measured = [sys.executable, "-I", "-S", str(HERE / "measured.py"), *command]
        done = subprocess.run(measured, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{case.label} failed:\n{done.stderr}")
        return tuple(float(figure) for figure in done.stdout.split())


METHOD = f"""\
Each line is a sentence of its own with {SETTLE_SECONDS:g} s to settle after it; the title is spoken, too. CPU is user
and system time of the command with all its descendants, as the kernel adds it up for whoever waits for them; “CPU ×” is
the multiple of the fastest peer, or of the floor; peak is the resident memory of the largest process. Figures are
medians, with the least and the most in brackets; one without brackets is a single run. Cold means an empty cache, warm
that of the run before; bytecode is compiled and files are in memory either way.

The peers leave the same silence between the same lines, and do nothing else: no timing by script, no checks, no equal
loudness, no chime, no cache. They speak with the system’s espeak-ng, voiceguide with the one its packages bring. Wall
time depends on the cores there are, and on the disk, which only voiceguide waits for."""


def report(tables: Sequence[Table]) -> str:
    """All of RESULTS.md."""
    missed = "".join(f"\n- {table.title}: {miss}" for table in tables for miss in table.missed())
    parts = (
        "# What an export costs",
        _machine(),
        "    python benchmarks/export.py",
        *(table.written() for table in tables),
        *_growth({table.work: table.figures for table in tables if COLD in table.figures}),
        f"Missed aims:\n{missed}" if missed else "No aim is missed.",
        f"## How it was measured\n\n{METHOD}",
    )
    return "\n\n".join(parts)


def _growth(figures: Mapping[Work, dict[Case, Figures]]) -> Iterator[str]:
    """How much more memory the long session takes than the short one, if both were measured."""
    if B in figures:
        cold, warm = (median(figures[B][case].peak) - median(figures[A][case].peak) for case in (COLD, WARM))
        yield f"Peak memory of a WAV export from A to B: {cold:+.1f} MB cold, {warm:+.1f} MB warm."


def _machine() -> str:
    cpus = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    speech = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True).stdout
    things = (
        f"{os.cpu_count()} × {cpus[0].partition(': ')[2] if cpus else platform.machine()}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("voiceguide", "espeakng-loader")),
        speech.partition("  ")[0].replace(" text-to-speech:", ""),
        time.strftime("%Y-%m-%d"),
    )
    return "; ".join(things)


def main() -> None:
    """The program: see the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="leave out the long session, and RESULTS.md as it is")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs of everything short")
    parser.add_argument("--long-runs", type=int, default=1, metavar="N", help="runs of the long session")
    chosen = parser.parse_args()
    missing = [program for program in NEEDED if not shutil.which(program)]
    missing += [package for package in ("pydub",) if not find_spec(package)]
    if missing:
        sys.exit(f"the peers need {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="voiceguide-benchmark-") as folder:
        bench = Bench(Path(folder))
        bench.measure("", A, (*STARTUP, *EXPORTS), 1)  # compiles the bytecode, and brings the files into memory
        tables = [bench.measure("Startup", A, STARTUP, chosen.runs), bench.measure(A.title, A, EXPORTS, chosen.runs)]
        if not chosen.quick:
            tables.append(bench.measure(B.title, B, LONG, chosen.long_runs))
    text = report(tables)
    print(text)
    if not chosen.quick:
        (HERE / "RESULTS.md").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
