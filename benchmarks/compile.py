"""How long it takes from a script's text to its timeline, when all lengths are known. Nothing is spoken."""

from __future__ import annotations

import gc
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from typing import TypeVar

from figures import at_home, progress, spread, used, verdict
from works import DEEDS, PLACES, WAYS

from voiceguide.plan import Plan, make_plan
from voiceguide.script import parse
from voiceguide.timeline import FASTER, Lengths, lay_out

T = TypeVar("T")

NEEDED: tuple[str, ...] = ()
RUNS = 15

STEPS = 60
AIM_MS = 20.0
"""CPU milliseconds that the session of 20 minutes may take."""

LINEAR = 1.25
"""How many times as much an event of the longest session may cost as one of the shortest, to be called linear."""

HOURS = (1, 3, 6, 12, 24)
AN_HOUR = 3
"""Rounds of the 60 steps."""

LETTER_MS = 60
SOUNDS = {"bell": 1_600, "start": 700, "release": 1_100, "switch": 900, "tick": 120, "end": 2_500}
STAGES = ("parse", "plan", "lay out")

FRONT = """\
---
title: A long stretch
language: en
tools: a foam roller
settle: 20s
---

> [!CAUTION]
> Stop at once if you feel sharp pain, numbness or tingling.

"""
PARTS = {
    "Arrive": """\
Make yourself comfortable, and let your breath slow. [settle 5s]

1. @ [settle 5s]
2. @ Take the time you need. [until ready, 20s]
3. @ [settle 5s] [chime bell]
4. @ [hold 15s] [quiet]
5. @ [settle 5s]
6. @ [settle 5s]
7. @ After that: {next}. [settle 5s]
""",
    "Warm up": """\
1. @ [move 4s] [3 times] [again: Up.]
2. @ [move 4s] [3 times] [again: And down.]
3. @ [settle 5s]
4. @ Time {n} of {of}. [move 5s] [2 times]
5. @ [rest 8s]
6. @ [move 5s]
7. @ [settle 5s]
8. @ [until ready, 15s]
""",
    "Roll": """\
1. @ [2 times]
   - @ [move 5s] [again: Up.]
   - @ [move 5s] [again: And down.]
   - @ [move 5s-8s] [again: Once across.] [rest 5s]
2. @ [settle 5s]
3. @ [chime tick] [settle 5s]
4. @ [hold 20s]
""",
    "Press": """\
1. @ Stay for {hold}. [hold 25s] [at half: Keep breathing.] [release: Let go.]
2. @ [settle 5s]
3. @ [hold 30s-90s] [every 10s: Breathe out.]
4. @ [rest 10s-20s]
5. @ [hold 20s] [at 6s: Let your shoulders sink.] [at -6s: Almost there.]
6. @ [settle 5s]
7. @ [hold 12s] [quiet] [release: Ease off slowly.]
""",
    "Sides": """\
1. @ [each side] [switch 4s]
   - @ Lift your {side} arm, and leave the {other side} one. [move 4s]
   - @ {Left knee|Right knee} down. [hold 15s] [at half: Stay on the {side}.]
   - @ [rest 5s]
2. @ [settle 5s]
3. @ [move 5s]
4. @ [hold 10s] [each side]
5. @ [settle 5s]
""",
    "Strength": """\
1. @ Round {n} of {of}. [2-3 times]
   - @ [hold 15s] [again: Again, hold.]
   - @ [move 5s] [again: Lower.]
   - @ [rest 10s]
2. @ [settle 5s]
3. @ Count along. [hold 10s]
4. @ [move 6s]
5. @ [settle 5s]
""",
    "Stretch": """\
1. @ Hold it for {hold}. [hold 45s] [at half: Go a little further.] [at -10s: Soon you may let go.]
2. @ [settle 5s]
3. @ [hold 40s] [every 15s: Breathe.] [release: And come back.]
4. @ [hold 20s] [each side] [release: {Left|Right} side done.]
5. @ [rest 10s]
6. @ [move 5s]
7. @ Then: {next}. [settle 5s]
8. @ [until ready, 30s] [at half: No hurry.]
""",
    "Rest": """\
1. @ [settle 5s]
2. @ [rest 20s]
3. @ [settle 5s]
4. @ [hold 30s] [quiet]
5. @ [settle 5s]
6. @ [settle 5s]
7. @ [chime bell] [rest 10s]

That was all. Get up when you are ready, without hurry.
""",
}

COLD = f"""\
import sys
from pathlib import Path
from voiceguide.timeline import Lengths
from voiceguide.plan import make_plan
from voiceguide.script import parse
from voiceguide.timeline import lay_out
plan = make_plan(parse(Path(sys.argv[1]).read_text(encoding="utf-8"), "script.md"))
lines = {{line: len(line) * {LETTER_MS} for line in plan.lines}}
lay_out(plan, Lengths(lines, {SOUNDS}, {{line: int(ms / {FASTER}) for line, ms in lines.items()}}))
"""


def session(rounds: int = 1, times: int = 1) -> str:
    """A script whose steps, all in words of their own, come in so many rounds; each part is done so many times."""
    starts = ("", "Once more: ", "Slowly now: ")
    every = (f"{start}{deed} {place}, {way}." for start, way, place, deed in product(starts, WAYS, PLACES, DEEDS))
    repeat = f" [{times} times]" if times > 1 else ""
    parts = (
        f"## {name}{f', round {number}' if rounds > 1 else ''}{repeat}\n\n{steps}\n"
        for number in range(1, rounds + 1)
        for name, steps in PARTS.items()
    )
    return FRONT + re.sub("@", lambda _: next(every), "".join(parts))


def long_hold(words: str, times: int = 1) -> str:
    """A script that holds for an hour, with words asked for every other second."""
    repeat = f" [{times} times]" if times > 1 else ""
    return f"# A long hold\n\n1. Hold. [hold 1h] [every 2s: {words}]{repeat}\n"


@dataclass(frozen=True, slots=True)
class Work:
    """A script to measure, and the hours it takes to listen to, if it is one of a series."""

    title: str
    script: str
    hours: int = 0


A = Work(f"{STEPS} steps in {len(PARTS)} parts, 20 minutes", session())
MORE = tuple(Work(f"{hours} h", session(rounds=AN_HOUR * hours), hours) for hours in HOURS)
REPEATS = tuple(Work(f"{hours} h", session(times=AN_HOUR * hours), hours) for hours in HOURS)
WORST = (
    Work("words that fit", long_hold("In.")),
    Work("words that don’t fit", long_hold("Breathe in, and out again, slowly.")),
    Work("words that fit, 3 times", long_hold("In.", times=3)),
    Work("words that don’t fit, 3 times", long_hold("Breathe in, and out again, slowly.", times=3)),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """How large a work is, and what each of its runs used: CPU milliseconds by stage, and wall milliseconds in all."""

    work: Work
    steps: int
    cues: int
    events: int
    minutes: float
    stages: Mapping[str, tuple[float, ...]]
    wall: tuple[float, ...]

    @property
    def together(self) -> tuple[float, ...]:
        return tuple(map(sum, zip(*self.stages.values(), strict=True)))

    def per_thousand(self, stage: str | None = None) -> float:
        """The milliseconds that 1000 events cost, in one stage or in all."""
        return median(self.stages[stage] if stage else self.together) * 1000 / self.events


def measure(work: Work, runs: int) -> Figures:
    """All stages, again and again in this process; the first run is not counted."""
    progress(work.title)
    lengths = _lengths(make_plan(parse(work.script, "script.md")))
    taken, wall = [], []
    for _ in range(runs + 1):
        gc.collect()
        began = time.perf_counter()
        parsing, script = _timed(lambda: parse(work.script, "script.md"))
        planning, plan = _timed(partial(make_plan, script))
        laying_out, timeline = _timed(partial(lay_out, plan, lengths))
        wall.append((time.perf_counter() - began) * 1000)
        taken.append((parsing, planning, laying_out))
    return Figures(
        work=work,
        steps=len(re.findall(r"^ *(?:\d+\.|-) ", work.script, re.MULTILINE)),
        cues=len(plan.cues),
        events=len(timeline.events),
        minutes=timeline.duration_ms / 60_000,
        stages=dict(zip(STAGES, zip(*taken[1:], strict=True), strict=True)),
        wall=tuple(wall[1:]),
    )


def _timed(stage: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    result = stage()
    return (time.process_time() - began) * 1000, result


def _lengths(plan: Plan) -> Lengths:
    lines = {line: len(line) * LETTER_MS for line in plan.lines}
    return Lengths(lines, SOUNDS, {line: int(ms / FASTER) for line, ms in lines.items()})


def measure_cold(runs: int) -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
    """CPU and wall milliseconds of an interpreter that does nothing but imports and one 20-minute session."""
    progress("cold")
    with tempfile.TemporaryDirectory(prefix="voiceguide-benchmark-") as folder:
        script = Path(folder, "script.md")
        script.write_text(A.script, encoding="utf-8")
        environment = at_home(Path(folder))
        imports = COLD.partition("plan = ")[0]
        codes = {"all of it": COLD, "the imports alone": imports, "floor: python -c pass": "pass"}
        return {name: _fresh(code, script, environment, runs) for name, code in codes.items()}


def _fresh(
    code: str, script: Path, environment: Mapping[str, str], runs: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    command = (sys.executable, "-c", code, str(script))
    found = [used(command, environment) for _ in range(runs + 1)][1:]  # the first one compiles the bytecode
    return tuple(run.cpu * 1000 for run in found), tuple(run.wall * 1000 for run in found)


def _number(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def table(all_figures: Iterable[Figures]) -> str:
    """One row a work."""
    head = ("", "KiB", "cues", "events", *STAGES, "together", "wall", "per 1000 events")
    rows = [f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}"]
    for figures in all_figures:
        size = f"{max(0.1, len(figures.work.script.encode()) / 1024):.1f}"
        spreads = (spread(ms) for ms in (*figures.stages.values(), figures.together, figures.wall))
        counts = (_number(figures.cues), _number(figures.events))
        cells = (figures.work.title, size, *counts, *spreads, f"{figures.per_thousand():.1f}")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def growth(name: str, series: Sequence[Figures]) -> str:
    """Whether an event of the longest session costs as much as one of the shortest."""
    short, long = series[0], series[-1]
    ratio = long.per_thousand() / short.per_thousand()
    by_stage = ", ".join(f"{stage} {long.per_thousand(stage) / short.per_thousand(stage):.2f}" for stage in STAGES)
    aim = f"aim: linear, at most {LINEAR:g}, {verdict(ratio <= LINEAR)}"
    hours = f"{long.work.hours} h to that at {short.work.hours} h"
    return f"Cost per event at {hours}, by {name}: {ratio:.2f} ({by_stage}); {aim}."


METHOD = f"""\
### How the compiler was measured

Figures are CPU milliseconds, but for those under “wall”, of {{runs}} runs one after another in one process, after one
that isn’t counted. “Cold” is a fresh interpreter for each run, with bytecode compiled and files in memory, as it is
when a program is started again. Python’s garbage collector is on, as always, and has nothing left to collect when a run
begins.

The stages are `parse`, `make_plan` and `lay_out`. Each letter takes {LETTER_MS} ms to say, and every line’s length is
at hand. A session has the same {STEPS} steps all over again, either in other words, a round of about 20 minutes after
the other, or with each part repeated; in between it uses every bracket and every placeholder there is. A file may have
256 KiB: the longer texts would be refused as files, and are measured nevertheless, to see them grow. Words that don’t
fit into two seconds keep each other from being said, and each of those is tried in every way first.
"""


def measured(quick: bool) -> Iterator[str]:
    """The session of 20 minutes, longer and longer ones, and the worst case."""
    runs = 3 if quick else RUNS
    figures = measure(A, runs)
    warm = median(figures.together)
    yield f"### {A.title}\n"
    yield table([figures])
    yield (
        f"\nIt has {figures.steps} steps and lasts {figures.minutes:.1f} minutes. "
        f"Aim: {AIM_MS:g} ms together, {verdict(warm <= AIM_MS)}.\n"
    )
    yield "| cold | CPU ms | wall ms |\n|---|--:|--:|"
    for name, (cpu, wall) in measure_cold(runs).items():
        yield f"| {name} | {spread(cpu)} | {spread(wall)} |"
    for name, works in (("more steps", MORE), ("repeats", REPEATS)):
        series = [measure(work, runs) for work in works[: 2 if quick else None]]
        yield f"\n### Longer by {name}\n"
        yield table(series)
        yield f"\n{growth(name, series)}"
    yield "\n### Worst case: a hold of an hour, with words every other second\n"
    yield table(measure(work, runs) for work in (WORST[:2] if quick else WORST))
    yield f"\n{METHOD.format(runs=runs)}"
