"""What `voiceguide export` costs, beside the same lines put together by hand; twenty minutes of measuring."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import profiled
from figures import HERE, Used, at_home, progress, spread, used, verdict
from works import PAUSE_SECONDS, SETTLE_SECONDS, WORDS_A_MINUTE, A, B, Work

NEEDED = ("espeak-ng", "sox", "ffmpeg", "pydub")
RUNS = 5
MEMORY_AIM = 90.0
"""Megabytes that an export may take, however long the session is."""

GROWTH_AIM = 10.0
"""And by how many more it may take for the long session."""

FORMATS = ("mp3", "m4b", "opus", "flac")
GENERATOR = "audio-program-generator==1.10.1"


@dataclass(frozen=True, slots=True)
class Case:
    """A command to measure; `{script}`, `{lines}`, `{out}`, and `{kept}`, which the next case finds, stand for files.

    A `base` is what others are compared with. Aims are CPU seconds, the multiple of the fastest base, and megabytes.
    """

    label: str
    command: tuple[str, ...]
    cold: bool = False
    base: bool = False
    seconds_aim: float | None = None
    ratio_aim: float | None = None
    memory_aim: float | None = None


def _export(label: str, target: str, cold: bool = False, ratio_aim: float | None = None) -> Case:
    command = ("voiceguide", "export", "{script}", "-o", target)
    return Case(f"voiceguide export, {label}", command, cold, ratio_aim=ratio_aim, memory_aim=MEMORY_AIM)


def _peer(joiner: str, label: str) -> Case:
    program = str(HERE / "peer_concatenate.py")
    command = ("python", program, joiner, "{lines}", f"{PAUSE_SECONDS}", "{out}.wav")
    return Case(f"peer: espeak-ng, joined by {label}", command, base=True)


COLD = _export("WAV, cold", "{out}.wav", cold=True, ratio_aim=1.0)
WARM = _export("WAV, warm", "{kept}.wav", ratio_aim=0.2)
CODED = {name: _export(f"{name}, warm", f"{{out}}.{name}") for name in FORMATS}
BARE = ("python", str(HERE / "bare_encoder.py"), "{kept}.wav")
ENCODERS = {name: Case(f"the {name} encoder by itself", (*BARE, f"{{out}}.{name}")) for name in FORMATS}
FASTEST = _peer("wave", "Python’s wave")
BY_PYDUB = _peer("pydub", "pydub")
SSML = ("espeak-ng", "-m", "-v", "en-us", "-s", WORDS_A_MINUTE, "-f", "{ssml}", "-w", "{out}.wav")
EXPORTS = (
    COLD,
    WARM,
    *(case for pair in zip(CODED.values(), ENCODERS.values(), strict=True) for case in pair),
    FASTEST,
    _peer("sox", "SoX"),
    _peer("ffmpeg", "FFmpeg"),
    BY_PYDUB,
    Case("peer: espeak-ng with SSML breaks", SSML),
)

STARTUP = (
    Case("voiceguide --help", ("voiceguide", "--help"), seconds_aim=0.10),
    Case("voiceguide check, 60 lines", ("voiceguide", "check", "{script}"), seconds_aim=0.15),
    Case("floor: python -c pass", ("python", "-c", "pass"), base=True),
)


@dataclass(frozen=True, slots=True)
class Table:
    """One work's figures, case by case."""

    title: str
    runs: dict[Case, tuple[Used, ...]]

    def cpu(self, case: Case) -> float:
        return median(run.cpu for run in self.runs[case])

    def peak(self, case: Case) -> float:
        return median(run.peak for run in self.runs[case])

    @property
    def base(self) -> float:
        return min(self.cpu(case) for case in self.runs if case.base)

    def aims(self, case: Case) -> Iterator[str]:
        """Each aim of a case, and whether it is met."""
        measured = {
            "s": (case.seconds_aim, self.cpu(case)),
            "×": (case.ratio_aim, self.cpu(case) / self.base),
            "MB": (case.memory_aim, self.peak(case)),
        }
        for unit, (aim, found) in measured.items():
            if aim is not None:
                yield f"{aim:g} {unit} {verdict(found <= aim)}"

    def written(self) -> str:
        rows = [f"### {self.title}", "", "| | CPU s | CPU × | wall s | peak MB | aim |", "|---|--:|--:|--:|--:|---|"]
        for case, runs in self.runs.items():
            cpu, wall = (spread([getattr(run, what) for run in runs]) for what in ("cpu", "wall"))
            cells = (f"{self.cpu(case) / self.base:.2f}", wall, f"{self.peak(case):.0f}", ", ".join(self.aims(case)))
            rows.append(f"| {case.label} | {cpu} | {' | '.join(cells)} |")
        return "\n".join((*rows, ""))


class Bench:
    """A folder of its own for script, cache, settings and bytecode, and the measuring in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = {"script": "script.md", "lines": "lines.txt", "ssml": "lines.ssml", "out": "out", "kept": "kept"}
        self.files = {name: f"{folder}/{file}" for name, file in names.items()}
        self.environment = at_home(folder)

    def measure(self, title: str, work: Work, cases: Iterable[Case], runs: int) -> Table:
        """The cases in their order: a warm one finds what the cold one before it has left."""
        Path(self.files["script"]).write_text(work.script, encoding="utf-8")
        Path(self.files["lines"]).write_text(work.lines, encoding="utf-8")
        Path(self.files["ssml"]).write_text(work.ssml, encoding="utf-8")
        return Table(title, {case: tuple(self._run(case, number) for number in range(runs)) for case in cases})

    def _run(self, case: Case, number: int) -> Used:
        if not number:
            progress(case.label)
        if case.cold:
            shutil.rmtree(self.environment["XDG_CACHE_HOME"], ignore_errors=True)
        for left in self.folder.glob("out.*"):
            left.unlink()
        return used([part.format(**self.files) for part in case.command], self.environment)

    def generator(self) -> Case | None:
        """The peer that is a program of its own, in an environment of its own; None if it can't be had."""
        apart = self.folder / "generator"
        subprocess.run([sys.executable, "-m", "venv", str(apart)], check=True)
        install = [str(apart / "bin/pip"), "install", "-q", GENERATOR]
        if subprocess.run(install, capture_output=True, check=False).returncode:
            return None
        program = (str(apart / "bin/python"), str(HERE / "peer_generator.py"))
        command = (*program, "{lines}", f"{PAUSE_SECONDS}", "{out}.wav")
        return Case("peer: audio-program-generator, its engine replaced", command, base=True)


METHOD = f"""\
### How exports were measured

Each line is a sentence of its own with {SETTLE_SECONDS:g} s to settle after it; the title is spoken, too. CPU is the
user and system time of the command with all its descendants, as the kernel adds it up for the process that waits for
them; “CPU ×” is the multiple of the fastest peer that speaks line by line, or of the floor; peak is the resident memory
of the largest process. Cold means an empty cache, warm the cache that the run before has left; bytecode is compiled and
files are in memory either way.

The peers add the same silence between the same lines at the same pace, {WORDS_A_MINUTE} of espeak-ng’s words a
minute, and do nothing else: no timing by script, no checks, no equal loudness, no chime, no cache. They speak with the
system’s espeak-ng, voiceguide with the one its packages bring, and keep the silence that it leaves after each line.
With SSML breaks all lines are spoken by one process, which is quicker than any other way, and ends with any line that
it can’t speak. What copies the whole session for each line is left out of the long one: it would take half an hour.
Wall time depends on the cores there are, and on the disk, which only voiceguide waits for.
"""


def measured(quick: bool) -> Iterator[str]:
    """Start-up, 20 minutes and 10 hours of session, how memory grows, and where the time goes."""
    runs = 1 if quick else RUNS
    with tempfile.TemporaryDirectory(prefix="voiceguide-benchmark-") as folder:
        bench = Bench(Path(folder))
        generator = bench.generator()
        short = (*EXPORTS, generator) if generator else EXPORTS
        bench.measure("", A, (*STARTUP, *short), 1)  # compiles the bytecode, and brings the files into memory
        yield bench.measure("Startup", A, STARTUP, runs).written()
        table = bench.measure(A.title, A, short, runs)
        yield table.written()
        if not generator:
            yield f"{GENERATOR} could not be installed.\n"
        yield from profiled.written(bench.environment, Path(bench.files["script"]), table.cpu(FASTEST))
        if not quick:
            long = bench.measure(B.title, B, [case for case in EXPORTS if case is not BY_PYDUB], 1)
            yield long.written()
            yield growth(table, long)
    yield METHOD


def growth(short: Table, long: Table) -> str:
    """How much more memory the long session takes than the short one."""
    rows = ["### Memory from A to B", "", "| | more MB | aim |", "|---|--:|---|"]
    for case in (COLD, WARM, *CODED.values(), *ENCODERS.values()):
        more = long.peak(case) - short.peak(case)
        aim = "" if case in ENCODERS.values() else f"{GROWTH_AIM:g} MB {verdict(more <= GROWTH_AIM)}"
        rows.append(f"| {case.label} | {more:+.1f} | {aim} |")
    return "\n".join((*rows, ""))
