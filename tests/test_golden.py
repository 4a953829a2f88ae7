"""Scripts and what becomes of them, as text files a person can review: timelines, mistakes, pairs of brackets.

A case is a title, the script, and what is expected; `pytest --update-golden` writes the last part anew. What a listener
chooses stands at the end of the title: `[guidance quiet] [fit 2m]`.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from voiceguide.base.errors import ScriptError
from voiceguide.base.moments import format_length, parse_ms
from voiceguide.export.listing import table
from voiceguide.script import parse
from voiceguide.script.brackets import EXAMPLES
from voiceguide.session.build import open_session
from voiceguide.session.options import Options
from voiceguide.timeline import Event, Timeline
from voiceguide.voices.hum import HummingVoice

GOLDEN = Path(__file__).parent / "golden"
CASE = re.compile(
    r"^=== (?P<title>[^\n]+)\n(?P<script>.*?)^--- becomes\n(?P<expected>.*?)(?=^=== |\Z)", re.MULTILINE | re.DOTALL
)
CHOICE = re.compile(r"\[(guidance|pace|dose|fit|speed) (\S+)\]")


def outcome(text: str, title: str, folder: Path) -> str:
    """The table of a script with the decisions beside it, or its mistakes."""
    try:
        return table(laid_out(text, folder, **dict(CHOICE.findall(title))), explain=True)
    except ScriptError as error:
        return f"{error}\n"


def laid_out(text: str, folder: Path, speed: str = "1", fit: str = "", **chosen: str) -> Timeline:
    options = Options(float(speed), fit_ms=parse_ms(fit) if fit else None, **chosen)  # type: ignore[arg-type]
    return open_session(parse(text, "case.md"), options, voice=HummingVoice()).timeline()


@pytest.mark.parametrize("file", [GOLDEN / "timelines.txt", GOLDEN / "mistakes.txt"], ids=lambda file: file.stem)
def test_golden(file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The language means what it meant yesterday, down to the millisecond and the wording."""
    text = file.read_text(encoding="utf-8")
    cases = list(CASE.finditer(text))
    assert len(cases) == len(re.findall("^=== ", text, re.MULTILINE)) > 0
    if request.config.getoption("--update-golden"):
        renewed = (
            f"=== {case['title']}\n{case['script']}--- becomes\n{outcome(case['script'], case['title'], tmp_path)}\n"
            for case in cases
        )
        file.write_text("".join(renewed), encoding="utf-8")
        return
    for case in cases:
        assert outcome(case["script"], case["title"], tmp_path) + "\n" == case["expected"], case["title"]


def test_every_pair_of_brackets(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Any two brackets may meet on a step; what comes of it is looked at once, and then stays."""
    file = GOLDEN / "pairs.txt"
    pairs = "".join(
        f"[{one}] [{other}]\n    {pair(one, other, tmp_path)}\n" for one, other in product(EXAMPLES, EXAMPLES)
    )
    if request.config.getoption("--update-golden"):
        file.write_text(pairs, encoding="utf-8")
    assert pairs == file.read_text(encoding="utf-8")


def pair(one: str, other: str, folder: Path) -> str:
    """What becomes of a step with two brackets: its events, then what isn't as it says."""
    try:
        timeline = laid_out(f"# T\n\n- Press. [{one}] [{other}]\n", folder)
    except ScriptError as error:
        return " / ".join(str(mistake).split(": ", 1)[1] for mistake in error.mistakes)
    events = " | ".join(_short(event) for event in timeline.events[1:-1])
    return "; ".join((events, *dict.fromkeys(f"‘{one.text}’ {one.why}" for one in timeline.decisions)))


def _short(event: Event) -> str:
    what = event.text or event.sound or f"{event.kind} {format_length(event.end_ms - event.start_ms)}"
    return f"+{what}" if event.inside else what
