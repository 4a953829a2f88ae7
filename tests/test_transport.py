"""The rules of playing, without a player: every command in every state, and the picture of it."""

from __future__ import annotations

import re

import pytest

from support.sessions import MakeSession
from voiceguide import transport
from voiceguide.audio.clip import RATE
from voiceguide.base.moments import frame_at
from voiceguide.transport import LEADS_TO, RUNNING, TABLE, Action, Command, State, table

EDGE = re.compile(r"^ +([\w, ]+?) ── ([\w, ]+?) ─+► (\w+)$", re.MULTILINE)


def test_every_command_has_an_answer_in_every_state() -> None:
    """No listener may ever find the program without a rule."""
    assert set(TABLE) == {(state, command) for state in State for command in Command}


def test_the_diagram_shows_what_the_table_says() -> None:
    """Each way from one state to another stands in the docstring's drawing, and no other does."""
    drawn = set()
    for sources, commands, target in EDGE.findall(table.__doc__ or ""):
        for source in sources.strip().split(", "):
            for command in commands.split(", "):
                drawn.add((source, command.replace(" ", "_").upper(), target))

    def name(state: State) -> str:
        return "running" if state in RUNNING else state.name

    tabled = set()
    for (state, command), action in TABLE.items():
        targets = LEADS_TO.get(action, ())
        if targets and name(state) != name(targets[0]):
            tabled.add((name(state), command.name, name(targets[0])))
    assert drawn == tabled


def test_stop_stops_everywhere_and_nothing_but_stop_does() -> None:
    """Stop means stop, always; and no other word ends a session."""
    for (state, command), action in TABLE.items():
        assert (action is Action.END) == (command is Command.STOP), (state, command)


def test_volume_and_speed_can_be_changed_until_it_is_over() -> None:
    """Who can't hear or can't follow needn't wait for the right moment to say so."""
    for command in (Command.LOUDER, Command.SOFTER, Command.SLOWER, Command.FASTER):
        assert all(TABLE[state, command] is not Action.PASS for state in State if state is not State.DONE)


@pytest.mark.parametrize(
    ("command", "step", "slowest", "fastest"), [(Command.FASTER, 1, 0.5, 2.0), (Command.SLOWER, 1, 0.5, 2.0)]
)
def test_speeds_and_volumes_stop_at_their_limits(command: Command, step: int, slowest: float, fastest: float) -> None:
    """Twenty presses of a key end at something that can be heard."""
    speed, volume = 1.0, 0
    for _ in range(40):
        speed = transport.new_speed(speed, command, slowest, fastest)
        volume = transport.new_volume(volume, Command.LOUDER if command is Command.FASTER else Command.SOFTER)
    assert speed == (fastest if command is Command.FASTER else slowest)
    assert volume == (transport.MAX_VOLUME_DB if command is Command.FASTER else transport.MIN_VOLUME_DB)


def test_how_a_session_goes_on_depends_on_how_long_it_stood(hummed: MakeSession) -> None:
    """Ten seconds later one still knows what to do; a minute later not; after minutes one isn't in place any more."""
    session = hummed("# Test\n\n- Lean in. Stay there. [hold 30s]\n\nThen rest. [rest 5s]\n")
    timeline = session.timeline(1.0)
    hold = next(event for event in timeline.events if event.kind == "hold")
    stay = next(event for event in timeline.events if event.text == "Stay there.")
    lean = next(event for event in timeline.events if event.text == "Lean in.")
    in_hold = frame_at(hold.start_ms + 5_000, RATE)
    in_words = frame_at(stay.start_ms + 50, RATE)
    for paused_ms, words, place in (
        (0, False, False),
        (9_000, False, False),
        (30_000, True, False),
        (200_000, True, True),
    ):
        again = transport.resume(timeline, in_hold, paused_ms)
        assert (again.position.frame, again.words, again.place) == (in_hold, words, place)
    assert transport.resume(timeline, in_words, 5_000).position.frame == frame_at(stay.start_ms, RATE)
    later = transport.resume(timeline, in_words, 30_000)
    assert (later.position.frame, later.words) == (frame_at(lean.start_ms, RATE), False)


def test_the_state_is_what_the_listener_is_doing(hummed: MakeSession) -> None:
    """Words inside a hold don't make it less of a hold."""
    session = hummed(
        "# Test\n\n- Lean. [hold 20s]\n- Find. [until ready, 20s]\n- Off. [settle 5s] [rest 5s] [move 5s]\n"
    )
    timeline = session.timeline(1.0)
    kinds = {"hold": "HOLDING", "wait": "WAITING", "settle": "SETTLING", "rest": "SETTLING", "move": "HOLDING"}
    for event in timeline.events:
        state = transport.state_at(timeline, frame_at(event.start_ms + 1, RATE))
        if event.kind in kinds:
            assert state is State[kinds[event.kind]]
        elif event.kind == "say" and not event.inside:
            assert state is State.SPEAKING


def test_what_is_left_of_a_silence_is_left_at_another_speed(hummed: MakeSession) -> None:
    """Between two sentences a change of speed neither adds a gap nor takes one away."""
    session = hummed("# Test\n\nThe first of the sentences.\n\nThe second.\n")
    slow, fast = session.timeline(1.0), session.timeline(1.5)
    second = next(index for index, cue in enumerate(session.plan.cues) if getattr(cue, "text", "") == "The second.")
    frame = frame_at(slow.starts_ms[second], RATE) - 1_000
    assert transport.moved(slow, fast, frame).frame == frame_at(fast.starts_ms[second], RATE) - 1_000
