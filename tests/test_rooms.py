"""Data walks one way: the pure rooms stay pure, and a quick answer stays quick."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "voiceguide"

MAY_IMPORT = {
    "moments": set(),
    "errors": set(),
    "phrases": {"moments", "num2words2", "phrases"},
    "clip": {"moments"},
    "script": {"errors", "moments", "script", "markdown_it", "yaml"},
    "plan": {"errors", "moments", "phrases", "plan", "script"},
    "ladder": {"moments", "plan"},
    "spoken": {"moments", "phrases", "spoken"},
    "lint": {"errors", "ladder", "lint", "moments", "phrases", "plan", "script", "timeline"},
    "starter": set(),
    "timeline": {"errors", "ladder", "moments", "plan", "script"},
    "export/labels": {"errors", "export", "moments", "render", "timeline"},
    "export/podcast": {"errors", "export", "moments", "render", "timeline"},
    "leaflet": {"errors", "leaflet", "moments", "phrases", "plan", "script"},
    "listing": {"errors", "ladder", "moments", "plan", "timeline"},
    "captions": {"errors", "moments", "timeline"},
    "draw/palette": set(),
    "draw/shapes": set(),
    "draw/svg": {"draw", "errors"},
    "picture": {"draw", "moments", "picture", "timeline"},
    "render": {"clip", "moments", "timeline"},
    "transport": {"clip", "moments", "timeline"},
    "ear/grammar": set(),
}
EFFECTS = {"os", "sys", "pathlib", "subprocess", "threading", "socket", "time", "random", "tempfile", "shutil", "io"}


def imported(file: Path) -> set[str]:
    """Top-level packages, and for voiceguide's own modules the room."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [f"voiceguide.{alias.name}" for alias in node.names] if node.module == "voiceguide" else [node.module]
            )
            found |= set(names)
    return {name.split(".")[1] if name.startswith("voiceguide.") else name.split(".")[0] for name in found}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_pure_room_imports_only_what_it_may(room: str) -> None:
    """A clock, a file or a thread in the compiler would be the end of its guarantees."""
    files = list((PACKAGE / room).glob("*.py")) or [PACKAGE / f"{room}.py"]
    used = set().union(*(imported(file) for file in files))
    outside = used - set(sys.stdlib_module_names) - {"__future__", "voiceguide"}
    assert outside <= MAY_IMPORT[room]
    assert not used & EFFECTS


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], {"numpy", "av", "PIL", "yaml", "markdown_it", "rich", "miniaudio", "pyttsx3"}),
        (["check", "foam-roller"], {"numpy", "av", "PIL", "rich", "miniaudio", "pyttsx3"}),
    ],
)
def test_heavy_libraries_wait_until_they_are_needed(arguments: list[str], heavy: set[str]) -> None:
    """Help and checks answer at once because nothing they don't need is loaded."""
    code = (
        "import sys\nfrom voiceguide.cli import program\n"
        f"program({arguments!r}, standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(done.stderr.split())
