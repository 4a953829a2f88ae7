"""Data walks one way: every package imports only what stands below it, and a quick answer stays quick."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "voiceguide"

COMPILER = {"base", "phrases", "script", "plan", "timeline"}
RECORDED = {*COMPILER, "audio", "spoken", "library", "voices", "recording", "listener"}
MAY_IMPORT: dict[str, set[str]] = {
    "base": set(),
    "audio": {"base"},
    "draw": {"base"},
    "phrases": {"base"},
    "script": {"base"},
    "spoken": {"base", "phrases"},
    "plan": {"base", "phrases", "script"},
    "timeline": {"base", "script", "plan"},
    "transport": {"base", "audio", "timeline"},
    "library": {"base", "phrases", "script"},
    "voices": {"base", "audio"},
    "outputs": {"base", "audio"},
    "ear": {"base", "audio"},
    "recording": {"base", "audio", "voices"},
    "listener": {*COMPILER, "spoken", "voices", "recording"},
    "lint": {*COMPILER, "ear"},
    "leaflet": COMPILER,
    "picture": {*COMPILER, "draw"},
    "session": RECORDED,
    "playback": {*RECORDED, "transport", "outputs", "session"},
    "export": {*RECORDED, "transport", "session", "leaflet", "picture", "draw"},
    "controls": {*COMPILER, "audio", "transport", "ear", "playback"},
    "cli": {
        *RECORDED, "transport", "outputs", "ear", "lint", "leaflet", "picture", "draw",
        "session", "playback", "export", "controls",
    },
}  # fmt: skip
"""What each package may import of the others: the corridor, from the ground floor up."""

PURE = (
    "phrases", "script", "spoken", "plan", "timeline", "transport", "lint", "leaflet", "picture",
    "base/moments.py", "base/choices.py", "base/nearest.py", "draw/palette.py", "draw/shapes.py", "draw/svg.py",
    "audio/clip.py", "library/starter.py", "session/render.py", "ear/grammar.py",
    "export/captions.py", "export/labels.py", "export/listing.py", "export/podcast.py",
)  # fmt: skip
"""Rooms that open no file, start no thread and look at no clock."""

EFFECTS = {"os", "sys", "subprocess", "threading", "socket", "time", "random", "tempfile", "shutil"}

LIBRARIES = {"markdown_it", "yaml", "num2words2"}
"""What pure rooms may use besides the standard library."""


def imported(file: Path) -> set[str]:
    """The modules that a file imports, in functions and for the type checker as well."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"voiceguide.{one.name}" for one in node.names} if node.module == "voiceguide" else {node.module}
    return found


def files(room: str) -> list[Path]:
    place = PACKAGE / room
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def test_every_package_has_a_rule() -> None:
    """A package without a rule could be entered from anywhere."""
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages == set(MAY_IMPORT)
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_stands_below_it(package: str) -> None:
    """What looks upwards can no longer be understood, tested or changed by itself."""
    for file in files(package):
        own = {name for name in imported(file) if name.startswith("voiceguide.")} - {"voiceguide.__version__"}
        used = {name.split(".")[1] for name in own} - {package}
        assert used <= MAY_IMPORT[package], f"{file.relative_to(PACKAGE)}: {used - MAY_IMPORT[package]}"


def test_the_corridor_has_no_circle() -> None:
    """The rules themselves must be a ladder: each package stands above all that it may import."""
    heights: dict[str, int] = {}
    for package, below in MAY_IMPORT.items():
        assert below <= heights.keys(), f"{package} may import what stands above it"
        heights[package] = len(heights)
    assert "export" not in MAY_IMPORT["playback"]
    assert "playback" not in MAY_IMPORT["export"]
    assert not any("cli" in below for below in MAY_IMPORT.values())


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_has_no_effects(room: str) -> None:
    """A clock, a file or a thread in the compiler would be the end of its guarantees."""
    for file in files(room):
        used = {name.split(".")[0] for name in imported(file)} - {"voiceguide", "__future__"}
        assert used - set(sys.stdlib_module_names) <= LIBRARIES, file
        assert not used & EFFECTS, file


HEAVY = {"numpy", "av", "PIL", "rich", "miniaudio", "pyttsx3", "importlib.metadata"}


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (
            ["--help"],
            {"numpy", "av", "PIL", "yaml", "markdown_it", "rich", "miniaudio", "pyttsx3", "importlib.metadata"},
        ),
        (["check", "foam-roller"], {"numpy", "av", "PIL", "rich", "miniaudio", "pyttsx3", "importlib.metadata"}),
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


def test_importing_the_package_loads_nothing_of_it() -> None:
    """Somebody's program that only asks for a session waits for no audio library and no command line."""
    code = "import sys, voiceguide\nprint(*sys.modules)\nassert set(voiceguide.__all__) <= set(dir(voiceguide))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "click", "av", "yaml", "rich"}
    assert {name for name in loaded if name.startswith("voiceguide")} == {"voiceguide"}
