"""What a listener hears who asks for something, on a clock without waiting, down to the frame."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from support.sessions import MakeSession
from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.base.errors import DeviceError, VoiceError
from voiceguide.base.moments import frame_at
from voiceguide.outputs.silent import SilentOutput
from voiceguide.phrases import PACKS
from voiceguide.plan import asides
from voiceguide.playback.clocks import VirtualClock
from voiceguide.playback.journal import Journal, log_to
from voiceguide.playback.player import Beginning, Player
from voiceguide.playback.view import View
from voiceguide.session.render import render
from voiceguide.session.session import Session
from voiceguide.timeline import Event, Timeline
from voiceguide.transport import Command, Request, State

SCRIPT = """---
title: Test
leave: Take your hands away, and roll off.
---

## Press

1. Lean on the spot, and press. [hold 60s] [release: Let the spot go.]
2. Shake your arms out. [move 5s]

## Rest

And now lie still.
"""


class Played:
    """One run of a session, with commands at given seconds."""

    def __init__(
        self,
        session: Session,
        commands: Sequence[tuple[float, Command | Request]],
        beginning: Beginning | None = None,
        timelines: Iterator[Timeline] | None = None,
    ) -> None:
        self.timeline = session.timeline(1.0)
        self.clock = VirtualClock(commands)
        self.views: list[View] = []
        self.entries: list[dict[str, Any]] = []
        self.output = SilentOutput(self.clock.now, keep=True)
        self.player = Player(session, self.output, self.clock, self.views.append, Journal(self.entries.append))
        self.finished = self.player.run(timelines or self.timeline, beginning)

    def at(self, what: str, text: str = "", nth: int = 0) -> float:
        """When, in seconds, something began for the `nth` time."""
        return float(self.all(what, text)[nth]["at"])

    def all(self, what: str, text: str = "") -> list[dict[str, Any]]:
        return [entry for entry in self.entries if entry["what"] == what and text in entry.get("text", "")]

    def said(self) -> list[str]:
        return [entry["text"] for entry in self.entries if entry["what"] == "say"]


def when(session: Session, kind: str, text: str = "") -> Event:
    events = session.timeline(1.0).events
    return next(event for event in events if event.kind == kind and text in (event.text or ""))


def test_ease_off_stands_still_and_tells_how_to_let_go(hummed: MakeSession) -> None:
    """The spot is too sore: the clock stands, the step's own words of release are said, and what can be done now."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000 + 7
    played = Played(session, [(at, Command.EASE_OFF), (at + 60, Command.REPEAT)], Beginning(by_voice=True))
    said = played.said()
    released = said.index("Let the spot go.")
    assert said[released : released + 3] == [
        "Let the spot go.",
        "You can say repeat, or say next.",
        "Lean on the spot, and press.",
    ]
    assert any(view.state is State.PAUSED and view.aside == "Let the spot go." for view in played.views)
    assert [entry["seconds"] for entry in played.all("held") if entry["kind"] == "hold"] == [60.0]
    assert played.finished


def test_ease_off_has_words_of_its_own_where_the_script_has_none(hummed: MakeSession) -> None:
    """Letting go is never left without words."""
    session = hummed("# Test\n\nPress. [hold 20s]\n")
    played = Played(session, [(when(session, "hold").start_ms / 1000 + 2, Command.EASE_OFF), (30, Command.NEXT)])
    assert "Release slowly, and relax." in played.said()


@pytest.mark.parametrize("by_voice", [True, False])
def test_an_outcry_pauses_and_asks_what_is_to_be_done(hummed: MakeSession, by_voice: bool) -> None:
    """Whoever cries out in pain must not have to find the right word first, and a cry at the cat ends nothing."""
    session = hummed(SCRIPT)
    offer = "Say go on, or stop." if by_voice else "The space bar goes on, Q stops."
    for kind, text in (("hold", ""), ("say", "Lean")):
        at = (when(session, kind, text).start_ms + 500) / 1000
        outcry = Request(Command.OUTCRY, "voice")
        played = Played(session, [(at, outcry), (at + 8, Command.GO_ON)], Beginning(by_voice=by_voice))
        said = played.said()
        paused = said.index("I have paused.")
        assert said[paused : paused + 2] == ["I have paused.", offer]
        assert 0 <= played.at("say", "I have paused.") - at < 0.3
        assert [entry["done"] for entry in played.all("asked")] == ["check", "go_on"]
        assert any(view.state is State.PAUSED and view.aside == offer for view in played.views)
        assert [entry["seconds"] for entry in played.all("held")] == [60.0, 5.0]
        assert played.finished


def test_an_outcry_where_nothing_goes_on_is_not_answered(hummed: MakeSession) -> None:
    """In a pause people talk to each other; a sound that asks “what?” at every laugh would be no pause."""
    session = hummed(SCRIPT)
    laid: list[bytes] = []

    class Heard(SilentOutput):
        def overlay(self, pcm: bytes) -> None:
            laid.append(pcm)

    outcry = Request(Command.OUTCRY, "voice")
    clock = VirtualClock([(3, outcry), (5, Command.READY), (8, Command.PAUSE), (9, outcry), (12, Command.STOP)])
    entries: list[dict[str, Any]] = []
    player = Player(session, Heard(clock.now), clock, lambda _: None, Journal(entries.append))
    player.run(session.timeline(1.0), Beginning(asks=True))
    assert [entry["done"] for entry in entries if entry.get("command") == "outcry"] == ["pass", "pass"]
    assert laid == []
    assert "I have paused." not in [entry.get("text") for entry in entries]


@pytest.mark.parametrize("language", PACKS)
def test_what_is_said_after_an_outcry_is_recorded_in_advance(hummed: MakeSession, language: str) -> None:
    """A listener in pain doesn't wait for a recording, in any language."""
    plan = hummed(SCRIPT.replace("title: Test", f"title: Test\nlanguage: {language}")).plan
    assert set(asides.checked(plan, 0, by_voice=True).lines) <= set(asides.likely(plan, by_voice=True))


def test_longer_is_ten_seconds_more_of_this_hold_and_of_no_other(hummed: MakeSession) -> None:
    """The count comes at the new end, half of what was added comes before the middle, and the rest is as it was."""
    session = hummed(SCRIPT)
    hold = when(session, "hold")
    plain = Played(session, [])
    played = Played(session, [(hold.start_ms / 1000 + 5, Command.LONGER), (hold.start_ms / 1000 + 6, Command.LONGER)])
    assert played.all("held")[0]["seconds"] == 80.0
    assert played.all("held")[1]["seconds"] == 5.0
    for text, later in (("Half way.", 10), ("Ten seconds left.", 20), ("One.", 20), ("And now", 20)):
        assert played.at("say", text) == pytest.approx(plain.at("say", text) + later, abs=0.002)
    assert len(played.output.heard) == len(plain.output.heard) + 20 * RATE * FRAME_BYTES


def test_a_hold_that_was_made_longer_is_itself_again_when_it_is_repeated(hummed: MakeSession) -> None:
    """Ten more seconds of this one: not of the next."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000
    played = Played(session, [(at + 5, Command.LONGER), (at + 9, Command.REPEAT)])
    assert [entry["seconds"] for entry in played.all("held")] == [60.0, 5.0]
    assert [entry["kind"] for entry in played.all("skipped")] == ["hold"]


def test_how_long_is_answered_inside_the_hold_without_stopping_it(hummed: MakeSession) -> None:
    """Who asks doesn't have to press longer for it."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000 + 10
    played = Played(session, [(at, Command.HOW_LONG)])
    answer = played.all("say", "more here")[0]
    assert answer["text"] == "Fifty seconds more here. About one minute and ten seconds in all."
    assert 0 < answer["at"] - at < 2
    assert played.all("held")[0]["seconds"] == 60.0
    assert len(played.output.heard) == frame_at(played.timeline.duration_ms, RATE) * FRAME_BYTES


def test_how_long_without_room_for_the_answer_stops_the_clock_for_it(hummed: MakeSession) -> None:
    """In the middle of words, or of a short movement, the answer comes at once, and then all that was to come."""
    session = hummed(SCRIPT)
    for kind, text in (("say", "Lean"), ("move", "")):
        at = (when(session, kind, text).start_ms + 500) / 1000
        played = Played(session, [(at, Command.HOW_LONG)])
        answer = played.all("say", "in all")[0]
        assert answer["at"] - at < 0.5
        assert played.finished
        assert [entry["seconds"] for entry in played.all("held")] == [60.0, 5.0]


def test_how_long_in_a_pause_is_told_and_the_pause_goes_on(hummed: MakeSession) -> None:
    """A question isn't a wish to go on."""
    session = hummed(SCRIPT)
    played = Played(session, [(1, Command.PAUSE), (2, Command.HOW_LONG), (30, Command.GO_ON)])
    assert "in all" in played.said()[1]
    assert all(view.state is State.PAUSED for view in played.views if view.aside)


def test_pause_in_a_pause_silences_what_is_being_told(hummed: MakeSession) -> None:
    """Pause is the word for silence, and it is understood, not answered by the sound for “what?”."""
    session = hummed(SCRIPT)
    spoken = [Request(Command.HOW_LONG, "voice"), Request(Command.PAUSE, "voice")]
    played = Played(session, [(1, Command.PAUSE), (2, spoken[0]), (2.3, spoken[1]), (30, Command.GO_ON)])
    assert [entry["done"] for entry in played.all("asked")] == ["halt", "tell", "halt", "go_on"]
    paused = [bool(view.aside) for view in played.views if view.state is State.PAUSED]
    assert 1 <= paused.count(True) <= 5
    assert not any(paused[-200:])


def test_after_a_longer_pause_the_step_is_told_again_and_the_hold_is_as_long(hummed: MakeSession) -> None:
    """Half a minute later: what to do, then exactly what was left of it."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000 + 20
    played = Played(session, [(at, Command.PAUSE), (at + 30, Command.GO_ON)])
    assert [entry.get("aside") or "planned" in entry for entry in played.all("say", "Lean on")] == [True, False]
    assert played.all("held")[0]["seconds"] == 60.0


def test_after_minutes_the_place_is_told_and_there_is_time_to_settle(hummed: MakeSession) -> None:
    """Who has been at the door finds out where they were, and has time to lie down again."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000 + 20
    played = Played(session, [(at, Command.PAUSE), (at + 300, Command.GO_ON)])
    said = played.said()
    back = said.index("You are at: Press.")
    assert said[back : back + 3] == ["You are at: Press.", "Get back into place.", "Lean on the spot, and press."]
    assert any(entry["what"] == "settle" and entry["lasts"] == 10 for entry in played.entries)
    assert played.all("held")[0]["seconds"] == 60.0


def test_stop_is_at_once_and_tells_how_to_come_away(hummed: MakeSession) -> None:
    """Silence first, then the script's own words; the session is over, not finished."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000 + 20
    for commands in ([(at, Command.STOP)], [(at, Command.PAUSE), (at + 3, Command.STOP)]):
        played = Played(session, commands)
        assert played.said()[-2:] == ["We stop here.", "Take your hands away, and roll off."]
        assert not played.finished
        assert played.views[-1].state is State.DONE


def test_stop_twice_needs_no_words(hummed: MakeSession) -> None:
    """Who has to go has to go."""
    session = hummed(SCRIPT)
    played = Played(session, [(20, Command.STOP), (20.3, Command.STOP)])
    assert played.clock.now() < 20.6


def test_it_asks_whether_the_listener_is_ready_and_asks_again(hummed: MakeSession) -> None:
    """Nothing begins before somebody is lying comfortably; nothing is asked only once."""
    session = hummed(SCRIPT)
    played = Played(session, [(50, Command.READY)], Beginning(asks=True, by_voice=True))
    said = played.said()
    assert said[:3] == ["Say ready, or clap twice, when you are comfortable."] * 3
    assert said[3] == "Test."
    assert played.at("say", "Test.") == pytest.approx(50, abs=0.2)
    assert played.views[0].state is State.BEFORE


def test_it_begins_anyway_if_it_was_told_so(hummed: MakeSession) -> None:
    """Nobody answers, and the limit is over: it begins."""
    played = Played(hummed(SCRIPT), [], Beginning(asks=True, limit_ms=30_000))
    assert 30 <= played.at("say", "Test.") < 60
    assert played.finished


def test_stop_before_the_start_says_nothing(hummed: MakeSession) -> None:
    """Nobody has to be told how to come away from where they never lay."""
    played = Played(hummed(SCRIPT), [(5, Command.STOP)], Beginning(asks=True))
    assert "We stop here." not in played.said()


def test_a_session_is_taken_up_again_at_its_step(hummed: MakeSession) -> None:
    """Where it is, time to settle, and the step from its beginning."""
    session = hummed(SCRIPT)
    step = when(session, "move").where.step
    said = Played(session, [], Beginning(step=step)).said()
    assert said[:3] == ["You are at: Press.", "Get back into place.", "Shake your arms out."]


def test_a_device_that_comes_back_goes_on_by_itself(hummed: MakeSession) -> None:
    """No sound, no time; the sound comes back, and says so; the hold is as long as it is."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000 + 20
    clock = VirtualClock()
    output = SilentOutput(clock.now, keep=True)
    views: list[View] = []
    entries: list[dict[str, Any]] = []

    def watch(view: View) -> None:
        output.problem = "The sound device is gone" if at < clock.now() < at + 5 else None
        views.append(view)

    assert Player(session, output, clock, watch, Journal(entries.append)).run(session.timeline(1.0))
    assert any(view.state is State.LOST and "device is gone" in view.note for view in views)
    assert not views[-1].note
    assert [entry["seconds"] for entry in entries if entry["what"] == "held"] == [60.0, 5.0]
    assert "You can hear me again." in [entry.get("text") for entry in entries]


def test_a_device_that_is_lost_in_a_pause_leaves_it_a_pause(hummed: MakeSession) -> None:
    """Only the listener ends what the listener began."""
    session = hummed(SCRIPT)
    clock = VirtualClock([(5, Command.PAUSE), (20, Command.STOP)])
    output = SilentOutput(clock.now)
    states: list[State] = []

    def watch(view: View) -> None:
        output.problem = "Gone" if 8 < clock.now() < 12 else None
        states.append(view.state)

    Player(session, output, clock, watch).run(session.timeline(1.0))
    assert State.LOST in states
    assert states[160] is State.PAUSED


def test_a_device_that_refuses_is_tried_again(hummed: MakeSession) -> None:
    """An output that can't start is no end of a session."""
    session = hummed(SCRIPT)
    clock = VirtualClock([(5, Command.PAUSE), (6, Command.GO_ON)])

    class Unsteady(SilentOutput):
        def start(self, blocks: Iterator[bytes]) -> None:
            if 5.5 < clock.now() < 9:
                raise DeviceError("no sound device can be opened")
            super().start(blocks)

    states: list[State] = []
    assert Player(session, Unsteady(clock.now), clock, lambda view: states.append(view.state)).run(
        session.timeline(1.0)
    )
    assert State.LOST in states


def test_a_machine_that_slept_does_not_rush(hummed: MakeSession) -> None:
    """Two minutes of sleep in a hold: they are no part of it, and the step is told again."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000 + 20

    class Sleeping(VirtualClock):
        slept = False

        def wait(self, seconds: float) -> Request | None:
            if not self.slept and self.now() > at:
                self.slept = True
                self._now += 150
            return super().wait(seconds)

    clock = Sleeping()
    entries: list[dict[str, Any]] = []
    assert Player(session, SilentOutput(clock.now), clock, lambda _: None, Journal(entries.append)).run(
        session.timeline(1.0)
    )
    assert "You are at: Press." in [entry.get("text") for entry in entries]
    assert next(entry for entry in entries if entry["what"] == "held")["seconds"] == pytest.approx(60.0, abs=0.2)


@pytest.mark.cold_cache
def test_a_session_that_grows_while_it_plays_is_the_same_session(hummed: MakeSession) -> None:
    """The first words needn't wait for the last ones to be recorded, and nobody can hear that they didn't."""
    session = hummed(SCRIPT)
    growing = list(hummed(SCRIPT).growing(1.0))
    assert len(growing[0].events) == 1
    assert all(len(shorter.starts_ms) < len(longer.starts_ms) for shorter, longer in pairwise(growing))
    assert growing[-1] == session.timeline(1.0)
    played = Played(session, [], timelines=iter(growing))
    whole = b"".join(render(growing[-1], lambda event: session.clip(event, 1.0)))
    assert bytes(played.output.heard) == whole


@pytest.mark.cold_cache
def test_a_session_whose_lines_cannot_be_recorded_ends_with_the_reason(hummed: MakeSession) -> None:
    """What has begun before everything was recorded must not wait for ever for what never will be."""
    session = hummed(SCRIPT)

    first = next(hummed(SCRIPT).growing(1.0))

    def growing() -> Iterator[Timeline]:
        yield first
        raise VoiceError("the voice can't say it")

    with pytest.raises(VoiceError, match="can't say it"):
        Played(session, [], timelines=growing())


def test_louder_and_softer_are_heard_and_end(hummed: MakeSession) -> None:
    """Three decibels a step, never beyond what samples can hold."""
    session = hummed(SCRIPT)
    plain, soft = Played(session, []), Played(session, [(0.1, Command.SOFTER), (0.1, Command.SOFTER)])
    half = slice(len(plain.output.heard) // 2, None)
    peaks = [
        max(abs(int.from_bytes(heard[at : at + 2], "little", signed=True)) for at in range(0, len(heard), 2))
        for heard in (plain.output.heard[half], soft.output.heard[half])
    ]
    assert peaks[1] / peaks[0] == pytest.approx(10 ** (-6 / 20), rel=0.01)
    assert soft.views[-1].volume_db == -6


def test_a_sound_that_wakes_headsets_comes_first_and_moves_nothing_else(hummed: MakeSession) -> None:
    """As long as asked for, of next to nothing, then the session to the frame."""
    session = hummed(SCRIPT)
    plain, woken = Played(session, []), Played(session, [], Beginning(wake_ms=1_000))
    assert bytes(woken.output.heard).endswith(bytes(plain.output.heard))
    first = bytes(woken.output.heard)[: len(woken.output.heard) - len(plain.output.heard)]
    assert RATE * FRAME_BYTES <= len(first) <= 1.5 * RATE * FRAME_BYTES
    assert any(first)


def test_spoken_commands_are_answered_by_a_sound(hummed: MakeSession) -> None:
    """Who can't see has to hear whether they were understood, and whether it could be done."""
    session = hummed(SCRIPT)
    laid: list[bytes] = []

    class Heard(SilentOutput):
        def overlay(self, pcm: bytes) -> None:
            laid.append(pcm)
            super().overlay(pcm)

    clock = VirtualClock(
        [(2, Request(Command.SOFTER, "voice")), (3, Request(Command.GO_ON, "voice")), (4, Command.SOFTER)]
    )
    Player(session, Heard(clock.now), clock, lambda _: None).run(session.timeline(1.0))
    assert laid == [session.sound("heard").pcm, session.sound("unsure").pcm]


def test_a_voice_that_fails_at_another_speed_leaves_the_session_as_it_is(
    hummed: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trouble behind the stage is a note on the card, not an end."""
    session = hummed(SCRIPT)
    timeline = session.timeline(1.0)

    def broken(*_: object) -> Timeline:
        raise VoiceError("the voice is gone")

    monkeypatch.setattr(session, "timeline", broken)
    views: list[View] = []
    clock = VirtualClock([(3, Command.FASTER)])
    assert Player(session, SilentOutput(clock.now), clock, views.append).run(timeline)
    assert any("the voice is gone" in view.note for view in views)
    assert views[-1].speed == 1.0


def test_the_journal_is_lines_of_json_added_to_a_file(tmp_path: Path) -> None:
    """What was there before stays, and each line is whole by itself."""
    file = tmp_path / "log.jsonl"
    file.write_text("{}\n")
    with log_to(file) as put:
        Journal(put).told("session", 0.0, title="Töst")
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {},
        {"at": 0.0, "what": "session", "title": "Töst"},
    ]


def test_the_journal_tells_planned_and_real_times(hummed: MakeSession) -> None:
    """Without a pause they are the same; after one, the real ones are later by just as much."""
    session = hummed(SCRIPT)
    at = when(session, "hold").start_ms / 1000 + 3
    played = Played(session, [(at, Command.PAUSE), (at + 4, Command.GO_ON)])
    for entry in played.entries:
        if "planned" in entry and entry["what"] != "skipped":
            assert entry["at"] == pytest.approx(entry["planned"] + (4 if entry["planned"] > at else 0), abs=0.002)
    asked = played.all("asked")
    assert [(entry["command"], entry["state"], entry["done"]) for entry in asked] == [
        ("pause", "holding", "halt"),
        ("go_on", "paused", "go_on"),
    ]


@pytest.mark.parametrize("seconds", [1, 130])
@pytest.mark.parametrize("into", [0.0, 3.0, 59.99])
def test_a_sleep_that_nobody_noticed_is_no_part_of_a_hold(hummed: MakeSession, seconds: int, into: float) -> None:
    """The device may take its next portion before the player looks; the log tells the hold's length all the same."""
    timeline = hummed(SCRIPT).timeline(1.0)
    hold = next(event for event in timeline.events if event.kind == "hold")
    slept, end = frame_at(hold.start_ms, RATE) + round(into * RATE), frame_at(timeline.duration_ms, RATE)
    entries: list[dict[str, Any]] = []
    journal = Journal(entries.append)
    for first in range(0, end, 2_000):
        journal.played(
            timeline,
            first,
            min(end, first + 2_000),
            lambda frame: frame / RATE + (seconds if frame > slept else 0),
            aside=False,
        )
    [held] = [entry for entry in entries if entry["what"] == "held" and entry["kind"] == "hold"]
    assert held["seconds"] == pytest.approx(60, abs=0.002)
