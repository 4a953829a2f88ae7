"""Without a network, and without asking for one: what somebody's back needs stays on their machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.cases import long_cases

ALONE = ["unshare", "--net"]
"""A namespace in which there is no network, not even to this machine itself."""

WATCHED = """
import sys

def refuse(event, arguments):
    if event == "socket.getaddrinfo" or event == "socket.connect" and not isinstance(arguments[1], (str, bytes)):
        sys.stderr.write(f"{event} {arguments}\\n")

sys.addaudithook(refuse)
from voiceguide.cli import main
main()
"""


def can_be_alone() -> bool:
    if sys.platform != "linux":
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.voice,
    pytest.mark.skipif(not can_be_alone(), reason="a namespace of one's own needs Linux and root"),
]

OWN = "# Own\n\nPress, and breathe. [hold 9s]\n\nLet go.\n"
TECHNIQUES = [
    pytest.param("own.md", marks=pytest.mark.cold_cache),
    *long_cases("hands", "foam-roller"),
]


@pytest.mark.parametrize("technique", TECHNIQUES)
@pytest.mark.parametrize(
    "arguments",
    [
        ["play", "{}", "--output", "silent", "--no-wait", "--voice", "joe"],
        ["check", "{}"],
        *long_cases(
            ["export", "{}", "-o", "made.html"],
            ["play", "{}", "--output", "silent", "--no-wait"],
            ["export", "{}", "-o", "made.m4b"],
            ["export", "{}", "-o", "made.pdf", "--link", "https://example.org/hands"],
            ["show", "{}", "--picture", "made.png"],
        ),
    ],
    ids=" ".join,
)
def test_everything_works_without_a_network(tmp_path: Path, technique: str, arguments: list[str]) -> None:
    """No address is looked up, no connection tried, and nothing is missing for it."""
    (tmp_path / "own.md").write_text(OWN)
    alone(tmp_path, [argument.format(technique) for argument in arguments])


def test_voices_are_listed_without_a_network(tmp_path: Path) -> None:
    """Engines are asked what they have, and nobody else."""
    alone(tmp_path, ["voices", "--language", "en"])


def alone(folder: Path, arguments: list[str]) -> None:
    """Run the program where there is no network, with the voice that it takes by itself."""
    (folder / "config/voiceguide/config.toml").unlink()
    done = subprocess.run(
        [*ALONE, sys.executable, "-c", WATCHED, *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert "socket." not in done.stderr
