"""Where the time of an export goes: the program itself, with a clock around the functions that work."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from figures import progress
from works import A

WATCHED = {
    "levelling lines: trimming, weighting, limiting": ("voiceguide.mastering", "master"),
    "the cache: reading and writing lines": ("voiceguide.shelf", "Shelf.get", "Shelf.put"),
    "loudness of the whole session": ("voiceguide.export.loudness", "gain_for"),
    "lines at the level of the export": ("voiceguide.export.loudness", "levelled"),
}
"""The functions that are watched, and their module, by what they do; what one has done by another is the other's."""

PROGRAM = f"""\
import functools, importlib, json, os, resource, sys, time
began = time.process_time()
from voiceguide.cli import main

spent, inside = {{"starting Python": began}}, []

def watched(row, function):
    @functools.wraps(function)
    def timed(*arguments, **options):
        start = time.process_time()
        inside.append(0.0)
        try:
            return function(*arguments, **options)
        finally:
            took = time.process_time() - start
            spent[row] = spent.get(row, 0.0) + took - inside.pop()
            if inside:
                inside[-1] += took
    return timed

for row, (home, *names) in {WATCHED!r}.items():
    for name in names:
        owner = importlib.import_module(home)
        *outer, name = name.split(".")
        for one in outer:
            owner = getattr(owner, one)
        setattr(owner, name, watched(row, getattr(owner, name)))

import voiceguide.cli.sessions, voiceguide.export.wav, voiceguide.voices.system, voiceguide.lint
spent["importing modules"] = time.process_time() - began
sys.argv[1:1] = ["export"]
try:
    main()
except SystemExit as end:
    assert not end.code
of = {{who: resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)}}
itself, engine = (used.ru_utime + used.ru_stime for used in of.values())
spent["espeak-ng and pyttsx3, a process for each line"] = engine
spent["all the rest: script, timeline, progress, writing"] = itself - sum(spent.values()) + engine
os.write(3, json.dumps(spent).encode())
"""


def _spent(environment: Mapping[str, str], script: Path) -> dict[str, float]:
    """CPU seconds by what they were spent on, of one export."""
    report = script.with_name("spent.json")
    command = f'exec 3> "{report}"; exec "{sys.executable}" -c "$PROGRAM" "{script}" -o "{script.with_suffix(".wav")}"'
    subprocess.run(["sh", "-c", command], env={**environment, "PROGRAM": PROGRAM}, capture_output=True, check=True)
    spent: dict[str, float] = json.loads(report.read_text())
    return spent


def written(environment: Mapping[str, str], script: Path, peer: float) -> Iterator[str]:
    """The tables: one cold run and one warm run of A, beside what the fastest peer takes in all."""
    progress("where the time goes")
    shutil.rmtree(environment["XDG_CACHE_HOME"], ignore_errors=True)
    cold, warm = (_spent(environment, script) for _ in range(2))
    lines, all_cold, all_warm = len(A.sentences) + 1, sum(cold.values()), sum(warm.values())
    yield "### Where the time of A goes\n"
    yield "| CPU | cold: s | part | ms a line | warm: s | part |\n|---|--:|--:|--:|--:|--:|"
    for row in sorted(cold | warm, key=lambda row: -cold.get(row, 0.0)):
        before, after = cold.get(row, 0.0), warm.get(row, 0.0)
        cells = (f"{before:.3f}", f"{before / all_cold:.0%}", f"{1000 * before / lines:.1f}", f"{after:.3f}")
        yield f"| {row} | {' | '.join(cells)} | {after / all_warm:.0%} |"
    yield f"| together | {all_cold:.3f} | | | {all_warm:.3f} | |"
    yield f"| the fastest peer, all of it | {peer:.3f} | | {1000 * peer / lines:.1f} | {peer:.3f} | |\n"
