"""Scripts that mean harm, or are none: each ends soon, in a mistake or as plain words; nothing is passed on raw."""

from __future__ import annotations

import random
import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.base.errors import ScriptError, visible
from voiceguide.base.moments import ms_of
from voiceguide.export.listing import table
from voiceguide.lint import lint
from voiceguide.plan import make_plan
from voiceguide.plan.fit import Values, fit
from voiceguide.script import parse_bytes
from voiceguide.timeline import Lengths, lay_out
from voiceguide.voices.hum import hum_frames
from voiceguide.voices.synthesis import without_markup

LIMIT_SECONDS = 2
SOUNDS = dict.fromkeys(("start", "release", "switch", "tick", "end", "bell"), 600)


def deep(depth: int) -> str:
    return "".join(f"{'  ' * level}- Step {level}. [2 times]\n" for level in range(depth))


def repeated(count: str, depth: int) -> str:
    return (
        "# T\n\n"
        + "".join(f"{'  ' * level}- Step. [{count}]\n" for level in range(depth))
        + f"{'  ' * depth}- End. [hold 1s]\n"
    )


BOMB = "---\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
NOISE = random.Random(1)

HOSTILE: dict[str, str | bytes] = {
    "random bytes": NOISE.randbytes(100_000),
    "random printable": "".join(NOISE.choices(string.printable, k=200_000)),
    "random Markdown": "".join(
        NOISE.choices(
            ["[hold 20s] ", "- ", "> ", "\n", "# T", "[", "]", "word ", "  ", "{n}", "*", "`", "<", "!"], k=60_000
        )
    ),
    "a YAML bomb": BOMB + "---\n\nWords.\n",
    "ten megabytes in a line": "# T\n\n" + "a" * 10_000_000,
    "a quarter of a megabyte in a line": "# T\n\n" + "word " * 50_000,
    "brackets in a line": "# T\n\n" + "[" * 200_000,
    "closing brackets": "# T\n\n" + "a] " * 80_000,
    "bracket after bracket": "# T\n\n" + "[hold 1s] " * 20_000,
    "emphasis": "# T\n\n" + "*a **b " * 30_000,
    "links": "# T\n\n" + "[a](" * 50_000,
    "quotes in quotes": "# T\n\n" + ">" * 100_000 + " a",
    "a hundred lists in each other": "# T\n\n" + deep(100),
    "front matter keys": "---\n" + "".join(f"key{n}: x\n" for n in range(15_000)) + "---\n\nWords.\n",
    "codes to ignore": f"---\ntitle: T\nignore: {'x, ' * 50}\n---\n\nWords.\n",
    "repeats five deep": repeated("10000 times", 5),
    "ranges five deep": repeated("1-10000 times", 5),
    "an endless time": "# T\n\n- A [hold 9999999999h] [move 1e308s] [rest infs] [settle nan] [until ready, -1s]\n",
    "a thousand times in one step": "# T\n\n- A " + "[hold 1h]" * 600 + "\n",
    "words every other second for hours": (
        "# T\n\n- A [hold 1h] [every 2s: Go on and on and on and on, until no room is left.] [3 times]\n"
    ),
    "words at each moment": "# T\n\n- A [hold 1h] " + "".join(f"[at {n}s: Word {n}.]" for n in range(1, 31)) + "\n",
    "control characters": "# T\n\nA \x00 \x1b[2J \x9b \x7f.\n",
    "directions": "# T \u202e gnol\n\nA \u2066 b \u2069.\n",
    "escapes in the front matter": '---\ntitle: "T \\e[2J \\x07"\n---\n\nA.\n',
    "phonemes": "# T\n\nSay \\[\\[h@'loU\\]\\] now.\n",
    "mark-up": '# T\n\nSay \\<break time="9s"/> and \\<speak>this\\</speak> &lt;p&gt; now.\n',
    "ranges without an end": "# T\n\n" + f"- x [hold 1-1{'a' * 5_900}1]\n" * 43,
    "words at one moment": "# T\n\n" + f"- A [hold 1h] {'[at 5s: W.] ' * 30}\n" * 19,
    "lists beside lists": "# T\n\n" + ("- " * 7 + "a\n\n") * 2_000,
    "steps": "# T\n\n" + "1. Go.\n" * 6_000,
    "accents": "# T\n\nA" + "\u0301" * 500 + "\n",
    "one long word": "# T\n\n" + "a" * 3_000 + "\n",
    "apostrophes": "# T\n\n" + "s'" * 220 + "\n",
    "options": "# -T\n\n\\-f/etc/hostname and -w/tmp/x\n",
    "placeholders in placeholders": "# T\n\n- {{{{hold}}}} {a|{b|c}} {n}{of}{ [hold 1s] [2 times]\n",
    "next of next": "# T\n\n" + "- Next: {next}. [again: {next}] [2 times]\n" * 1_500,
    "nothing": "",
    "a note and nothing else": "<!-- " + "x" * 200_000,
}


def compiled(source: str | bytes) -> str:
    """The table of a script, or its mistakes, as they would be printed."""
    try:
        script = parse_bytes(source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass"), "x.md")
        warnings = "".join(f"{advice}\n" for advice in lint(script))
        plan = make_plan(script)
    except ScriptError as error:
        return visible(str(error))
    lengths = {line: ms_of(hum_frames(line, 1.0), 22_050) for line in plan.lines}
    return table(lay_out(plan, Lengths(lengths, SOUNDS, lengths)), explain=True) + visible(warnings)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_script_ends_soon_and_prints_nothing_raw(name: str) -> None:
    """Two seconds of work at most, and a sentence; a terminal is never made to do anything."""
    begun = time.process_time()
    said = compiled(HOSTILE[name])
    assert time.process_time() - begun < LIMIT_SECONDS
    assert said
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)


def test_a_fit_of_endless_ranges_ends_soon() -> None:
    """A thousand times eight ways of filling five hours are not all tried."""
    parts = "".join(f"## P{n} [1-1000 times]\n\n1. Go. [move 1s]\n2. And on. [hold 1-2s]\n\n" for n in range(8))
    script = parse_bytes(f"# T\n\n{parts}".encode(), "x.md")
    tried = 0

    def duration_of(values: Values) -> int:
        nonlocal tried
        tried += 1
        return sum(values.values())

    fit([script], 5_000, duration_of)
    assert tried < 60


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_script_or_a_mistake(source: bytes) -> None:
    """Whatever a file holds, its author gets a sentence."""
    assert compiled(source)


@given(
    st.lists(
        st.sampled_from(
            [*"abc[](){}<>*_`#>-!\\:.,|&\n ", "[hold 5s]", "[each side]", "{n}", "- ", "## ", "> [!CAUTION]\n> "]
        )
    )
)
def test_any_markdown_is_a_script_or_a_mistake(pieces: list[str]) -> None:
    """Signs in any order: no way through the parser ends in a traceback."""
    assert compiled("# T\n\n" + "".join(pieces))


@pytest.mark.parametrize("name", ["phonemes", "mark-up"])
def test_commands_to_an_engine_are_spoken_as_plain_words(name: str) -> None:
    """What an engine could take for a command reaches it as words."""
    words = str(HOSTILE[name]).split("\n")[2].replace("\\", "")
    assert not re.search(r"[\[\]<>]", without_markup(words))
    assert re.findall(r"\w+", without_markup(words)) == re.findall(r"\w+", words)
