"""Spoken commands: the table of what can be said, the player's side of the process, and the process at a source."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support import sink
from support.needed import need
from support.room import room_tone, say
from voiceguide.base.errors import UsageError
from voiceguide.controls import spoken
from voiceguide.ear import extra, grammar
from voiceguide.plan import make_plan
from voiceguide.script import parse
from voiceguide.transport import Command, Request

SCRIPTS = Path(__file__).parent.parent / "scripts"
EVERY_PHRASE = [(phrase, name) for name, phrases in grammar.ENGLISH.items() for phrase in phrases]


@pytest.fixture
def _the_extra_is_there() -> None:
    need(extra.missing(), "it comes with the extra ‘listen’")


installed = pytest.mark.usefixtures("_the_extra_is_there")


# The table


def test_every_command_is_one_of_the_transport() -> None:
    """A phrase for a command that nothing carries out would be answered, and nothing would happen."""
    assert {name for _, name in grammar.phrases()} <= set(Command.__members__)


def test_no_phrase_is_two_commands() -> None:
    """Who says one thing must not get another."""
    for phrase, name in grammar.phrases():
        assert grammar.command(phrase) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Pause.", "PAUSE"),
        ("Pause, please!", "PAUSE"),
        ("pause, pause", "PAUSE"),
        ("Go back. Go back. Go", "BACK"),
        ("Pause. Pause. P", "PAUSE"),
        ("I’m ready", "READY"),
        ("Okay, next step.", "NEXT"),
        ("10 more seconds.", "LONGER"),
        ("", None),
        ("...", None),
        ("okay", None),
        ("please", None),
        ("Pause the film", None),
        ("We could go on", None),
        ("stop and go", None),
        ("next, back", None),
    ],
)
def test_only_a_whole_utterance_is_a_command(text: str, name: str | None) -> None:
    """People talk in the room; a command inside a sentence isn't meant for the player."""
    assert grammar.command(text) == name


def test_what_is_written_for_a_phrase_need_not_be_asked_for() -> None:
    """Asked whether an unclear “slower” was “software”, the recogniser would agree."""
    assert grammar.command("software") == "SOFTER"
    assert "software" not in dict(grammar.phrases())


def test_a_language_without_a_table_has_no_commands() -> None:
    """English phrases would be heard in Finnish words."""
    assert grammar.command("pause", "fi") is None
    assert grammar.phrases("fi") == []


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.md")), ids=lambda script: script.stem)
def test_nothing_that_a_shipped_session_says_is_a_command(script: Path) -> None:
    """The guide is heard by the microphone, too, and must not steer itself."""
    for line in make_plan(parse(script.read_text(encoding="utf-8"), script.name)).lines:
        assert grammar.command(line) is None, line


@pytest.mark.parametrize("text", ["Coach, pause.", "couch pause", "Coach’s pause", "Co-ch, pause"])
def test_a_name_may_be_spelt_as_it_was_heard(text: str) -> None:
    """A recogniser spells a name in many ways, and the listener can't know in which."""
    assert grammar.called(text, "coach") == "pause"


@pytest.mark.parametrize("text", ["pause", "Marvin, pause", "the next coach leaves at ten"])
def test_whoever_is_not_called_does_not_obey(text: str) -> None:
    """Others in the room have names, too."""
    assert grammar.called(text, "coach") is None


def test_a_name_by_itself_asks_for_nothing() -> None:
    """Who has only called may still be thinking."""
    assert grammar.called("Coach.", "coach") == ""


def test_talk_around_a_phrase_is_no_mishearing_of_it() -> None:
    """What sounds alike is asked about; what only shares a word is talk."""
    assert grammar.may_be("software", "softer")
    assert grammar.may_be("He's off.", "ease off")
    assert not grammar.may_be("Wait for me.", "wait")
    assert not grammar.may_be("carry on luggage", "carry on")


# The parent's side


FAKE = """\
import json, os, sys
print(json.dumps({"state": "listening"}), flush=True)
print("not json", flush=True)
print(json.dumps({"command": None, "heard": "hello", "seconds": 0.1}), flush=True)
print(json.dumps({"command": "PAUSE", "heard": "Pause.", "seconds": 0.1}), flush=True)
"""


@contextmanager
def fake_ear(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> Iterator[tuple[spoken.Ear, list[Request]]]:
    """An ear whose process runs a program of the test's."""
    folder.joinpath("pretended.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(spoken, "_EAR", "pretended")
    monkeypatch.setattr(spoken, "missing", lambda: None)
    asked: list[Request] = []
    ear = spoken.Ear(asked.append, "en", None)
    try:
        yield ear, asked
    finally:
        ear.close()


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_was_said_becomes_a_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that aren't JSON, and words that are no command, are passed over."""
    with fake_ear(monkeypatch, tmp_path, FAKE + "sys.stdin.read()\n") as (ear, asked):
        until(lambda: asked)
        assert asked == [Request(Command.PAUSE, "voice", "Pause.")]
        assert ear.state == "listening"


def test_a_process_that_keeps_dying_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session goes on without an ear, and doesn't start it for ever."""
    with fake_ear(monkeypatch, tmp_path, FAKE) as (ear, asked):
        until(lambda: "keeps" in ear.state)
        assert len(asked) == spoken.MAX_STARTS


def test_a_process_that_cannot_begin_is_not_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no weights now has none a second later."""
    program = 'import sys\nprint(\'{"state": "gone", "why": "no weights"}\')\nsys.exit(2)\n'
    with fake_ear(monkeypatch, tmp_path, program) as (ear, _):
        until(lambda: ear.state == "gone: no weights")
        time.sleep(0.5)
        assert ear.state == "gone: no weights"


def test_playing_neither_waits_nor_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that reads nothing fills its pipe, and then the queue."""
    with fake_ear(monkeypatch, tmp_path, "import time\ntime.sleep(60)\n") as (ear, _):
        began = time.monotonic()
        for _ in range(1_000):
            ear.playing(bytes(2_204), ())
        assert time.monotonic() - began < 1
    ear.playing(bytes(2_204), ())


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One command away from listening, people should be told which."""
    monkeypatch.setattr(spoken, "missing", lambda: "ctranslate2")
    with pytest.raises(UsageError, match=r'pip install "voiceguide\[listen\]"'):
        spoken.Ear(lambda _: None, "en", None)


@installed
def test_weights_that_were_changed_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other weights would hear other words, or worse."""
    from voiceguide.ear import whisper

    monkeypatch.setitem(whisper.HASHES, "config.json", "0" * 64)
    with pytest.raises(UsageError, match=r"config\.json"):
        whisper.model_folder()


@installed
def test_a_language_that_is_not_understood_is_refused() -> None:
    """Commands that are never understood would be found out about on the floor."""
    with pytest.raises(UsageError, match="English"):
        spoken.Ear(lambda _: None, "de", None)


# The process, at a real source


@pytest.fixture
def _a_source_can_be_had() -> None:
    need(sink.missing())


class Child:
    """The real process, with what it prints and when."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        command = [sys.executable, "-m", "voiceguide.ear", *arguments]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._lines: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, key: str, seconds: float = 20) -> tuple[float, dict[str, Any]]:
        """The next line that has `key`, and when it came."""
        while True:
            at, line = self._lines.get(timeout=seconds)
            if key in line:
                return at, line

    def listens(self) -> dict[str, Any]:
        """Waits until it does."""
        while (line := self.next("state", 40)[1])["state"] != "listening":
            pass
        return line

    def cpu(self) -> float:
        """CPU seconds so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put((time.monotonic(), json.loads(line)))


def wav(samples: Any, file: Path) -> Path:
    import numpy as np

    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(16_000)
        opened.writeframes(np.rint(samples * 32_767).astype("<i2").tobytes())
    return file


@installed
@pytest.mark.device
@pytest.mark.usefixtures("_a_source_can_be_had")
@pytest.mark.long
@pytest.mark.xdist_group("alone")
def test_a_word_into_a_microphone_that_is_pulled_out_and_a_server_that_hangs(tmp_path: Path) -> None:
    """A headset is unplugged in mid-session; the next word counts, and waiting for it costs next to nothing."""
    import numpy as np

    word = wav(np.concatenate([room_tone(0.5), say("Pause.", tmp_path)]), tmp_path / "pause.wav")
    with sink.server(tmp_path) as environment:
        number = sink.plug_in(environment)
        child = Child(environment)
        try:
            assert child.next("state")[1]["microphone"] == "Desk"
            time.sleep(1)
            ended = sink.say_into(environment, word)
            at, line = child.next("command")
            assert line["command"] == "PAUSE"
            assert at - ended < 0.8

            before = child.cpu()
            time.sleep(5)
            assert child.cpu() - before < 5 * 0.15

            # What the server would take the listener to instead is the monitor of what the guide says.
            sink.pull_out(environment, number)
            assert child.next("state")[1]["state"] == "gone"
            sink.plug_in(environment)
            child.listens()
            time.sleep(1)
            sink.say_into(environment, word)
            assert child.next("command")[1]["command"] == "PAUSE"

            os.kill(int(environment["SINK_PROCESS"]), signal.SIGSTOP)
            assert child.next("state")[1]["state"] == "gone"
            os.kill(int(environment["SINK_PROCESS"]), signal.SIGCONT)
            child.listens()
            time.sleep(1)
            sink.say_into(environment, word)
            assert child.next("command")[1]["command"] == "PAUSE"

            child.process.stdin.close()  # type: ignore[union-attr]
            assert child.process.wait(5) == 0
        finally:
            child.process.kill()


@installed
@pytest.mark.device
@pytest.mark.usefixtures("_a_source_can_be_had")
@pytest.mark.xdist_group("alone")
def test_a_microphone_that_is_connected_later_is_listened_to(tmp_path: Path) -> None:
    """Until then there is only what the machine plays, and the guide would obey itself."""
    with sink.server(tmp_path) as environment:
        child = Child(environment, "--mic", "desk")
        try:
            said = child.next("state")[1]
            assert said["state"] == "gone"
            assert "no microphone has ‘desk’ in its name" in said["why"]
            sink.plug_in(environment)
            assert child.listens()["microphone"] == "Desk"
        finally:
            child.process.kill()
