"""Script files as they come: from any editor, in any encoding, of any size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.program import PROGRAM
from voiceguide.base.errors import ScriptError
from voiceguide.script import parse_bytes

SCRIPT = "---\ntitle: Käse\n---\n\n# Käse\n\n## Eins\n\n1. Drücken. [hold 20s]\n   [release: Los.]\n\nEnde.\n"


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbf" + SCRIPT.encode(),
        SCRIPT.replace("\n", "\r\n").encode(),
        SCRIPT.replace("\n", "\r").encode(),
        SCRIPT.rstrip("\n").encode(),
        b"\xef\xbb\xbf" + SCRIPT.rstrip("\n").replace("\n", "\r\n").encode(),
    ],
)
def test_every_editor_s_way_of_ending_lines_is_read_alike(source: bytes) -> None:
    """A mark at the beginning, two signs at each line's end, none at the last one's: the same script."""
    assert parse_bytes(source, "x.md") == parse_bytes(SCRIPT.encode(), "x.md")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (SCRIPT.encode("latin-1"), r"x\.md:2:9: not UTF-8 text: byte 12 is 0xe4"),
        (SCRIPT.encode("utf-16-le"), r"x\.md:\d+:\d+: "),
        (SCRIPT.encode("utf-16"), r"x\.md:1:1: not UTF-8 text: byte 0 is 0xff"),
        (b"# T\n\nA \xed\xa0\x80 b.\n", r"x\.md:3:3: not UTF-8 text"),
        (b"# T\n\nA \x00 b.\n", r"x\.md:3:3: .*U\+0000"),
        (b"# T\n\nA \x1b[2J b.\n", r"x\.md:3:3: .*U\+001B"),
        ("# T\n\nA \x9b b.\n".encode(), r"x\.md:3:3: .*U\+009B"),
    ],
)
def test_what_is_no_text_is_told_with_its_place(source: bytes, says: str) -> None:
    """An author with another editor learns which byte it is, and how to save the file."""
    with pytest.raises(ScriptError, match=says):
        parse_bytes(source, "x.md")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """A hundred megabytes, or a device without an end: no memory is taken for what is no script."""
    file = tmp_path / "x.md"
    with file.open("wb") as opened:
        opened.truncate(100_000_000)
    code = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400_000_000,) * 2)
sys.argv[1:] = ["check", {str(file)!r}]
from voiceguide.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "x.md:1:1: " in done.stderr
    refused = subprocess.run([*PROGRAM, "check", "/dev/zero"], capture_output=True, text=True, timeout=20)
    assert (refused.returncode, "not a file" in refused.stderr) == (2, True)
