"""The program as its users call it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from voiceguide.cli import program

PROGRAM = [sys.executable, "-m", "voiceguide"]


def run(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it to its end, and keep what it prints."""
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, timeout=120, cwd=cwd, env=env)


def invoke(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end inside this process, which spares the start of another one, where none is needed."""
    done = CliRunner().invoke(program, arguments, prog_name="voiceguide")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
