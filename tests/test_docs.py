"""What the documents show is tried out: their scripts compile, their commands exist, their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from conftest import MakeSession

from voiceguide.cli import program
from voiceguide.moments import parse_ms
from voiceguide.script import parse

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
    brackets = re.findall(r"^\| `(\[[^`]+\])` \|", reference, re.MULTILINE)
    assert len(brackets) == 9
    for bracket in brackets:
        beside = {"[switch": "[each side]", "[again:": "[2 times]"}.get(bracket.split()[0], "")
        parse(f"# T\n\nWords. {bracket} {beside}\n", "reference.md")
    times = re.search(r"Times are written (.*)", reference)
    assert times
    assert all(parse_ms(time) for time in re.findall("`([^`]+)`", times[1]))
