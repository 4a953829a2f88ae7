"""What the sections share: what a command used, how figures are written, and what machine they are from."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Used:
    """What a command used: CPU and wall seconds with all its descendants, the megabytes of its largest process."""

    cpu: float
    wall: float
    peak: float


def used(command: Sequence[str], environment: Mapping[str, str]) -> Used:
    """Runs a command, whose output is dropped. Ends this program with what it complained of if it fails."""
    measured = [sys.executable, "-I", "-S", str(HERE / "measured.py"), *command]
    done = subprocess.run(measured, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    cpu, wall, kibibytes = map(float, done.stdout.split())
    return Used(cpu, wall, kibibytes * 1024 / 1e6)


def at_home(folder: Path) -> dict[str, str]:
    """An environment with settings, cache and bytecode in `folder`, and this Python's programs first."""
    settings = folder / "config" / "voiceguide" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('voice = "gmw/en-us"\n')  # the peers', too
    return {
        **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPYCACHEPREFIX": f"{folder}/bytecode",
        "XDG_CACHE_HOME": f"{folder}/cache",
        "XDG_CONFIG_HOME": f"{folder}/config",
        "XDG_DATA_HOME": f"{folder}/data",
    }


def progress(what: str) -> None:
    """Tells who waits what is being measured."""
    print(f"  … {what}", file=sys.stderr, flush=True)


def spread(figures: Sequence[float], digits: int | None = None) -> str:
    """The median, and, of several figures, the least and the most; three digits that count if none are given."""
    middle = median(figures)
    if digits is None:
        digits = 3 if middle < 1 else 2 if middle < 10 else 1 if middle < 100 else 0
    middle_, least, most = (f"{value:.{digits}f}" for value in (middle, min(figures), max(figures)))
    return f"{middle_} ({least}–{most})" if len(figures) > 1 else middle_


def verdict(met: bool) -> str:
    return "met" if met else "**missed**"


def machine() -> str:
    """Processors, versions and the date, in a line."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    things = (
        f"{os.cpu_count()} × {names[0] if names else platform.machine()}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("voiceguide", "numpy", "espeakng-loader")),
        time.strftime("%Y-%m-%d"),
    )
    return "; ".join(things)
