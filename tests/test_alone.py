"""Without a network, and without asking for one: what somebody's back needs stays on their machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "arguments",
    [
        ["play", "foam-roller", "--output", "silent", "--no-wait"],
        ["play", "hands", "--output", "silent", "--no-wait", "--voice", "joe"],
        ["export", "hands", "-o", "hands.m4b"],
        ["export", "hands", "-o", "hands.html"],
        ["export", "hands", "-o", "hands.pdf", "--link", "https://example.org/hands"],
        ["show", "hands", "--picture", "hands.png"],
        ["voices", "--language", "en"],
        ["check", "hands"],
    ],
)
def test_everything_works_without_a_network(tmp_path: Path, arguments: list[str]) -> None:
    """No address is looked up, no connection tried, and nothing is missing for it."""
    (tmp_path / "config/voiceguide/config.toml").unlink()
    done = subprocess.run(
        [*ALONE, sys.executable, "-c", WATCHED, *arguments],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert "socket." not in done.stderr
