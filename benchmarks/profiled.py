"""Where the time of an export goes, beside what the fastest peer takes in all."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from figures import HERE, progress
from works import A


def _spent(environment: Mapping[str, str], script: Path) -> dict[str, float]:
    """CPU seconds by what they were spent on, of one export."""
    out, report = script.with_suffix(".wav"), script.with_name("spent.json")
    command = [sys.executable, str(HERE / "watched.py"), str(script), str(out), str(report)]
    subprocess.run(command, env=environment, capture_output=True, check=True)
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
