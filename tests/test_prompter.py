"""What the ear is told about what the guide says, and how the guide's voice makes room for the listener's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.examples import share
from support.sessions import MakeSession
from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.controls import spoken
from voiceguide.outputs.silent import SilentOutput
from voiceguide.playback.clocks import VirtualClock
from voiceguide.playback.journal import Journal
from voiceguide.playback.play import play_session
from voiceguide.playback.player import Beginning
from voiceguide.playback.view import View
from voiceguide.script import parse
from voiceguide.session.build import open_session
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline
from voiceguide.transport import Command, Request
from voiceguide.voices.hum import HummingVoice

SCRIPT = """# Test

Welcome. And now begin.

1. Lean on the spot, and press. [hold 30s] [at 5s: Breathe in, and out again.] [release: Let the spot go.]
2. Shake your arms out. [move 5s]
3. Stay where you are. [until ready, 20s]
"""

MARGIN_SECONDS = 0.2
NEAR = 0.002


class Listener:
    """An ear that keeps what it is told, by the frame at which it is told."""

    def __init__(self) -> None:
        self.portions: list[tuple[bytes, tuple[str, ...]]] = []
        self.began_seconds: list[float] = []
        self.heard_frames = 0

    def playing(self, pcm: bytes, says: tuple[str, ...]) -> None:
        self.portions.append((pcm, says))
        self.began_seconds.append(self.heard_frames / RATE)
        self.heard_frames += len(pcm) // FRAME_BYTES

    @property
    def pcm(self) -> bytes:
        return b"".join(pcm for pcm, _ in self.portions)

    def told(self, from_seconds: float, to_seconds: float) -> Iterator[tuple[str, ...]]:
        """What was told of each portion in this time, for a clock and a device that began together."""
        for began, (pcm, says) in zip(self.began_seconds, self.portions, strict=True):
            if began < to_seconds and began + len(pcm) / FRAME_BYTES / RATE > from_seconds:
                yield says


class Overheard:
    """One session that is played to a listener, with commands at given seconds."""

    def __init__(
        self,
        session: Session,
        commands: Sequence[tuple[float, Command | Request]] = (),
        beginning: Beginning | None = None,
        timelines: Callable[[], Iterator[Timeline]] | None = None,
    ) -> None:
        self.clock = VirtualClock(commands)
        self.entries: list[dict[str, Any]] = []
        self.ear = Listener()
        self.output: SilentOutput
        self.finished = play_session(
            session,
            self._open,
            timelines=timelines() if timelines else iter([session.timeline(1.0)]),
            clock=self.clock,
            watch=self._watch,
            journal=Journal(self.entries.append),
            beginning=beginning,
            ear=self.ear,
        )

    def _open(self, now: Callable[[], float]) -> SilentOutput:
        self.output = SilentOutput(now, keep=True)
        return self.output

    def _watch(self, view: View) -> None:
        assert self.clock.now() < 600, "it never ends"

    def said(self) -> list[tuple[str, float, float]]:
        """Each text, and from when to when it could be heard at most; what came next may have cut it off."""
        ends = [entry["at"] for entry in self.entries if entry["what"] in {"asked", "say", "chime"}]
        said = []
        for entry in self.entries:
            if entry["what"] == "say":
                at, end = entry["at"], entry["at"] + entry["lasts"]
                said.append((entry["text"], at, min([end, *(cut for cut in ends if at + NEAR < cut < end)])))
        return said


TENTHS = st.integers(0, 400).map(lambda tenths: tenths / 10)
COMMANDS = st.lists(st.tuples(TENTHS, st.sampled_from(Command)), max_size=8)


@settings(max_examples=share(0.5), derandomize=True)
@given(COMMANDS, st.booleans())
@example([(3.0, Command.PAUSE), (3.1, Command.GO_ON)], True)
def test_the_ear_is_told_whatever_is_said_while_it_is_said(commands: list[tuple[float, Command]], grows: bool) -> None:
    """A guide that says “and now stop” must not stop itself, whatever has been asked for before."""
    session = open_session(parse(SCRIPT, "test.md"), voice=HummingVoice())
    ends: list[tuple[float, Command | Request]] = [*commands, (100.0, Command.GO_ON), (300.0, Command.STOP)]
    heard = Overheard(session, ends, timelines=session.growing if grows else None)
    said = heard.said()
    assert said
    for text, at, end in said:
        for says in heard.ear.told(at, end):
            assert text in says, (text, at, end)


def test_words_count_a_little_before_they_begin_and_after_they_end(hummed: MakeSession) -> None:
    """The ear knows only roughly how long a sound takes to the microphone; in the silence of a hold nothing is said."""
    session = hummed(SCRIPT)
    heard = Overheard(session)
    assert heard.finished
    for text, at, end in heard.said():
        assert all(text in says for says in heard.ear.told(at - MARGIN_SECONDS, end + MARGIN_SECONDS))
        around = [*heard.ear.told(at - 1, at - 0.5), *heard.ear.told(end + 0.5, end + 1)]
        assert around
        assert not any(text in says for says in around if session.plan.lines.count(text) == 1)
    hold = next(event for event in session.timeline(1.0).events if event.kind == "hold")
    assert set(heard.ear.told(hold.start_ms / 1000 + 1.5, hold.start_ms / 1000 + 4.5)) == {()}


def test_words_that_a_pause_cuts_off_are_still_in_the_room(hummed: MakeSession) -> None:
    """What has been handed out a moment ago is being heard now; two seconds later it is over."""
    session = hummed(SCRIPT)
    lean = next(event for event in session.timeline(1.0).events if "Lean" in (event.text or ""))
    at = lean.start_ms / 1000 + 0.3
    heard = Overheard(session, [(at, Command.PAUSE), (at + 5, Command.STOP)])
    assert all("Lean on the spot, and press." in says for says in heard.ear.told(at, at + MARGIN_SECONDS))
    assert set(heard.ear.told(at + 0.5, at + 5)) == {()}


def test_an_aside_is_told_in_its_own_words_and_then_the_session_is(hummed: MakeSession) -> None:
    """What is said beside the session comes from the same loudspeaker, and may be full of commands."""
    session = hummed(SCRIPT)
    shake = next(event for event in session.timeline(1.0).events if "Shake" in (event.text or ""))
    heard = Overheard(session, [(2, Command.PAUSE), (30, Command.GO_ON)], Beginning(step=shake.where.step))
    texts = list(dict.fromkeys(text for _, says in heard.ear.portions for text in says))
    assert texts[:3] == ["You are at: Test.", "Get back into place.", "Shake your arms out."]
    assert "Welcome." not in texts


def test_the_ear_hears_what_is_played_byte_for_byte(hummed: MakeSession) -> None:
    """What isn't played can't be taken out of what the microphone hears."""
    session = hummed(SCRIPT)
    heard = Overheard(session)
    assert heard.ear.pcm[: len(heard.output.heard)] == bytes(heard.output.heard)
    assert all(pcm for pcm, _ in heard.ear.portions)


PRETENDED = """\
import json, sys
pipe = sys.stdin.buffer
with open(sys.argv[0] + ".told", "w") as told:
    while head := pipe.readline():
        head = json.loads(head)
        told.write(json.dumps([head["says"], pipe.read(head["bytes"]).hex()]) + "\\n")
        told.flush()
"""


def test_the_process_is_told_the_words_before_each_portion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are written and as they are read aloud, since nobody knows which of them a recognizer writes down."""
    program = tmp_path / "pretended.py"
    program.write_text(PRETENDED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(spoken, "_EAR", "pretended")
    monkeypatch.setattr(spoken, "missing", lambda: None)
    told = tmp_path / "pretended.py.told"
    ear = spoken.Ear(lambda _: None, read=lambda line: line.replace("10 s", "ten seconds"))
    try:
        ear.playing(b"\1\2" * 3, ("Stay for 10 s.", "Stop."))
        ear.playing(b"\n\0" * 40_000, ())
        deadline = time.monotonic() + 20
        while not told.exists() or told.read_text().count("\n") < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        ear.close()
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    assert lines == [
        [["Stay for 10 s.", "Stop.", "Stay for ten seconds."], "0102" * 3],
        [[], "0a00" * 40_000],
    ]
