"""Scripts and what becomes of them, as text files a person can review: timelines in one, mistakes in the other.

A case is a title, the script, and what is expected; `pytest --update-golden` writes the last part anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voiceguide.booth import Booth
from voiceguide.errors import ScriptError
from voiceguide.listing import table
from voiceguide.plan import make_plan
from voiceguide.script import parse
from voiceguide.session import Session
from voiceguide.shelf import Shelf
from voiceguide.voices.hum import HummingVoice

GOLDEN = Path(__file__).parent / "golden"
CASE = re.compile(
    r"^=== (?P<title>[^\n]+)\n(?P<script>.*?)^--- becomes\n(?P<expected>.*?)(?=^=== |\Z)", re.MULTILINE | re.DOTALL
)


def outcome(text: str, folder: Path) -> str:
    """The table of a script, or its mistakes."""
    try:
        session = Session(make_plan(parse(text, "case.md")), Booth(HummingVoice(), Shelf(folder)))
    except ScriptError as error:
        return f"{error}\n"
    timeline = session.timeline(1.0)
    decisions = "".join(f"{decision.place}: ‘{decision.text}’ {decision.why}\n" for decision in timeline.decisions)
    return table(timeline) + decisions


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.txt")), ids=lambda file: file.stem)
def test_golden(file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The language means what it meant yesterday, down to the millisecond and the wording."""
    text = file.read_text(encoding="utf-8")
    cases = list(CASE.finditer(text))
    assert len(cases) == len(re.findall("^=== ", text, re.MULTILINE)) > 0
    if request.config.getoption("--update-golden"):
        renewed = (
            f"=== {case['title']}\n{case['script']}--- becomes\n{outcome(case['script'], tmp_path)}\n" for case in cases
        )
        file.write_text("".join(renewed), encoding="utf-8")
        return
    for case in cases:
        assert outcome(case["script"], tmp_path) + "\n" == case["expected"], case["title"]
