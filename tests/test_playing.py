"""`play` and what stands around it: its options, its log, sessions taken up again, the card from the floor."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from support.program import PROGRAM
from support.sessions import MakeSession
from voiceguide.base.errors import ConfigError, UsageError, VoiceError
from voiceguide.cli.program import program
from voiceguide.controls.card import FLASH_MS, CardStyle, card_content, drawn, shown
from voiceguide.listener import bookmark
from voiceguide.playback.view import View
from voiceguide.recording.booth import Booth
from voiceguide.session.options import Options
from voiceguide.transport import State

SILENT = ("--output", "silent")
SCRIPT = "# Own\n\nLean on it. [settle 1s]\n\nPress. [hold 9s]\n\nLet go.\n"


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, timeout=120, **options)


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "own.md"
    file.write_text(SCRIPT)
    return str(file)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name a technique"),
        (["hands", "--no-wait"], "--no-wait needs --output silent"),
        (["hands", "--resume"], "leave the techniques out"),
        (["--resume"], "no session was left unfinished"),
        (["--resume", "--dose", "high"], "no session was left"),
        (["hands", "--call", "coach"], "--call needs --listen"),
        (["hands", "--mic", "desk"], "--mic needs --listen"),
        (["hands", *SILENT, "--no-wait", "--listen"], "waits for nobody"),
        (["hands", *SILENT, "--no-wait", "--start-when-ready"], "waits for nobody"),
        (["hands", "--start-anyway", "1s"], "it may be from 10s to 1h"),
        (["hands", "--pre-roll", "1h"], "it may be from 0s to 10s"),
        (["foam-roller", "--language", "es", "--listen", *SILENT], ""),
    ],
)
def test_what_contradicts_itself_is_said_before_anybody_lies_down(arguments: list[str], says: str) -> None:
    """A wrong option is found out at the desk, not on the floor."""
    refused = run("play", *arguments)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr


def test_listening_without_its_extra_says_what_to_install(script: str, tmp_path: Path) -> None:
    """Everything else works without it; who asks for it is told the command."""
    (tmp_path / "ctranslate2.py").write_text("")
    code = (
        "import importlib.util as u, sys\nfound = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'ctranslate2' else found(name, *rest)\n"
        "from voiceguide.cli import main\nsys.argv[0:0] = ['voiceguide', 'play', '--output', 'silent', '--listen']\n"
        "del sys.argv[5]\nmain()"
    )
    refused = subprocess.run([sys.executable, "-c", code, script], capture_output=True, text=True)
    assert refused.returncode == 2
    assert 'pip install "voiceguide[listen]"' in refused.stderr


def test_the_log_is_written_beside_the_session(script: str, tmp_path: Path) -> None:
    """What was said, held and planned, line by line; and what was in the file before stays."""
    log = tmp_path / "log.jsonl"
    log.write_text('{"what": "before"}\n')
    assert run("play", script, *SILENT, "--no-wait", "--log", str(log)).returncode == 0
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [entry["what"] for entry in entries[:2]] == ["before", "session"]
    held = {entry["kind"]: entry["seconds"] for entry in entries if entry["what"] == "held"}
    assert held == {"settle": 1.0, "hold": 9.0}
    assert [entry["text"] for entry in entries if entry["what"] == "say"][-1] == "Let go."


def test_a_log_that_cannot_be_written_is_said_at_once(script: str, tmp_path: Path) -> None:
    """Nobody finds out after the session that there is no log of it."""
    refused = run("play", script, *SILENT, "--no-wait", "--log", str(tmp_path / "no" / "log"))
    assert refused.returncode == 2
    assert "can't be written" in refused.stderr


@pytest.mark.long
def test_a_session_that_was_cut_off_is_taken_up_again(script: str) -> None:
    """Killed in the hold; taken up at its step, with the same wishes; and done with once it was heard to its end."""
    with subprocess.Popen(
        [*PROGRAM, "play", script, *SILENT, "--speed", "1.5"], stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            if "hold 9s" in line:
                process.send_signal(signal.SIGKILL)
    mark = bookmark.get()
    assert mark.techniques == (script,)
    assert mark.options == {"speed": 1.5}
    assert "only --speed, --wpm and --voice" in run("play", "--resume", "--dose", "high").stderr
    again = run("play", "--resume", *SILENT, "--no-wait", "--speed", "1.2")
    assert again.returncode == 0
    said = [line.split(None, 1)[1] for line in again.stdout.splitlines()]
    assert said[:4] == ["You are at: Own.", "Get back into place.", "Press.", "hold 9s"]
    assert run("play", "--resume", *SILENT).returncode == 2


def test_a_script_that_was_changed_meanwhile_begins_anew(script: str) -> None:
    """A step's number means nothing in another script; and that is said."""
    bookmark.put(bookmark.Bookmark((script,), {}, 3, "another", "Own"))
    again = run("play", "--resume", *SILENT, "--no-wait")
    assert "has been changed since" in again.stderr
    assert "Own." in again.stdout


@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["version", "techniques", "options", "step", "scripts", "title", "x"]),
                    inner,
                    max_size=6,
                )
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_whatever_is_in_the_file_it_is_a_session_or_a_sentence(content: bytes) -> None:
    """The file lies in the listener's folder, where anything may happen to it."""
    bookmark.file().parent.mkdir(parents=True, exist_ok=True)
    bookmark.file().write_bytes(content)
    try:
        found = bookmark.get()
    except ConfigError as error:
        assert error.file == bookmark.file()
    else:
        assert found.techniques
        assert isinstance(found.step, int)


def test_a_step_without_end_is_a_sentence() -> None:
    """JSON as Python reads it knows a number that no step has."""
    bookmark.put(bookmark.Bookmark(("hands",), {}, 3, "digest", "Hands"))
    bookmark.file().write_text(bookmark.file().read_text().replace("3", "Infinity", 1))
    with pytest.raises(ConfigError):
        bookmark.get()


def test_lines_that_cannot_be_recorded_end_it_with_the_reason(
    script: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was ever heard, so there is nothing to be remembered, and the reason is what is told."""

    def silent(*_: object) -> None:
        raise VoiceError("the voice is gone")

    monkeypatch.setattr(Booth, "record", silent)
    with pytest.raises(SystemExit) as ended:
        program(["play", script, *SILENT, "--voice", "hum"])
    assert ended.value.code == 1
    assert "the voice is gone" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", [{"wings": 2}, {"speed": "fast"}, {"speed": 9}, {"guidance": "loud"}, {"fit_ms": 1e999}, {"wpm": True}]
)
def test_options_that_do_not_exist_are_a_sentence(script: str, given: dict[str, object]) -> None:
    """A file of another version is no traceback."""
    with pytest.raises(UsageError):
        Options.of(given)
    if given == {"speed": "fast"}:
        bookmark.put(bookmark.Bookmark((script,), given, 1, "x", "Own"))
        refused = run("play", "--resume", *SILENT, "--no-wait")
        assert refused.returncode == 2
        assert "Traceback" not in refused.stderr


def on_a_card(view: View, look: CardStyle, width: int = 80) -> str:
    screen = StringIO()
    console = Console(width=width, file=screen, force_terminal=True, legacy_windows=False)
    console.print(drawn(card_content(view), look))
    return screen.getvalue()


def test_big_letters_fit_on_a_screen_of_80_by_24(hummed: MakeSession) -> None:
    """What is to be read from the floor must not scroll away, nor be cut."""
    timeline = hummed(SCRIPT).timeline(1.0)
    hold = next(event for event in timeline.events if event.kind == "hold")
    for state in State:
        view = View(timeline, hold.start_ms + 500, state, 1.0, "A note.", -6, "Words said beside it.")
        lines = on_a_card(view, CardStyle(big=True)).splitlines()
        assert len(lines) <= 24
        assert any("█" in line for line in lines)
    without = on_a_card(view, CardStyle())
    assert "█" not in without
    assert "volume -6 dB" in without


def test_a_flash_comes_with_a_chime_and_is_short(hummed: MakeSession) -> None:
    """For those who can't hear it; and never more than three in a second, for those who can't bear it."""
    timeline = hummed(SCRIPT).timeline(1.0)
    chime = next(event for event in timeline.events if event.kind == "chime")
    view = View(timeline, chime.start_ms, State.HOLDING, 1.0)
    assert card_content(view).lit
    assert not card_content(replace(view, ms=chime.start_ms + FLASH_MS)).lit
    assert not card_content(replace(view, ms=chime.start_ms - 1)).lit
    assert not card_content(replace(view, state=State.PAUSED)).lit
    assert "\x1b[7m" in on_a_card(view, CardStyle(flash=True))
    assert "\x1b[7m" not in on_a_card(view, CardStyle())


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_color_is_no_color(
    environment: dict[str, str], hummed: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two ways in which people say that they don't want it."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    console = Console(width=80, file=StringIO(), force_terminal=True, legacy_windows=False, highlight=False)
    timeline = hummed(SCRIPT).timeline(1.0)
    with shown(console, CardStyle()) as watch:
        watch(View(timeline, 100, State.SPEAKING, 1.0))
    written = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Own." in written
    assert not any(f"\x1b[{code}" in written for code in ("3", "1;3", "9", "4"))


def test_plain_is_plain_even_in_a_terminal(hummed: MakeSession) -> None:
    """A screen reader reads lines, and would read a card ten times a second."""
    console = Console(width=80, file=StringIO(), force_terminal=True, highlight=False)
    timeline = hummed(SCRIPT).timeline(1.0)
    with shown(console, CardStyle(plain=True)) as watch:
        watch(View(timeline, 100, State.SPEAKING, 1.0))
        watch(View(timeline, 600, State.PAUSED, 1.0))
    assert console.file.getvalue().split() == ["0:00", "Own.", "0:00", "(paused)"]  # type: ignore[attr-defined]


@pytest.mark.long
def test_it_asks_and_begins_with_a_key_or_by_itself(script: str, tmp_path: Path) -> None:
    """The real clock: nobody presses anything, and after its limit the session begins."""
    log = tmp_path / "log"
    begun = time.monotonic()
    command = [*PROGRAM, "play", script, *SILENT, "--start-anyway", "10s", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        for line in process.stdout or ():
            if "Own." in line:
                process.terminate()
    assert 10 < time.monotonic() - begun < 40
    said = [entry.get("text") for entry in map(json.loads, log.read_text().splitlines())]
    assert "Press enter, or the button of your headset, when you are comfortable." in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("seconds", [0.4, 0.7, 1.5])
@pytest.mark.cold_cache
def test_a_signal_ends_it_at_once_while_lines_are_still_recorded(
    number: signal.Signals, seconds: float, script: str
) -> None:
    """A closed window and a pressed Ctrl-C are no reason to wait for the voice, nor for a traceback."""
    command = [*PROGRAM, "play", "foam-roller", "hands", *SILENT]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(seconds)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=30)
    assert process.returncode in {128 + number, -number}
    assert complaints == "" or process.returncode == -number
