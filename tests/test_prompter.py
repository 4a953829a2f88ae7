"""What the ear is told about what the guide says, and how the guide's voice makes room for the listener's."""

from __future__ import annotations

import json
import random
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.examples import share
from support.sessions import MakeSession
from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.controls import spoken
from voiceguide.outputs.feed import DUCK_DB, Direct, Feed
from voiceguide.outputs.silent import SilentOutput
from voiceguide.playback.clocks import VirtualClock
from voiceguide.playback.journal import Journal
from voiceguide.playback.play import play_session
from voiceguide.playback.player import Beginning
from voiceguide.playback.view import View
from voiceguide.script import parse
from voiceguide.session.build import open_session
from voiceguide.session.session import Session
from voiceguide.timeline import Event, Timeline
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

    talking: Callable[[bool], None]

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
    """One session that is played to a listener who talks, or stops talking, and asks for things, at given seconds."""

    def __init__(
        self,
        session: Session,
        commands: Sequence[tuple[float, Command | Request]] = (),
        beginning: Beginning | None = None,
        timelines: Callable[[], Iterator[Timeline]] | None = None,
        talks: Sequence[tuple[float, bool]] = (),
    ) -> None:
        self.talks = list(talks)
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
        while self.talks and self.talks[0][0] <= self.clock.now():
            self.ear.talking(self.talks.pop(0)[1])

    def said(self) -> list[tuple[str, float, float]]:
        """Each text, and from when to when it could be heard at most; what came next may have cut it off."""
        ends = [entry["at"] for entry in self.entries if entry["what"] in {"asked", "say", "chime"}]
        said = []
        for entry in self.entries:
            if entry["what"] == "say":
                at, end = entry["at"], entry["at"] + entry["lasts"]
                said.append((entry["text"], at, min([end, *(cut for cut in ends if at + NEAR < cut < end)])))
        return said


# The journal counts from the first sound, and the ear from the first portion: nothing may keep the sound waiting.
TENTHS = st.integers(1, 400).map(lambda tenths: tenths / 10)
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


def test_words_that_are_not_said_again_after_a_pause_are_not_told(hummed: MakeSession) -> None:
    """An announcement that was cut off in a hold is over: a listener who says the same is the only one who does."""
    session = hummed(SCRIPT)
    breathe = next(event for event in session.timeline(1.0).events if "Breathe" in (event.text or ""))
    at = breathe.start_ms / 1000 + 0.3
    assert breathe.end_ms / 1000 > at + 0.5
    heard = Overheard(session, [(at, Command.PAUSE), (at + 3, Command.GO_ON)])
    assert set(heard.ear.told(at + 3.1, at + 5)) == {()}


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


# Ducking

PLAIN_SAMPLE = 20_000
DUCKED = 10 ** (DUCK_DB / 20)


class Ducks:
    """A tap that ducks while it is told to."""

    def __init__(self) -> None:
        self.now = False
        self.portions: list[bytes] = []

    def ducks(self, frames: range) -> bool:
        return self.now

    def heard(self, pcm: bytes, frames: range) -> None:
        self.portions.append(pcm)


def fed(pcm: bytes, ducked: Sequence[bool], frames: int, between: Callable[[Feed], object] = lambda _: None) -> bytes:
    """What becomes of a stream whose portions are ducked or not, as the tap hears it."""
    feed, tap = Feed(Direct, lambda: 0.0), Ducks()
    feed.tap = tap
    feed.start(iter([pcm]))
    for tap.now in ducked:
        assert feed.take(frames) is tap.portions[-1]
        between(feed)
    return b"".join(tap.portions)


def envelope(ducked: Sequence[bool], frames: int) -> list[float]:
    """The gain of each frame, from what becomes of a constant."""
    constant = array("h", [PLAIN_SAMPLE] * (len(ducked) * frames)).tobytes()
    return [sample / PLAIN_SAMPLE for sample in array("h", fed(constant, ducked, frames))]


def test_the_voice_goes_down_in_a_moment_and_comes_back_without_a_click() -> None:
    """A step in the level would be heard as a click, and a slow one would leave the listener's word covered."""
    gains = envelope([False, True, True, False, False, False, False], 2_205)
    down, up = gains[2_205 : 2 * 2_205], gains[3 * 2_205 : 6 * 2_205]
    assert set(gains[:2_205]) == {1.0}
    assert down[RATE * 31 // 1000 :] == [pytest.approx(DUCKED, abs=1e-4)] * (2_205 - RATE * 31 // 1000)
    assert set(gains[6 * 2_205 :]) == {1.0}
    assert up[RATE // 10] < 0.7
    assert up[RATE // 5] == 1.0
    assert max(abs(one - other) for one, other in pairwise(gains)) < 0.01


@given(st.lists(st.booleans(), max_size=30), st.integers(1, 3_000), st.integers(0, 99))
def test_ducked_sound_is_the_sound_at_another_level(ducked: list[bool], frames: int, seed: int) -> None:
    """Nothing is moved, lost or added, however short the portions are and however often somebody begins to talk."""
    chance = random.Random(seed)
    samples = array("h", [chance.randint(-32_768, 32_767) for _ in range(len(ducked) * frames)])
    heard = array("h", fed(samples.tobytes(), ducked, frames))
    gains = envelope(ducked, frames)
    assert len(heard) == len(samples)
    assert all(abs(was - sample * gain) <= 4 for was, sample, gain in zip(heard, samples, gains, strict=True))
    assert all(was == sample for was, sample, gain in zip(heard, samples, gains, strict=True) if gain == 1.0)


def test_an_answer_by_sound_is_not_ducked_and_a_new_stream_begins_at_its_own_level() -> None:
    """Who has been understood must hear it, and the first word of what follows."""
    quiet = array("h", [1_000] * 2_205).tobytes()
    heard = array("h", fed(bytes(2_205 * 6), [True] * 3, 2_205, lambda feed: feed.overlay(quiet)))
    assert set(heard[2_205:]) == {1_000}
    loud = array("h", [PLAIN_SAMPLE] * 2_205 * 4).tobytes()
    feed, tap = Feed(Direct, lambda: 0.0), Ducks()
    feed.tap, tap.now = tap, True
    feed.start(iter([loud]))
    feed.take(2_205)
    tap.now = False
    feed.start(iter([loud]))
    assert feed.take(2_205) == loud[: 2_205 * FRAME_BYTES]


def seconds_of(event: Event) -> tuple[float, float]:
    return event.start_ms / 1000, event.end_ms / 1000


def part(pcm: bytes | bytearray, from_seconds: float, to_seconds: float) -> array[int]:
    first, end = (round(seconds * RATE) for seconds in (from_seconds, to_seconds))
    return array("h", bytes(pcm[first * FRAME_BYTES : end * FRAME_BYTES]))


def test_whoever_talks_hears_the_guide_more_softly_and_nothing_else_changes(hummed: MakeSession) -> None:
    """The clock runs on, every word comes when it would have come, and none is said twice because somebody talked."""
    session = hummed(SCRIPT)
    lean = next(event for event in session.timeline(1.0).events if "Lean" in (event.text or ""))
    at, end = seconds_of(lean)
    began = round(at, 1) + 0.2
    plain, ducked = Overheard(session), Overheard(session, talks=[(began, True), (end, False)])
    assert ducked.finished
    assert ducked.said() == plain.said()
    one, other = (part(heard.output.heard, began + 0.15, end) for heard in (plain, ducked))
    assert [int(sample * DUCKED) for sample in one] == list(other)
    assert any(one)
    assert (
        ducked.output.heard[: int(began * RATE) * FRAME_BYTES] == plain.output.heard[: int(began * RATE) * FRAME_BYTES]
    )
    after = round((end + 0.4) * RATE) * FRAME_BYTES
    assert ducked.output.heard[after:] == plain.output.heard[after:]
    assert len(ducked.output.heard) == len(plain.output.heard)
    assert ducked.ear.pcm[: len(ducked.output.heard)] == bytes(ducked.output.heard), "the ear hears what is played"
    [entry] = [entry for entry in ducked.entries if entry["what"] == "ducked"]
    assert entry["seconds"] == pytest.approx(end - began, abs=0.2)
    assert entry["at"] == pytest.approx(end, abs=0.3)


@settings(max_examples=share(0.5), derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 600).map(lambda tenths: tenths / 10), st.booleans()), max_size=20).map(sorted))
def test_a_count_and_a_chime_are_never_ducked(talks: list[tuple[float, bool]]) -> None:
    """Somebody who talks all the time still learns when a hold is over."""
    session = open_session(parse(SCRIPT, "test.md"), voice=HummingVoice())
    plain, ducked = Overheard(session), Overheard(session, talks=[(0.0, True), *talks])
    assert ducked.said() == plain.said()
    events = session.timeline(1.0).events
    count = [event for event in events if event.counts]
    assert [event.text for event in count] == ["Three.", "Two.", "One."]
    spared = [seconds_of(event) for event in events if event.kind == "chime"]
    for from_seconds, to_seconds in [*spared, (count[0].start_ms / 1000, count[-1].end_ms / 1000)]:
        assert part(ducked.output.heard, from_seconds, to_seconds) == part(plain.output.heard, from_seconds, to_seconds)


def test_an_ear_that_says_nothing_more_is_not_believed_for_long(hummed: MakeSession) -> None:
    """A process that dies must not leave the guide whispering to the end."""
    session = hummed("# Test\n\n" + "Breathe in, and breathe out again, slowly.\n\n" * 8)
    plain, ducked = Overheard(session), Overheard(session, talks=[(1.0, True)])
    assert [entry["seconds"] for entry in ducked.entries if entry["what"] == "ducked"] == [pytest.approx(5, abs=0.11)]
    assert part(plain.output.heard, 2, 6) != part(ducked.output.heard, 2, 6)
    assert part(plain.output.heard, 6.4, 99) == part(ducked.output.heard, 6.4, 99)


def test_a_pause_ends_it_and_what_is_asked_for_again_comes_at_its_own_level(hummed: MakeSession) -> None:
    """Who says “again” because they have talked over a sentence wants to hear it; nothing else has it said again."""
    session = hummed(SCRIPT)
    lean = next(event for event in session.timeline(1.0).events if "Lean" in (event.text or ""))
    at, end = seconds_of(lean)
    talks = [(at, True)]
    asked: list[tuple[float, Command | Request]] = [(end + 0.1, Command.REPEAT)]
    plain, ducked = Overheard(session, asked), Overheard(session, asked, talks=talks)
    said = [text for text, *_ in ducked.said()]
    assert said.count("Lean on the spot, and press.") == 2
    assert [text for text, *_ in Overheard(session, talks=talks).said()].count("Lean on the spot, and press.") == 1
    again = ducked.said()[said.index("Lean on the spot, and press.") + 1]
    assert part(ducked.output.heard, again[1], 99) == part(plain.output.heard, again[1], 99)
    paused: list[tuple[float, Command | Request]] = [(at + 0.5, Command.PAUSE), (at + 1, Command.GO_ON)]
    plain, ducked = Overheard(session, paused), Overheard(session, paused, talks=talks)
    assert part(ducked.output.heard, at + 0.5, 99) == part(plain.output.heard, at + 0.5, 99)


# The process

PRETENDED = """\
import json, sys
print('{"talking": true}', flush=True)
print('{"talking": false}', flush=True)
pipe = sys.stdin.buffer
with open(sys.argv[0] + ".told", "w") as told:
    while head := pipe.readline():
        head = json.loads(head)
        told.write(json.dumps([head["says"], pipe.read(head["bytes"]).hex()]) + "\\n")
        told.flush()
"""


def test_the_process_is_told_the_words_and_tells_who_talks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words as they are written and as they are read aloud: nobody knows which of them a recognizer writes down."""
    program = tmp_path / "pretended.py"
    program.write_text(PRETENDED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(spoken, "_EAR", "pretended")
    monkeypatch.setattr(spoken, "missing", lambda: None)
    told = tmp_path / "pretended.py.told"
    ear = spoken.Ear(lambda _: None, read=lambda line: line.replace("10 s", "ten seconds"))
    talks: list[bool] = []
    ear.talking = talks.append
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
    assert talks == [True, False, False]  # a process that has ended hears nobody
