"""Whatever is asked for, whenever, and whatever the device and the voice do meanwhile: the rules of playing hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.examples import share
from voiceguide.base.errors import VoiceError
from voiceguide.outputs.silent import SilentOutput
from voiceguide.plan import Interval
from voiceguide.playback import condition
from voiceguide.playback.clocks import VirtualClock
from voiceguide.playback.condition import Condition, Phase
from voiceguide.playback.journal import Journal
from voiceguide.playback.player import Beginning, Player
from voiceguide.playback.view import View
from voiceguide.script import parse
from voiceguide.session.build import open_session
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline
from voiceguide.transport import LONGER_MS, RUNNING, Command, Request, State
from voiceguide.voices.hum import HummingVoice

STEPS = st.lists(
    st.sampled_from(
        [
            "Lean on the spot. Stay there. [hold 20s] [release: Let it go.]",
            "Press. [hold 8s] [at 2s: Keep on breathing, in and out.]",
            "Find it. [until ready, 15s]",
            "Shake your arms. [move 4s] [rest 3s]",
            "Turn over. [settle 5s]",
            "And now the last words.",
        ]
    ),
    min_size=1,
    max_size=4,
)
TENTHS = st.integers(0, 600).map(lambda tenths: tenths / 10)
WISHES = st.lists(
    st.tuples(
        st.one_of(TENTHS, st.integers(0, 60).map(float)), st.sampled_from(Command), st.sampled_from(["key", "voice"])
    ),
    max_size=12,
)
BEGINNINGS = st.one_of(
    st.just(Beginning()),
    st.just(Beginning(wake_ms=1_000)),
    st.just(Beginning(asks=True, by_voice=True)),
    st.just(Beginning(asks=True, limit_ms=15_000)),
    st.builds(Beginning, step=st.integers(0, 3)),
)
LOSSES = st.lists(st.tuples(TENTHS, st.floats(0.1, 15)), max_size=2)
DELAYS = st.lists(st.sampled_from([0.0, 0.0, 0.2, 1.0, 4.0]), min_size=1, max_size=4)
NOT_YET_RECORDED = ["Press. [hold 8s] [at 2s: Keep on breathing, in and out.]", "Lean on the spot. [hold 20s]"]
END_SECONDS = 400.0
"""By then everything is stopped that has not come to its end."""

NEAR = 0.002
RECORDED_SECONDS = 10.0
"""By then the next step is recorded, however long `DELAYS` are."""


class BusyClock(VirtualClock):
    """Working takes time here: one piece of work after the other takes as long as `delays` say, in turn."""

    def __init__(self, requests: list[tuple[float, Request]], delays: list[float]) -> None:
        super().__init__(requests)
        self._delays = delays
        self._works: list[tuple[float, Future[Any], Future[Any]]] = []
        self._count = 0
        self._free_at = 0.0

    def meanwhile(self, work: Callable[[], Any]) -> Future[Any]:
        delay = self._delays[self._count % len(self._delays)]
        self._count += 1
        self._free_at = max(self._free_at, self.now()) + delay
        promised: Future[Any] = Future()
        self._works.append((self._free_at, promised, super().meanwhile(work)))
        self._deliver()
        return promised

    def wait(self, seconds: float) -> Request | None:
        request = super().wait(seconds)
        self._deliver()
        return request

    def _deliver(self) -> None:
        while self._works and self._works[0][0] <= self.now():
            _, promised, done = self._works.pop(0)
            if error := done.exception():
                promised.set_exception(error)
            else:
                promised.set_result(done.result())


@dataclass
class Heard:
    """One session that was played, and all that can be known about it."""

    session: Session
    views: list[View]
    entries: list[dict[str, Any]]
    finished: bool
    problems: list[bool]
    looks: list[Look]
    ways: list[tuple[Phase, Phase]]

    @property
    def changes(self) -> set[tuple[Phase, Phase]]:
        return {(one, other) for one, other in self.ways if one is not other}


@dataclass
class Look:
    """What can be known about a player at one tick."""

    condition: Condition
    session_sounds: bool
    aside_sounds: bool


def played(
    steps: list[str],
    wishes: list[tuple[float, Command, str]],
    losses: list[tuple[float, float]],
    delays: list[float],
    beginning: Beginning,
    grows: bool,
) -> Heard:
    text = "# Test\n\n" + "".join(f"- {step}\n" for step in steps)
    session = open_session(parse(text, "test.md"), voice=HummingVoice())
    planned = [(at, Request(command, by)) for at, command, by in wishes]
    planned += [(at, Request(Command.GO_ON)) for at in (100.0, 200.0)]
    planned += [(END_SECONDS + later, Request(Command.STOP)) for later in (0.0, 30.0)]
    clock = BusyClock(planned, delays)
    output = SilentOutput(clock.now, keep=True)
    heard = Heard(session, [], [], False, [], [], [])

    def watch(view: View) -> None:
        heard.problems.append(output.problem is not None)
        heard.views.append(view)
        deck = player._stage.deck
        heard.looks.append(Look(player._stage.condition, not deck.alone, deck.aside is not None))
        output.problem = "Gone" if any(at <= clock.now() < at + lasts for at, lasts in losses) else None
        assert clock.now() < END_SECONDS + 60, "it never ends"

    player = Player(session, output, clock, watch, Journal(heard.entries.append))
    enter = player._stage.enter

    def entered(phase: Phase) -> None:
        heard.ways.append((player._stage.condition.phase, phase))
        enter(phase)

    player._stage.enter = entered  # type: ignore[method-assign]
    heard.finished = player.run(parts(session) if grows else session.timeline(1.0), beginning)
    return heard


def parts(session: Session) -> Iterator[Timeline]:
    """The session as it grows while its lines are recorded, a cue or two at a time."""
    cues = len(session.plan.cues)
    for count in range(1, cues, 2):
        yield session.with_plan(session.plan.upto(count)).timeline(1.0)
    yield session.timeline(1.0)


def lengths(session: Session, kind: str) -> set[int]:
    return {cue.ms for cue in session.plan.cues if isinstance(cue, Interval) and cue.kind == kind}


@settings(max_examples=share(0.6), derandomize=True)
@given(st.tuples(STEPS, WISHES, LOSSES, DELAYS, BEGINNINGS, st.booleans()))
@example((NOT_YET_RECORDED, [(3.2, Command.NEXT, "voice")], [], [0.0, 4.0, 0.0, 1.0], Beginning(), True))
def test_whatever_is_asked_for_the_rules_hold(example: tuple[Any, ...]) -> None:
    """A listener who can't touch anything has nobody to turn to if two wishes get into each other's way."""
    heard = played(*example)
    _it_ends(heard)
    _each_interval_is_as_long_as_it_is(heard)
    _nothing_overlaps_and_nothing_is_cut_by_itself(heard)
    _what_is_left_ends_when_something_else_begins(heard)
    _what_is_seen_is_consistent(heard)
    _the_condition_is_what_it_is_said_to_be(heard)


def _it_ends(heard: Heard) -> None:
    stopped = any(entry["what"] == "asked" and entry["done"] == "end" for entry in heard.entries)
    assert heard.finished or stopped


def _each_interval_is_as_long_as_it_is(heard: Heard) -> None:
    longer = sum(entry["what"] == "asked" and entry["done"] == "longer" for entry in heard.entries)
    for entry in heard.entries:
        if entry["what"] == "held":
            possible = {
                ms + more * LONGER_MS for ms in lengths(heard.session, entry["kind"]) for more in range(longer + 1)
            }
            assert any(abs(entry["seconds"] * 1000 - ms) <= 1 for ms in possible), entry


def _nothing_overlaps_and_nothing_is_cut_by_itself(heard: Heard) -> None:
    """What sounds is over when the next begins, unless somebody asked for something, or the device was lost.

    An answer, and the step that somebody wants to go on to, may have to be recorded first, and come when they are.
    """
    questions = [entry["at"] for entry in heard.entries if entry.get("done") == "tell"]
    cuts = [entry["at"] for entry in heard.entries if entry["what"] in {"asked", "device lost", "device back"}]
    jumps = [entry["at"] for entry in heard.entries if entry.get("done") == "jump"]
    audible = sorted(
        (entry for entry in heard.entries if entry["what"] in {"say", "chime"}), key=lambda entry: entry["at"]
    )
    for one, other in pairwise(audible):
        answers = "planned" not in other and any(at < other["at"] for at in questions)
        jumped = any(at <= other["at"] <= at + RECORDED_SECONDS for at in jumps)
        if one["at"] + one["lasts"] > other["at"] + NEAR and not answers and not jumped:
            assert any(one["at"] - NEAR <= at <= other["at"] + NEAR for at in cuts), (one, other)


def _what_is_left_ends_when_something_else_begins(heard: Heard) -> None:
    for entry, following in pairwise(heard.entries):
        assert entry["what"] != "skipped" or entry["at"] == following["at"], (entry, following)


def _what_is_seen_is_consistent(heard: Heard) -> None:
    for view, lost in zip(heard.views, heard.problems, strict=True):
        assert 0 <= view.ms <= view.timeline.duration_ms + 1
        assert (view.state is State.LOST) >= (lost and view.state is not State.DONE)
        if view.state in RUNNING:
            assert not view.note
        if view.state is State.LOST:
            assert "by itself" in view.note


def _the_condition_is_what_it_is_said_to_be(heard: Heard) -> None:
    """What the docstring of `condition` promises, at every tick."""
    assert heard.changes <= drawn()
    for view, look in zip(heard.views, heard.looks, strict=True):
        phase, lost = look.condition.phase, look.condition.lost
        assert look.condition.runs == (view.state in RUNNING)
        assert lost == (view.state is State.LOST)
        assert not (lost and (look.session_sounds or look.aside_sounds))
        assert not (lost and phase in {Phase.LEAVING, Phase.FINISHED})
        assert phase in {Phase.RUNNING, Phase.FINISHED} or not look.session_sounds
    for (one, before), (other, after) in pairwise(zip(heard.looks, heard.views, strict=True)):
        if one.condition.lost and not other.condition.lost:
            assert other.condition.phase in {one.condition.phase, Phase.STOPPED}
        stands = one.condition == other.condition and not one.condition.runs
        assert not stands or before.timeline is not after.timeline or before.ms == after.ms
    conditions = [look.condition for look in heard.looks]
    assert [one.over for one in conditions] == [False] * (len(conditions) - 1) + [True]
    assert heard.finished == (conditions[-1].phase is Phase.FINISHED)


def drawn() -> set[tuple[Phase, Phase]]:
    """The ways from one phase to another in the drawing of `condition`."""
    edges = re.findall(r"^ +([A-Z, ]+?) ── [\w, ]+? ─+► (\w+)$", condition.__doc__ or "", re.MULTILINE)
    return {(Phase[source], Phase[target]) for sources, target in edges for source in sources.split(", ")}


def test_every_way_that_is_drawn_from_phase_to_phase_is_gone() -> None:
    """A drawing with a way too many is as misleading as one with a way too few."""
    begun, asks, lost, late, short = Beginning(), Beginning(asks=True), [(1.5, 60.0)], [(2.1, 60.0)], [(2.5, 4.0)]
    ready, pause, on, stop = Command.READY, Command.PAUSE, Command.GO_ON, Command.STOP
    gone: set[tuple[Phase, Phase]] = set()
    for wishes, losses, beginning in (
        ([ready], [], asks),
        ([stop], [], asks),
        ([pause, on], [], begun),
        ([stop, stop], [], begun),
        ([pause, stop], [], begun),
        ([stop], lost, begun),
        ([pause, stop], lost, begun),
        ([stop], late, begun),
        ([pause], short, begun),
    ):
        planned = [(float(at), wish, "key") for at, wish in enumerate(wishes, start=3 - len(wishes))]
        heard = played(["Turn over. [settle 5s]"], planned, losses, [0.0], beginning, grows=False)
        _the_condition_is_what_it_is_said_to_be(heard)
        gone |= heard.changes
    assert gone == drawn()


HOLD = """# Test

- Lean on the spot. Stay there. [hold 60s]
- Shake your arms out. [move 5s]
- Turn over.
- And rest.
"""


class Busy:
    """One run of HOLD on a clock where work takes time, with a voice that fails at some moment."""

    def __init__(
        self,
        wishes: list[tuple[float, Command]],
        delays: list[float],
        parts_of: Callable[[Session], Iterator[Timeline]] | None = None,
        losses: tuple[tuple[float, float], ...] = (),
        broken_from: float = float("inf"),
        beginning: Beginning | None = None,
    ) -> None:
        session = open_session(parse(HOLD, "test.md"), voice=HummingVoice())
        self.clock = BusyClock([(at, Request(command)) for at, command in wishes], delays)
        self.entries: list[dict[str, Any]] = []
        self.views: list[View] = []
        output = SilentOutput(self.clock.now)
        timelines = parts_of(session) if parts_of else session.timeline(1.0)
        record = session.booth.record

        def watch(view: View) -> None:
            now = self.clock.now()
            self.views.append(view)
            output.problem = "Gone" if any(at <= now < until for at, until in losses) else None
            assert now < 500, "it never ends"

        def recorded(*wanted: Any) -> dict[str, int]:
            if self.clock.now() >= broken_from:
                raise VoiceError("the voice is gone")
            return record(*wanted)

        with patch.object(session.booth, "record", recorded):
            player = Player(session, output, self.clock, watch, Journal(self.entries.append))
            self.finished = player.run(timelines, beginning)

    def held(self) -> list[float]:
        return [entry["seconds"] for entry in self.entries if entry["what"] == "held"]

    def said(self) -> list[str]:
        return [entry["text"] for entry in self.entries if entry["what"] == "say"]


def test_another_speed_while_the_session_still_grows_is_no_end() -> None:
    """Who says slower during the first words, before there are others, hears them slower."""
    heard = Busy([(0.0, Command.SLOWER)], [0.0], parts)
    assert heard.finished
    assert heard.views[-1].speed == 0.91
    assert heard.held() == [60.0, 5.0]


def test_longer_while_the_session_still_grows_is_ten_seconds_more() -> None:
    """More of the session is no reason to take away what the listener has added."""
    heard = Busy([(10.0, Command.LONGER)], [0.0, 0.0, 12.0, 0.0, 3.0], parts)
    assert heard.finished
    assert heard.held() == [70.0, 5.0]


def test_an_answer_that_has_to_be_recorded_takes_no_time_from_a_hold() -> None:
    """The session goes on until it can be heard, and goes on from there."""
    heard = Busy([(59.5, Command.HOW_LONG)], [0.0, 1.0])
    assert any("in all" in said for said in heard.said())
    assert heard.held() == [60.0, 5.0]


def test_another_speed_and_going_on_after_a_pause_leave_the_hold_as_it_is() -> None:
    """Where to go on is known only when both have been recorded."""
    heard = Busy([(10.0, Command.PAUSE), (30.0, Command.FASTER), (30.1, Command.GO_ON)], [1.0])
    assert heard.held() == [60.0, 5.0]


def test_a_device_that_is_lost_again_before_its_return_is_told_goes_on_by_itself() -> None:
    """A headset at the edge of its reach must not leave a pause that nobody has asked for."""
    heard = Busy([], [2.0], losses=((20, 22), (24, 26)))
    assert heard.finished
    assert heard.held() == [60.0, 5.0]


def test_a_voice_that_fails_leaves_nobody_in_a_pause_or_at_the_end() -> None:
    """What can't be said is left out, and what was to come after it comes."""
    on = Busy([(10.0, Command.PAUSE), (30.0, Command.GO_ON)], [0.1], broken_from=9.0)
    assert on.finished
    assert on.held() == [60.0, 5.0]
    stopped = Busy([(10.0, Command.STOP)], [0.1], broken_from=9.0)
    assert stopped.clock.now() < 12
    limited = Busy([], [0.1], broken_from=0.05, beginning=Beginning(asks=True, limit_ms=15_000))
    assert limited.finished


def test_a_speed_that_cannot_be_recorded_does_not_keep_the_session_from_growing() -> None:
    """At the old speed there is more to come."""
    heard = Busy([(0.05, Command.FASTER)], [0.3, 0.0], lambda session: iter(list(parts(session))), broken_from=0.01)
    assert heard.finished
    assert heard.views[-1].speed == 1.0


def test_next_waits_for_a_step_that_is_not_recorded_yet() -> None:
    """The end of what is recorded is not where the next step begins."""
    heard = Busy([(2.0, Command.NEXT)], [0.0, 4.0, 2.0], parts)
    assert heard.finished
    assert heard.held() == [5.0]
    assert "Shake your arms out." in heard.said()


def test_pause_is_heard_while_going_on_is_still_prepared() -> None:
    """Who has just said go on, and regrets it, is not told that there is nothing to pause."""
    wishes = [(10.0, Command.PAUSE), (30.0, Command.GO_ON), (30.5, Command.PAUSE), (90.0, Command.STOP)]
    heard = Busy(wishes, [1.0])
    assert heard.views[-1].state is State.DONE
    assert any(view.state is State.PAUSED for view in heard.views[-100:])
    assert [entry["kind"] for entry in heard.entries if entry["what"] == "held"] == []
    again = Busy([*wishes[:3], (33.0, Command.GO_ON)], [1.0])
    assert again.said().count("Stay there.") == 2
    assert again.held() == [60.0, 5.0]


def test_words_that_were_cut_on_the_way_back_are_said_again() -> None:
    """A second pause inside them is part of the first: the listener still hasn't been told what to do."""
    at = [(10.0, Command.PAUSE), (30.0, Command.GO_ON), (30.3, Command.PAUSE), (32.0, Command.GO_ON)]
    heard = Busy(at, [0.0])
    assert heard.said().count("Lean on the spot.") == 3
    assert heard.said().count("Stay there.") == 2
    assert heard.held() == [60.0, 5.0]


def test_longer_is_kept_when_an_answer_finds_no_room_meanwhile() -> None:
    """Two wishes in one breath are two wishes, and the second is told what came of the first."""
    at = [(50.0, Command.LONGER), (50.05, Command.HOW_LONG)]
    assert Busy([(at[0][0], at[1][1]), (at[1][0], at[0][1])], [0.4]).held() == [70.0, 5.0]
    heard = Busy(at, [0.4])
    assert heard.held() == [70.0, 5.0]
    assert [said for said in heard.said() if "more here" in said] == [
        "Twenty-two seconds more here. About thirty seconds in all."
    ]


def test_longer_and_another_speed_at_once_are_both_there() -> None:
    """Whichever is laid out first, the other comes on top of it."""
    for delays in ([0.5, 2.0], [2.0, 0.5]):
        for first, second in ((Command.SLOWER, Command.LONGER), (Command.LONGER, Command.SLOWER)):
            heard = Busy([(10.0, first), (10.1, second)], delays)
            assert heard.held() == [70.0, 5.0]
            assert heard.views[-1].timeline.speed == 0.91
