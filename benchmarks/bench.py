"""All that voiceguide claims of speed and of time, measured beside its peers; prints it and writes RESULTS.md.

    python benchmarks/bench.py [SECTION ...] [--quick]

Sections: compile, export, accuracy, playing, catalogue. All of them take some eighty minutes, on a machine that does
nothing else, and need Linux, PulseAudio, espeak-ng, SoX, FFmpeg, mpv and 6 GB of disk. What isn't measured again stays
in RESULTS.md as it was. With --quick each takes a minute or two, and RESULTS.md stays as it is.
"""

from __future__ import annotations

import argparse
import importlib
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from figures import HERE, machine

RESULTS = HERE / "RESULTS.md"
SECTIONS = {
    "compile": "From text to timeline",
    "export": "What an export costs",
    "accuracy": "How exactly each sound is heard",
    "playing": "How soon it is heard, and silent",
    "catalogue": "What a catalogue costs",
}
HEAD = """\
# What was measured

`make bench` measures all of this, `python benchmarks/bench.py SECTION` a part of it, beside other ways to do the same,
in one run on one machine. Figures are medians, with the least and the most in brackets; one without brackets is a
single run. Aims that are missed are marked, and each section ends with how it was measured.
"""


def kept() -> dict[str, str]:
    """The sections of RESULTS.md as it is, by their headings."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def write(sections: dict[str, str]) -> None:
    """RESULTS.md, whole or not at all."""
    bodies = (f"## {title}\n{sections[title].rstrip()}\n" for title in SECTIONS.values() if title in sections)
    fresh = RESULTS.with_suffix(".part")
    fresh.write_text("\n".join((HEAD, *bodies)), encoding="utf-8")
    fresh.replace(RESULTS)


def main() -> None:
    """The program: see the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="little of everything, and RESULTS.md as it is")
    chosen = parser.parse_args()
    if unknown := set(chosen.sections) - set(SECTIONS):
        parser.error(f"no section is called {', '.join(sorted(unknown))}; there are: {', '.join(SECTIONS)}")
    modules = {name: importlib.import_module(name) for name in chosen.sections or SECTIONS}
    needed = {one for module in modules.values() for one in module.NEEDED}
    if missing := sorted(one for one in needed if not shutil.which(one) and not find_spec(one)):
        parser.error(f"to be installed first: {', '.join(missing)}")
    for name, module in modules.items():
        print(f"\n## {SECTIONS[name]}\n", flush=True)
        lines = [f"\n{machine()}\n"]
        for line in module.measured(chosen.quick):
            print(line, flush=True)
            lines.append(line)
        if not chosen.quick:
            write({**kept(), SECTIONS[name]: "\n".join(lines)})


if __name__ == "__main__":
    sys.path.insert(0, str(Path(HERE.parent, "tests")))  # the sink that the tests play into
    main()
