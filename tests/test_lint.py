"""The linter: a golden file of scripts and what it says of each, and what must hold for any script."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.examples import share
from support.random_scripts import scripts
from voiceguide.base.errors import ScriptError
from voiceguide.lint import CODES, lint
from voiceguide.lint.amounts import counts, lengths
from voiceguide.lint.lexicons import LEXICONS
from voiceguide.lint.room import line_ms
from voiceguide.phrases import PACKS
from voiceguide.script import parse

GOLDEN = Path(__file__).parent / "golden_lint" / "warnings.txt"
SCRIPTS = Path(__file__).parent.parent / "scripts"
CASE = re.compile(
    r"^=== (?P<title>[^\n]+)\n(?P<script>.*?)^--- becomes\n(?P<expected>.*?)(?=^=== |\Z)", re.MULTILINE | re.DOTALL
)
WORDS = (
    "press the ball",
    "for 99999999999:59 minutes and a half",
    "your left arm and",
    "thirty-five or forty-five seconds three times",
    "twice, on the left",
)
SAFE = "> [!CAUTION]\n> Stop if it hurts.\n\n"


def outcome(text: str) -> str:
    """What the linter says of a script, a line each."""
    try:
        return "".join(f"{advice}\n" for advice in lint(parse(text, "case.md")))
    except ScriptError as error:
        return f"not a script: {error}\n"


def codes(text: str) -> list[str]:
    return [advice.code for advice in lint(parse(f"# T\n\n{SAFE}{text}\n\nThat was all.\n", "t.md"))]


def test_golden(request: pytest.FixtureRequest) -> None:
    """Every warning fires where it should, is silent where it should be, and says what it said yesterday."""
    text = GOLDEN.read_text(encoding="utf-8")
    cases = list(CASE.finditer(text))
    assert len(cases) == len(re.findall("^=== ", text, re.MULTILINE)) > 0
    if request.config.getoption("--update-golden"):
        renewed = (f"=== {case['title']}\n{case['script']}--- becomes\n{outcome(case['script'])}\n" for case in cases)
        GOLDEN.write_text("".join(renewed), encoding="utf-8")
        return
    for case in cases:
        assert outcome(case["script"]) + "\n" == case["expected"], case["title"]


def test_every_code_fires_in_the_golden_file() -> None:
    """A check that no case reaches could be broken without anybody noticing."""
    assert set(re.findall(r"warning: .*\[([a-z-]+)\]$", GOLDEN.read_text(encoding="utf-8"), re.MULTILINE)) == set(CODES)


@settings(max_examples=share(1.5))
@given(scripts(), st.sampled_from(WORDS))
def test_any_script_can_be_linted(text: str, words: str) -> None:
    """Whatever an author writes, there are warnings at most: each at a line of the file, and the same every time."""
    text = text.replace("breathe", words, 3)
    script = parse(text, "any.md")
    found = lint(script)
    assert found == lint(script) == sorted(found)
    lines = text.split("\n")
    for advice in found:
        assert advice.code in CODES
        assert 1 <= advice.place.line <= len(lines)
        assert 1 <= advice.place.column <= len(lines[advice.place.line - 1]) + 1


@pytest.mark.parametrize("file", sorted(SCRIPTS.rglob("*.md")), ids=lambda file: file.stem)
def test_the_shipped_scripts_have_nothing_to_improve(file: Path) -> None:
    """What we ship is the example that authors follow."""
    assert outcome(file.read_text(encoding="utf-8")) == ""


def test_every_language_with_phrases_has_a_lexicon() -> None:
    """A language that can be spoken can be checked."""
    assert set(LEXICONS) == set(PACKS)


@pytest.mark.parametrize(
    ("language", "words", "seconds"),
    [
        ("en", "for thirty seconds", [30]),
        ("en", "30 seconds, 45s, 1 min and 1:30 minutes", [30, 45, 60, 90]),
        ("en", "a minute and a half", [90]),
        ("en", "one and a half minutes", [90]),
        ("en", "half a minute", [30]),
        ("en", "a minute and ten seconds", [70]),
        ("en", "A Hundred And Twenty Seconds", [120]),
        ("en", "a thirty-second hold", [30]),
        ("en", "a second time, the second one, seconds", []),
        ("en", "thirty-five or forty-five seconds, ten to twenty seconds", [45, 20]),
        ("en", "someone seconds that, often seconds", []),
        ("es", "treinta segundos, un minuto, veintiún segundos", [30, 60, 21]),
        ("es", "un minuto y medio, medio minuto", [90, 30]),
        ("de", "dreissig Sekunden oder dreißig Sekunden", [30]),
        ("de", "eineinhalb Minuten, eine Minute und zehn Sekunden", [90, 70]),
        ("fr", "trente secondes, une minute, vingt et une secondes", [30, 60, 21]),
        ("fr", "une minute et demie, une demi-minute", [90, 30]),
    ],
)
def test_lengths_in_words(language: str, words: str, seconds: list[float]) -> None:
    """An author's numbers are understood in the ways in which people write them."""
    assert [amount.high / 1000 for amount in lengths(words, language)] == seconds


@pytest.mark.parametrize(
    ("language", "words", "times"),
    [
        ("en", "five times, 5 times, 5x, twice", [(5, 5), (5, 5), (5, 5), (2, 2)]),
        ("en", "two or three times, 2-3 times", [(2, 3), (2, 3)]),
        ("en", "one time, at times, this time, sometimes", []),
        ("es", "cinco veces, a veces, una vez", [(5, 5)]),
        ("de", "fünfmal, fünf Mal, 5-mal, einmal, normal, diesmal", [(5, 5), (5, 5), (5, 5)]),
        ("fr", "cinq fois, parfois, une fois", [(5, 5)]),
    ],
)
def test_times_in_words(language: str, words: str, times: list[tuple[float, float]]) -> None:
    """How often something is to be done is read out of the words, and nothing else is."""
    assert [(amount.low, amount.high) for amount in counts(words, language)] == times


@pytest.mark.parametrize(
    "words",
    [
        "Begin right away, right below the neck.",
        "That is all right.",
        "Find the right height.",
        "Stay for the time that is left.",
        "Roll right over.",
        "What is left to do?",
        "Lie with the right side up.",
        "Keep a right angle.",
    ],
)
def test_right_and_left_have_other_meanings(words: str) -> None:
    """A warning about ordinary English would make authors ignore all of them."""
    assert codes(words) == []


@pytest.mark.parametrize(
    "words",
    [
        "Lift your left arm.",
        "Turn to the left.",
        "Now the left.",
        "Put a hand to the left of your spine.",
        "On your left, a wall.",
        "Raise the left-hand side.",
        "Use the left shoulder blade.",
        "Look left.",
    ],
)
def test_left_is_a_side(words: str) -> None:
    """However a side is named by itself, the other one is missed."""
    assert codes(words) == ["one-side"]


def test_the_estimate_is_near_the_voice() -> None:
    """Warnings about words that don't fit are only worth having if their lengths are about right (joe's, at 1.0)."""
    spoken = {
        "Let go.": 645,
        "Foam roller for the upper back.": 2068,
        "Stop at once if you feel sharp pain, numbness or tingling.": 4113,
    }
    for line, ms in spoken.items():
        assert line_ms(line, 1.0) == pytest.approx(ms, rel=0.2)


def test_number_words_are_loaded_only_when_needed() -> None:
    """`check` answers at once because the slow library waits for a number in words."""
    code = (
        "import sys\nfrom voiceguide.script import parse\nfrom voiceguide.lint import lint\n"
        "lint(parse('# T\\n\\nStay for 30 seconds. [hold 20s] [2 times]\\n', 't.md'))\n"
        "assert 'num2words2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_long_script_is_linted_quickly() -> None:
    """The linter runs on every check; nobody should have to wait for it."""
    steps = "\n".join(
        f"{number}. Roll the ball on, slowly, to the left and to the right, and stay. [hold 20s] [release: Leave it.]"
        for number in range(1, 61)
    )
    script = parse(f"---\ntitle: T\ntools: a ball\n---\n\n{SAFE}## Roll [10 times]\n\n{steps}\n", "t.md")
    assert lint(script) == []
    began = perf_counter()
    lint(script)
    assert perf_counter() - began < 0.1
