"""How fast, how reliable and how loud voices are: many lines, under load; prints it and writes VOICES.md.

    python benchmarks/voices.py

Each line is recorded twice, once with two busy loops beside it, and has to be the same, sample by sample. Loudness is
measured by FFmpeg over all lines of a voice in a row. Takes some ten minutes.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from voiceguide.audio.clip import RATE, Clip
from voiceguide.audio.mastering import as_samples, loudness, master
from voiceguide.library.techniques import load_technique, names
from voiceguide.plan import make_plan
from voiceguide.spoken import Spoken
from voiceguide.voices import open_voice

HERE = Path(__file__).parent
VOICES = {"gmw/en-us": 1_000, "joe": 300}
OTHERS = ("gmw/en", "gmw/en-gb-scotland")
"""Voices that are only compared in loudness."""

BUSY = 2


def lines(many: int) -> list[str]:
    """So many lines, no two of them the same: those of the techniques, and the same with a number of times."""
    said = [line for name in names() if "/" not in name for line in make_plan(load_technique(name)).lines]
    said = list(dict.fromkeys(said))
    more = (f"{line.rstrip('.')}, {number} times." for number in range(2, many) for line in said)
    return [line for line, _ in zip([*said, *more], range(many), strict=False)]


@contextmanager
def load() -> Iterator[None]:
    """Both cores have something else to do."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def recorded(name: str, said: list[str]) -> tuple[dict[str, Clip], float]:
    """Every line as it was spoken, and the seconds that it took."""
    voice = open_voice(name, "en", spoken=Spoken("en"))
    next(iter(voice.record(["Up."], 1.0)))  # the engine is loaded
    began = time.perf_counter()
    spoken = dict(voice.record(said, 1.0))
    took = time.perf_counter() - began
    voice.close()
    return spoken, took


def programme_lufs(clips: list[Clip]) -> float:
    """The loudness of all clips in a row, as FFmpeg measures it."""
    with tempfile.NamedTemporaryFile(suffix=".raw") as file:
        for clip in clips:
            file.write(clip.pcm)
        file.flush()
        given = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", file.name]
        command = ["ffmpeg", "-hide_banner", "-nostats", *given, "-af", "ebur128", "-f", "null", "-"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"I: +(-[\d.]+) LUFS", told)[-1])


def main() -> None:
    """The program: see the module's docstring."""
    rows, levels = [], []
    for name, many in VOICES.items():
        said = lines(many)
        quiet, took = recorded(name, said)
        with load():
            busy, longer = recorded(name, said)
        wrong = sum(busy.get(line) != quiet.get(line) for line in said)
        lost = sum(line not in busy or line not in quiet for line in said)
        seconds = sum(master(clip).ms for clip in quiet.values()) / 1000
        rows.append(f"| {name} | {len(said)} | {wrong} | {lost} | {seconds / took:.1f} | {seconds / longer:.1f} |")
        print(rows[-1], flush=True)
    for name in (*VOICES, *OTHERS):
        clips = [master(clip) for clip in recorded(name, lines(100))[0].values()]
        single = [loudness(as_samples(clip)) for clip in clips]
        levels.append(f"| {name} | {programme_lufs(clips):.1f} | {min(single):.2f} to {max(single):.2f} |")
        print(levels[-1], flush=True)
    text = "\n".join(
        [
            "# How fast, how reliable and how loud voices are",
            "",
            f"{os.cpu_count()} processors; Python {platform.python_version()}; voiceguide {version('voiceguide')}; "
            f"{time.strftime('%Y-%m-%d')}",
            "",
            "    python benchmarks/voices.py",
            "",
            f"Each line was recorded twice, the second time with {BUSY} busy loops beside it; it is wrong if a "
            "single sample differs.",
            "",
            "| voice | lines | wrong | lost | × real time | × real time under load |",
            "|---|--:|--:|--:|--:|--:|",
            *rows,
            "",
            "All lines of a voice in a row, measured by FFmpeg (EBU R 128), and the level of each by itself:",
            "",
            "| voice | LUFS in a row | dBFS of single lines |",
            "|---|--:|--:|",
            *levels,
            "",
        ]
    )
    (HERE / "VOICES.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
