"""What the documents show is tried out: their scripts compile, their commands exist, their links lead somewhere."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import click
import pytest

from support import faults
from support.sessions import MakeSession
from voiceguide.base.moments import parse_ms
from voiceguide.cli import program
from voiceguide.controls.keyboard import KEYS as KEYBOARD
from voiceguide.ear import grammar
from voiceguide.lint import CODES, lint
from voiceguide.script import parse
from voiceguide.script.brackets import EXAMPLES as EXAMPLE_BRACKETS
from voiceguide.script.frontmatter import KEYS
from voiceguide.transport import TABLE, Action, Command, State

TOP = Path(__file__).parent.parent
DOCUMENTS = [TOP / "README.md", TOP / "CHANGELOG.md", *sorted((TOP / "docs").glob("*.md"))]
EXAMPLES = [
    pytest.param(example, id=f"{document.stem} {number}")
    for document in DOCUMENTS
    for number, example in enumerate(re.findall(r"```markdown\n(.*?)```", document.read_text("utf-8"), re.DOTALL))
]
COMMANDS = sorted(
    {
        command
        for document in DOCUMENTS
        for block in re.findall(r"```sh\n(.*?)```", document.read_text("utf-8"), re.DOTALL)
        for command in re.findall(r"(?:^|/bin/)voiceguide ([^#\n]+)", block, re.MULTILINE)
    }
)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_script_in_the_documents_compiles(hummed: MakeSession, example: str) -> None:
    """An example that is refused would be the first thing that an author learns."""
    assert hummed(example).timeline(1.0).duration_ms > 0


def test_the_script_of_the_readme_is_beyond_complaint() -> None:
    """What people copy first should not be warned of."""
    [example] = re.findall(r"```markdown\n(.*?)```", (TOP / "README.md").read_text("utf-8"), re.DOTALL)
    assert lint(parse(example, "README.md")) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_in_the_documents_is_one(command: str) -> None:
    """Names and options in the README are those of the program."""
    name, *arguments = command.split()
    program.commands[name].make_context(name, arguments, parent=click.Context(program))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    """A file that was moved takes its links along."""
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def test_every_bracket_and_time_of_the_reference_is_read() -> None:
    """The tables of the language reference hold nothing that the language doesn't."""
    reference = (TOP / "docs/language.md").read_text("utf-8")
    brackets = re.findall(r"^\| `(\[[^`…]+\])` \|", reference, re.MULTILINE)
    named = {example.split(",")[0].split(":")[0].split()[0] for example in EXAMPLE_BRACKETS}
    assert named == {re.split(r"[ ,:\]]", bracket[1:])[0] for bracket in brackets}
    for bracket in brackets:
        beside = "[each side]" if bracket.startswith("[switch") else "[2 times]" if bracket.startswith("[again") else ""
        inside = "" if re.match(r"\[(hold|until|move|settle|rest)", bracket) else "[hold 20s]"
        parse(f"# T\n\nWords. {inside} {bracket} {beside}\n", "reference.md")
    for placeholder in re.findall(r"`({[^`]+})`", reference):
        words = placeholder.replace("\\", "")
        parse(f"# T\n\nWords {words}. [hold 20s] [each side] [2 times]\n", "reference.md")
    assert all(f"| `{code}` | {about} |" in reference for code, about in CODES.items())
    times = re.search(r"Times are written (.*)", reference)
    assert times
    assert all(parse_ms(time) for time in re.findall("`([^`]+)`", times[1]))


def test_the_schema_is_that_of_the_front_matter() -> None:
    """What an editor is told is what the reader takes: the same keys, and every example is read."""
    schema = json.loads((TOP / "docs/front-matter.schema.json").read_text("utf-8"))
    assert tuple(schema["properties"]) == KEYS
    for key, about in schema["properties"].items():
        for example in about.get("examples", about.get("enum", ["5"])):
            title = "" if key == "title" else "title: T\n"
            parse(f"---\n{title}{key}: {example}\n---\n\nWords.\n", "schema.md")
        if pattern := about.get("pattern"):
            assert all(re.fullmatch(pattern, example) for example in about["examples"])


DONE = {
    "–": Action.PASS,
    "asks again": Action.ASK,
    "begins": Action.BEGIN,
    "pauses": Action.HALT,
    "silence": Action.HALT,
    "goes on": Action.GO_ON,
    "the wait ends": Action.END_WAIT,
    "goes there": Action.JUMP,
    "10 s more": Action.LONGER,
    "eases off": Action.EASE_OFF,
    "pauses and asks": Action.CHECK,
    "tells": Action.TELL,
    "ends": Action.END,
}


def test_the_table_of_commands_and_states_is_the_program_s() -> None:
    """What a listener reads before lying down is what happens when they do."""
    text = (TOP / "docs/hands-free.md").read_text("utf-8").split("## What every command")[1].split("## Listening")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    for command, (name, *cells) in zip(Command, rows[2:], strict=True):
        assert name.startswith(
            "pause or go on" if command is Command.TOGGLE else command.name.lower().replace("_", " ")
        )
        for state, cell in zip(State, cells, strict=False):
            action = TABLE[state, command]
            assert DONE.get(cell, action) is action, (command, state)
            assert (cell == "yes") == (action in {Action.SPEED, Action.VOLUME})


def test_what_can_be_asked_for_by_voice_and_key_is_understood() -> None:
    """Each word and each key of the first table asks for what its row says."""
    text = (TOP / "docs/hands-free.md").read_text("utf-8").split("## What you can ask for")[1].split("## What every")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")][2:]
    assert len(rows) >= 12
    for voice, keys, *_ in rows:
        spoken = {grammar.command(words) for words in re.split("[,;]", voice) if "claps" not in words}
        pressed = {KEYBOARD[key].name for key in re.findall("`(.)`", keys) if key in KEYBOARD}
        assert None not in spoken
        assert pressed <= spoken | {"TOGGLE"}, (voice, keys)


@pytest.mark.long
@pytest.mark.voice
def test_the_listings_are_those_of_the_program() -> None:
    """What the documents show is what is printed today; only the moments are those of another machine's voice."""
    written = (TOP / "docs/listings.md").read_text("utf-8")
    assert _without_moments(runpy.run_path(str(TOP / "docs/listings.py"))["document"]()) == _without_moments(written)


def _without_moments(text: str) -> str:
    return re.sub(r" +\d+:\d\d(:\d\d\.\d{3})? +", " ", text)


def test_every_fault_has_its_test() -> None:
    """A test that was renamed would leave a promise that nobody keeps."""
    page = faults.PAGE.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| fault")]
    assert len(rows) > 50
    for row in rows:
        named = faults.TEST.findall(row.split(" | ")[-1])
        assert named, row
        for file, test in named:
            name, _, case = test.partition("[")
            source = (TOP / "tests" / file).read_text("utf-8")
            assert f"\ndef test_{name}(" in source, test
            assert case.rstrip("]") in source, test
