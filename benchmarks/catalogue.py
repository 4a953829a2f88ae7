"""What a catalogue costs: 300 files on one worker and on two, and again when nothing has changed.

    python benchmarks/catalogue.py [--files 300]

Prints the table and writes CATALOGUE.md. Needs Linux, and half an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
TECHNIQUES = ("hands", "massage-balls", "foam-roller")
VOICES = ("gmw/en", "gmw/en-us", "gmw/en-gb-scotland", "gmw/en-gb-x-rp", "gmw/en-029")
SPEEDS = tuple(f"{hundredths / 100:g}" for hundredths in range(60, 160, 5))


def run(folder: Path, files: int, jobs: int, out: str) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and the largest process's megabytes of one export of so many files."""
    speeds = SPEEDS[: -(-files // (len(TECHNIQUES) * len(VOICES)))]
    options = [*(f"--speed={speed}" for speed in speeds), *(f"--voice={voice}" for voice in VOICES)]
    command = ["voiceguide", "export", "--all", *TECHNIQUES, "-o", str(folder / out), *options, f"--jobs={jobs}"]
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(folder / f"cache-{out}"),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    measured = [sys.executable, "-I", "-S", str(HERE / "measured.py"), *command]
    done = subprocess.run(measured, env=environment, capture_output=True, text=True, check=True)
    cpu, wall, kibibytes = (float(figure) for figure in done.stdout.split())
    return cpu, wall, kibibytes * 1024 / 1e6


def main() -> None:
    """The program: see the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=300, help="how many files, in steps of 15")
    files = parser.parse_args().files
    rows = []
    with tempfile.TemporaryDirectory(prefix="voiceguide-benchmark-") as name:
        folder = Path(name)
        for label, jobs, out in (
            ("one worker, nothing recorded", 1, "one"),
            ("two workers, nothing recorded", 2, "two"),
            ("two workers, nothing to do", 2, "two"),
        ):
            print(label, file=sys.stderr, flush=True)
            cpu, wall, peak = run(folder, files, jobs, out)
            rows.append(f"| {label} | {cpu:.1f} | {wall:.1f} | {1000 * wall / files:.0f} | {peak:.0f} |")
        manifests = [(folder / out / "catalogue.json").read_text("utf-8") for out in ("one", "two")]
        entries = json.loads(manifests[0])["files"].values()
        hours, size = sum(one["duration_ms"] for one in entries) / 3.6e6, sum(one["bytes"] for one in entries) / 1e6
        lines = sum(1 for file in (folder / "cache-two" / "voiceguide" / "lines").glob("*/*"))
    same = "the same, byte by byte" if manifests[0] == manifests[1] else "**not the same**"
    text = "\n".join(
        [
            "# What a catalogue costs",
            "",
            f"{os.cpu_count()} processors; Python {platform.python_version()}; voiceguide {version('voiceguide')}; "
            f"{time.strftime('%Y-%m-%d')}",
            "",
            "    python benchmarks/catalogue.py",
            "",
            f"{len(entries)} MP3s of three techniques in {len(VOICES)} voices at several speeds: {hours:.1f} hours, "
            f"{size:.0f} MB, {lines} distinct lines.",
            "",
            "| | CPU s | wall s | ms a file | peak MB of a process |",
            "|---|--:|--:|--:|--:|",
            *rows,
            "",
            f"What one worker and two have made is {same}.",
            "",
        ]
    )
    print(text)
    (HERE / "CATALOGUE.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
