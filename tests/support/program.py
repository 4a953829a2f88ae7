"""The program as its users call it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = [sys.executable, "-m", "voiceguide"]


def run(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it to its end, and keep what it prints."""
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, timeout=120, cwd=cwd, env=env)
