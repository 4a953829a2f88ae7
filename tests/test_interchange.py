"""What other programs read: the timeline as JSON by its schema, labels, and chapters."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from support.cases import long_cases
from support.sessions import MakeSession
from voiceguide.base.errors import visible
from voiceguide.export import listing
from voiceguide.export.formats import format_of
from voiceguide.export.labels import labels
from voiceguide.export.podcast import chapters
from voiceguide.library import techniques
from voiceguide.timeline import Timeline

TOP = Path(__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads((TOP / "docs/timeline.schema.json").read_text("utf-8"))
HOSTILE = """---
title: "A\\t\\\\u0041 </script> \\" & ünï"
---

Words.\twith a tab. [settle 2s]

## Part, "quoted" [each side]

- Press {side}. [hold 2s]
"""


@pytest.mark.parametrize("name", techniques.names())
@pytest.mark.parametrize(
    "arguments",
    [("--explain", "--dose", "high"), *long_cases((), ("--speed", "1.7", "--guidance", "remind"))],
)
def test_the_timeline_is_as_its_schema_says(name: str, arguments: tuple[str, ...]) -> None:
    """Other programs build on it: nothing may be missing, nor of another kind, nor there without being told of."""
    command = [sys.executable, "-m", "voiceguide", "show", name, "--json", "--voice", "hum", *arguments]
    data = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    Draft202012Validator(closed(SCHEMA)).validate(data)
    assert data["chapters"][0]["start_ms"] == 0
    assert data["chapters"][-1]["end_ms"] == data["duration_ms"]
    assert all(event["chapter"] < len(data["chapters"]) for event in data["events"])
    assert ("decisions" in data) == ("--explain" in arguments)


def closed(schema: Any) -> Any:
    """`schema`, with every key refused that it doesn't tell of."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(part) for key, part in schema.items()}
    return {**inner, "additionalProperties": False} if schema.get("type") == "object" else inner


def test_the_schema_is_one_and_knows_what_is_wrong(hummed: MakeSession) -> None:
    """A schema that accepts anything would pass every test."""
    Draft202012Validator.check_schema(SCHEMA)
    data = json.loads(json.dumps(listing.data(hummed(HOSTILE).timeline(1.0))))
    validator = Draft202012Validator(SCHEMA)
    assert validator.is_valid(data)
    event = data["events"][0]
    for wrong in ({"kind": "sing"}, {"start_ms": 0.5}, {"line": 0}, {"side": "up"}, {"sound": "bell"}, {"of": 3}):
        assert not validator.is_valid({**data, "events": [{**event, **wrong}]}), wrong
    for missing in ("text", "kind", "start_ms", "file"):
        without = {key: value for key, value in event.items() if key != missing}
        assert not validator.is_valid({**data, "events": [without]}), missing
    assert validator.is_valid({**data, "more": 1})
    assert not validator.is_valid({**data, "version": 2})


def test_every_key_of_the_schema_is_explained() -> None:
    """The page for people and the schema for programs tell of the same."""
    text = (TOP / "docs/timeline-json.md").read_text("utf-8")
    keys = {*SCHEMA["properties"], *(key for kind in SCHEMA["$defs"].values() for key in kind.get("properties", ()))}
    assert all(f"`{key}`" in text or f'"{key}"' in text for key in keys)


def test_labels_lie_where_the_timeline_says(hummed: MakeSession) -> None:
    """Read back as Audacity does it: three fields a line, seconds with a point."""
    timeline = hummed(HOSTILE).timeline(1.0)
    rows = [line.split("\t") for line in labels(timeline).splitlines()]
    assert all(len(row) == 3 for row in rows)
    read = [(round(float(start) * 1000), round(float(end) * 1000), text) for start, end, text in rows]
    assert read == sorted(read, key=lambda row: row[0])
    for event in timeline.events:
        assert any(row[:2] == (event.start_ms, event.end_ms) and named(event.kind, row[2]) for row in read)
    for chapter in timeline.chapters:
        assert (chapter.start_ms, chapter.end_ms, f"part: {chapter.title}") in read
    assert any(text == "hold 2s, left" for _, _, text in read)


def named(kind: str, text: str) -> bool:
    return text.startswith("chime: " if kind == "chime" else kind) or kind == "say"


def test_chapters_for_podcasts_are_those_of_the_session(hummed: MakeSession) -> None:
    """Read back as an app does it: version 1.2.0, seconds, titles as they were written."""
    timeline = hummed(HOSTILE).timeline(1.0)
    data = json.loads(chapters(timeline))
    assert (data["version"], data["title"]) == ("1.2.0", visible(timeline.title))
    read = [
        (round(each["startTime"] * 1000), round(each["endTime"] * 1000), each["title"]) for each in data["chapters"]
    ]
    assert read == [(chapter.start_ms, chapter.end_ms, chapter.title) for chapter in timeline.chapters]


@pytest.mark.long
@pytest.mark.parametrize("name", ["roller.labels.txt", "roller.chapters.json", "Roller.Labels.TXT"])
def test_exported_files_are_named_for_what_they_are(tmp_path: Path, name: str) -> None:
    """A plain .txt or .json could be anything; the ending tells, and `--format` does it for any name."""
    out, other = tmp_path / name, tmp_path / "other"
    command = [sys.executable, "-m", "voiceguide", "export", "foam-roller", "--voice", "hum", "-o"]
    subprocess.run([*command, str(out)], check=True, capture_output=True)
    subprocess.run([*command, str(other), "--format", format_of(out, None)], check=True, capture_output=True)
    assert out.read_bytes() == other.read_bytes()
    refused = subprocess.run([*command, str(tmp_path / "roller.txt")], capture_output=True, text=True)
    assert refused.returncode == 2
    assert "labels.txt" in refused.stderr


def test_a_session_of_several_techniques_has_full_titles(hummed: MakeSession) -> None:
    """Three parts called “Rest” are of no use in a list."""
    from dataclasses import replace

    timeline = hummed(HOSTILE).timeline(1.0)
    several: Timeline = replace(timeline, techniques=("One", "Two"))
    assert "One: Part" in json.loads(chapters(several))["chapters"][1]["title"]
    assert "part: One: Part" in labels(several)
