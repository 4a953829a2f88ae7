"""The history: what was played, kept on this machine, counted by day, and never in the way."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.program import PROGRAM, run
from support.sessions import MakeSession
from voiceguide.base.errors import VoiceguideError
from voiceguide.listener import history
from voiceguide.listener.history import HistoryEntry
from voiceguide.plan import with_lead_in
from voiceguide.script import parse
from voiceguide.session.build import open_session
from voiceguide.voices.hum import HummingVoice

SCRIPT = "---\ntitle: Short\ndaily: 2\n---\n\nHm.\n"


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "short.md"
    file.write_text(SCRIPT)
    return str(file)


@pytest.mark.long
def test_what_is_played_is_listed_and_too_much_is_warned_of(script: str) -> None:
    """The third time of two a day is warned of, before it begins; it plays nevertheless."""
    assert "nothing has been played yet" in run("history").stdout
    play = ("play", script, "--output", "silent", "--voice", "hum")
    history.add(HistoryEntry(datetime.now().astimezone().isoformat(timespec="seconds"), "short", 3))
    assert run(*play).stderr == ""
    third = run(*play)
    assert third.returncode == 0
    assert "‘Short’ has been done 2 times today." in third.stderr
    listed = run("history").stdout.splitlines()
    assert len(listed) == 3
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d +0:0\d  short", line) for line in listed)
    assert run("history", "--clear").returncode == 0
    assert "nothing has been played yet" in run("history").stdout


@pytest.mark.long
def test_a_history_that_is_switched_off_keeps_nothing(script: str) -> None:
    """Nobody's body is anybody's business."""
    run("config", "history", "off")
    run("play", script, "--output", "silent", "--voice", "hum")
    assert not history.file().exists()


def test_trying_out_is_not_playing(script: str) -> None:
    """A run without waiting, and an export, are no massage."""
    run("play", script, "--output", "silent", "--no-wait", "--voice", "hum")
    assert not history.file().exists()


@pytest.mark.parametrize(
    "line",
    ["", "{", "null", "[]", '{"at": 5}', "\x00" * 50, "[" * 100_000, '{"at": "x", "technique": "a", "seconds": 1}'],
)
def test_a_damaged_history_is_read_as_far_as_it_goes(line: str) -> None:
    """Lines that can't be read are passed over; those around them count."""
    good = HistoryEntry("2026-01-02T03:04:05+00:00", "hands", 60)
    history.add(good)
    with history.file().open("a") as file:
        file.write(line + "\n")
    history.add(good)
    assert history.entries() == [good, good]
    assert history.times_today("hands", datetime(2026, 1, 2, tzinfo=UTC)) == 2
    assert history.times_today("hands", datetime(2026, 1, 3, tzinfo=UTC)) == 0
    assert history.times_today("feet", datetime(2026, 1, 2, tzinfo=UTC)) == 0


@pytest.mark.long
def test_a_history_that_can_not_be_written_stops_no_session(script: str, tmp_path: Path) -> None:
    """The session is the point; the history is told of, in a sentence."""
    (tmp_path / "data").write_text("not a folder")
    done = run("play", script, "--output", "silent", "--voice", "hum")
    assert done.returncode == 0
    assert "history.jsonl: can't be" in done.stderr
    assert "Hm." in done.stdout
    assert "Traceback" not in done.stderr


def test_a_pipe_in_place_of_the_history_is_refused() -> None:
    """Nothing waits for a pipe that nobody writes to."""
    history.file().parent.mkdir(parents=True)
    os.mkfifo(history.file())
    done = run("history")
    assert done.returncode == 1
    assert "history.jsonl: not a file" in done.stderr
    with pytest.raises(VoiceguideError):
        history.add(HistoryEntry("2026-01-02T03:04:05+00:00", "hands", 60))


def test_a_technique_counts_when_half_of_it_was_heard(hummed: MakeSession) -> None:
    """Looking in on a session is not doing it."""
    timeline = hummed("# T\n\nWords. [rest 10s]\n").timeline(1.0)
    assert list(history.heard(timeline, timeline.duration_ms // 2 - 100)) == []
    assert list(history.heard(timeline, timeline.duration_ms)) == [(0, timeline.duration_ms)]


def test_time_to_get_down_is_no_technique(hummed: MakeSession) -> None:
    """Ten minutes of looking for the mat are not ten minutes of exercise."""
    session = hummed("# T\n\nWords. [rest 10s]\n")
    length = session.timeline(1.0).duration_ms
    session.plan = with_lead_in(session.plan, 600_000)
    timeline = session.timeline(1.0)
    assert list(history.heard(timeline, 500_000)) == []
    [(technique, heard_ms)] = history.heard(timeline, timeline.duration_ms)
    assert technique == 0
    assert abs(heard_ms - length) < 100


def test_each_technique_of_a_session_counts_for_itself() -> None:
    """Who stops after the first of two has done the first."""
    scripts = [parse(f"# {title}\n\nWords. [rest 10s]\n", f"{title}.md") for title in ("Hands", "Feet")]
    timeline = open_session(scripts, voice=HummingVoice()).timeline()
    second = next(chapter.start_ms for chapter in timeline.chapters if chapter.technique == 1)
    assert [technique for technique, _ in history.heard(timeline, second + 1_000)] == [0]
    assert [technique for technique, _ in history.heard(timeline, timeline.duration_ms)] == [0, 1]


def test_what_is_not_laid_out_to_its_end_does_not_count() -> None:
    """Who stops while the session is still being recorded has done what is known to be done, and no more."""
    scripts = [parse(f"# {title}\n\nWords. [rest 10s]\n", f"{title}.md") for title in ("Hands", "Feet")]
    session = open_session(scripts, voice=HummingVoice())
    parts = (session.plan.upto(count) for count in (1, len(session.plan.cues) - 1))
    shortest, longest = (session.with_plan(part).timeline(1.0) for part in parts)
    assert list(history.heard(shortest, shortest.duration_ms, whole=False)) == []
    assert [technique for technique, _ in history.heard(longest, longest.duration_ms, whole=False)] == [0]


def test_a_session_that_has_a_technique_too_often_is_warned_of(script: str) -> None:
    """Twice a day at most, and three times in one session: the session itself counts."""
    play = ("play", script, script, script, "--output", "silent", "--voice", "hum")
    process = subprocess.Popen([*PROGRAM, *play], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr
    assert "‘Short’ is 3 times in this session." in process.stderr.readline()
    process.terminate()
    process.wait(10)


def test_entries_are_json_lines() -> None:
    """Other programs may read them."""
    history.add(HistoryEntry("2026-01-02T03:04:05+00:00", "hands", 60))
    assert json.loads(history.file().read_text()) == {
        "at": "2026-01-02T03:04:05+00:00",
        "technique": "hands",
        "seconds": 60,
    }
