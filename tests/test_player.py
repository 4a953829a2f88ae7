"""The player's rules, on a clock where waiting takes no time, down to the frame that would have been heard."""

from __future__ import annotations

import pytest

from support.sessions import MakeSession
from voiceguide import transport
from voiceguide.audio.clip import FRAME_BYTES, RATE, silence
from voiceguide.base.moments import frame_at
from voiceguide.controls.card import PlainLines, card_content, drawn
from voiceguide.outputs.silent import SilentOutput
from voiceguide.plan import with_lead_in
from voiceguide.playback.clocks import VirtualClock
from voiceguide.playback.player import Player
from voiceguide.playback.view import View
from voiceguide.session.render import render
from voiceguide.session.session import Session
from voiceguide.timeline import Event, Timeline
from voiceguide.transport import Command, State

SCRIPT = """# Test

Lift your hips, and keep them there for a while. [move 3s]

Press. [hold 20s]

And now the last words of this session.
"""


class Played:
    """One run of a session, with commands at given seconds."""

    def __init__(self, session: Session, commands: list[tuple[float, Command]], speed: float = 1.0) -> None:
        self.session = session
        self.timeline = session.timeline(speed)
        clock = VirtualClock(commands)
        self.views: list[View] = []
        output = SilentOutput(clock.now, keep=True)
        self.player = Player(session, output, clock, self.views.append)
        self.finished = self.player.run(self.timeline)
        self.heard = bytes(output.heard)

    def whole(self) -> bytes:
        return b"".join(render(self.timeline, lambda event: self.session.clip(event, self.timeline.speed)))


def event(timeline: Timeline, kind: str, text: str | None = None) -> Event:
    return next(
        found for found in timeline.events if found.kind == kind and (text is None or text in (found.text or ""))
    )


def bytes_at(ms: int) -> int:
    return frame_at(ms, RATE) * FRAME_BYTES


def middle(found: Event) -> float:
    return (found.start_ms + found.end_ms) / 2000


def test_a_session_is_heard_from_its_first_to_its_last_frame(hummed: MakeSession) -> None:
    """What is played is what is exported."""
    played = Played(hummed(SCRIPT), [])
    assert played.finished
    assert played.heard == played.whole()


def test_a_pause_in_a_hold_leaves_its_time_exactly(hummed: MakeSession) -> None:
    """The seconds that were left when the listener said pause are left when they go on, to the frame."""
    session = hummed(SCRIPT)
    at = middle(event(session.timeline(1.0), "hold"))
    played = Played(session, [(at, Command.TOGGLE), (at + 5, Command.TOGGLE)])
    assert played.finished
    assert played.heard == played.whole()


def test_a_pause_in_a_sentence_says_it_again(hummed: MakeSession) -> None:
    """Half a sentence is no instruction: it begins again, and nothing else is lost or added."""
    session = hummed(SCRIPT)
    sentence = event(session.timeline(1.0), "say", "Lift")
    at = middle(sentence)
    played = Played(session, [(at, Command.TOGGLE), (at + 5, Command.TOGGLE)])
    cut = int(at * RATE) * FRAME_BYTES
    assert played.heard == played.whole()[:cut] + played.whole()[bytes_at(sentence.start_ms) :]


def test_a_pause_in_an_announcement_leaves_the_hold_as_long_as_it_is(hummed: MakeSession) -> None:
    """Inside a hold the clock has precedence: the rest of a cut announcement is silent, what follows is on time."""
    session = hummed(SCRIPT)
    two = event(session.timeline(1.0), "say", "Two.")
    at = middle(two)
    played = Played(session, [(at, Command.TOGGLE), (at + 5, Command.TOGGLE)])
    cut, over = int(at * RATE) * FRAME_BYTES, bytes_at(two.end_ms)
    assert len(played.heard) == len(played.whole())
    assert not any(played.heard[cut:over])
    assert played.heard[:cut] + played.heard[over:] == played.whole()[:cut] + played.whole()[over:]


def test_next_back_and_repeat_go_to_the_beginning_of_a_step(hummed: MakeSession) -> None:
    """A jump never lands in the middle of a sentence."""
    session = hummed(SCRIPT)
    timeline = session.timeline(1.0)
    lift, press, last = (event(timeline, "say", word) for word in ("Lift", "Press", "last"))
    inside = frame_at(press.start_ms, RATE) + 100
    for command, target in ((Command.NEXT, last), (Command.BACK, lift), (Command.REPEAT, press)):
        assert transport.jump(timeline, timeline, inside, command).frame == frame_at(target.start_ms, RATE)
    at = middle(press)
    played = Played(session, [(at, Command.NEXT)])
    assert played.heard.endswith(played.whole()[bytes_at(last.start_ms) :])
    assert len(played.heard) == int(at * RATE) * FRAME_BYTES + len(played.whole()) - bytes_at(last.start_ms)


def test_next_at_the_end_and_back_at_the_beginning_stay_in_the_session(hummed: MakeSession) -> None:
    """There is a way out at one end, and none needed at the other."""
    timeline = hummed(SCRIPT).timeline(1.0)
    end = frame_at(timeline.duration_ms, RATE)
    assert transport.jump(timeline, timeline, end - 1, Command.NEXT).frame == end
    assert transport.jump(timeline, timeline, 0, Command.BACK).frame == 0


WAITING = """# Test

- Find the spot. [until ready, 30s]
- Press. [hold 5s]
"""


def test_ready_ends_a_wait_and_only_a_wait(hummed: MakeSession) -> None:
    """Who is ready goes on at once, with the sound that says so; in a hold, the same key takes nothing away."""
    session = hummed(WAITING)
    timeline = session.timeline(1.0)
    wait, hold = event(timeline, "wait"), event(timeline, "hold")
    at = wait.start_ms / 1000 + 3
    assert hold.start_ms - wait.end_ms < 3_000
    in_hold = at + (hold.start_ms - wait.end_ms) / 1000 + 1
    played = Played(session, [(0.1, Command.READY), (at, Command.READY), (in_hold, Command.READY)])
    cut = int(at * RATE) * FRAME_BYTES
    assert played.heard == played.whole()[:cut] + played.whole()[bytes_at(wait.end_ms) :]


def test_ready_goes_on_after_a_pause(hummed: MakeSession) -> None:
    """Enter is as good as space for somebody who feels for a key."""
    played = Played(hummed(SCRIPT), [(0.2, Command.TOGGLE), (3.0, Command.READY)])
    assert played.finished
    assert played.heard.endswith(played.whole())


def test_nobody_is_ready_and_the_wait_ends_by_itself(hummed: MakeSession) -> None:
    """What is played is what is exported, as long as nobody interferes."""
    played = Played(hummed(WAITING), [])
    assert played.heard == played.whole()


def test_words_said_faster_to_fit_in_are_heard_so(hummed: MakeSession) -> None:
    """The ladder's faster words are other recordings, and player and timeline agree on their length."""
    words = " ".join(("Keep on breathing", *["in and out"] * 15))
    session = hummed(f"# Test\n\n- Press. [hold 12s] [at 2s: {words}.]\n")
    timeline = session.timeline(1.0)
    said = event(timeline, "say", "Keep")
    assert said.faster
    assert session.clip(said, 1.0).ms <= said.end_ms - said.start_ms
    assert Played(session, []).heard == Played(session, []).whole()


def test_faster_speech_comes_with_the_next_words_and_leaves_the_hold(hummed: MakeSession) -> None:
    """In the middle of a hold the words to come change; the time of the hold doesn't, nor how much of it is left."""
    session = hummed(SCRIPT)
    hold = event(session.timeline(1.0), "hold")
    at = hold.start_ms / 1000 + 4
    played = Played(session, [(at, Command.FASTER)])
    fast = session.timeline(1.1)
    tail = b"".join(render(fast, lambda found: session.clip(found, 1.1), frame_at(event(fast, "hold").end_ms, RATE)))
    hold_bytes = bytes_at(hold.end_ms) - bytes_at(hold.start_ms)
    assert played.heard.endswith(tail)
    assert len(played.heard) == bytes_at(hold.start_ms) + hold_bytes + len(tail)
    assert played.views[-1].speed == 1.1


@pytest.mark.parametrize("kind", ["hold", "wait", "move"])
def test_another_speed_while_a_closing_chime_sounds_repeats_nothing(hummed: MakeSession, kind: str) -> None:
    """The chime tells that it is over; it must not begin again because somebody presses a key just then."""
    session = hummed("# Test\n\n- Find. [until ready, 20s]\n- Press. [hold 20s]\n- Up. [move 4s]\n- And down.\n")
    timeline = session.timeline(1.0)
    over = event(timeline, kind).end_ms / 1000
    played = Played(session, [(over + 0.05, Command.FASTER)])
    assert len(played.heard) < len(played.whole())


def test_slower_speech_in_the_middle_of_words_waits_for_their_end(hummed: MakeSession) -> None:
    """No word is cut, and none is said twice, because of another speed."""
    session = hummed(SCRIPT)
    sentence = event(session.timeline(1.0), "say", "Lift")
    played = Played(session, [(middle(sentence), Command.SLOWER)])
    assert played.heard.startswith(played.whole()[: bytes_at(sentence.end_ms)])
    slow = session.timeline(0.91)
    from_move = frame_at(event(slow, "move").start_ms, RATE)
    assert played.heard.endswith(b"".join(render(slow, lambda found: session.clip(found, 0.91), from_move)))


def test_speeds_stop_at_their_limits() -> None:
    """Twenty presses of a key end at a speed that the voice can do."""
    speed = 1.0
    for _ in range(20):
        speed = transport.new_speed(speed, Command.FASTER, 0.5, 2.0)
    assert speed == 2.0
    for _ in range(40):
        speed = transport.new_speed(speed, Command.SLOWER, 0.5, 2.0)
    assert speed == 0.5


def test_a_lead_in_is_counted_aloud_before_the_first_words(hummed: MakeSession) -> None:
    """Time to get down on the floor: said, counted, and as long as asked for."""
    session = hummed(SCRIPT)
    session.plan = with_lead_in(session.plan, 20_000)
    timeline = session.timeline(1.0)
    said = [found.text for found in timeline.events if found.kind == "say"][:6]
    assert said == ["Starting in twenty seconds.", "Ten seconds.", "Three.", "Two.", "One.", "Test."]
    settle = event(timeline, "settle")
    assert settle.end_ms - settle.start_ms == 20_000


def test_the_card_tells_what_is_held_and_for_how_long(hummed: MakeSession) -> None:
    """Everything that the card promises is in it: words, hold, seconds left, what comes next."""
    timeline = hummed(SCRIPT).timeline(1.0)
    hold = event(timeline, "hold")
    known = card_content(View(timeline, hold.start_ms + 8_400, State.HOLDING, 1.0))
    assert (known.words, known.doing, known.left) == ("Press.", "Hold", "12 s")
    assert known.coming == "And now the last words of this session."
    assert known.bar_cells == 12
    assert card_content(View(timeline, hold.start_ms + 8_600, State.HOLDING, 1.0)) == known


@pytest.mark.parametrize("state", list(State))
def test_the_card_can_be_drawn_at_every_moment(hummed: MakeSession, state: State) -> None:
    """No moment of a session, not its last either, may break the screen."""
    from rich.console import Console

    timeline = hummed(SCRIPT).timeline(1.0)
    console = Console(width=60, file=open("/dev/null", "w"), force_terminal=True)  # noqa: SIM115, PTH123
    for ms in range(0, timeline.duration_ms + 2, 250):
        console.print(drawn(card_content(View(timeline, ms, state, 1.0, "note"))))


def test_plain_lines_say_each_thing_once(hummed: MakeSession) -> None:
    """A log, a pipe and a screen reader get one line for each beginning, in order."""
    lines: list[str] = []
    session = hummed(SCRIPT)
    clock = VirtualClock([(1.5, Command.TOGGLE), (2.5, Command.TOGGLE)])
    Player(session, SilentOutput(clock.now), clock, PlainLines(lines.append)).run(session.timeline(1.0))
    words = [line.strip().split("  ", 1)[1].strip() for line in lines]
    assert words == [
        "Test.",
        "Lift your hips, and keep them there for a while.",
        "(paused)",
        "(going on)",
        "Lift your hips, and keep them there for a while.",
        "move 3s",
        "Press.",
        "hold 20s",
        "Three.",
        "Two.",
        "One.",
        "And now the last words of this session.",
        "(done)",
    ]


def test_the_silent_output_is_silent_before_and_after(hummed: MakeSession) -> None:
    """A stand-in that behaves: it ends, it counts, it can be stopped twice."""
    clock = VirtualClock()
    output = SilentOutput(clock.now)
    assert output.stop() == 0
    output.start(iter([silence(100), silence(50)]))
    clock.wait(0.1)
    assert output.frames == 150
    assert output.ended
    assert output.stop() == 150
    assert output.stop() == 0


def test_how_far_it_got_is_a_place_and_no_time(hummed: MakeSession) -> None:
    """Half a technique is half of it at any speed: who has begun slowly and goes on fast hasn't heard more of it."""
    session = hummed(SCRIPT)
    hold = event(session.timeline(1.0), "hold").start_ms / 1000
    played = Played(session, [(hold + 5, Command.FASTER)] * 6 + [(hold + 8, Command.STOP)])
    timeline = played.player.timeline
    assert timeline.speed == 1.77
    assert played.player.reached_ms - event(timeline, "hold").start_ms == pytest.approx(8_000, abs=110)
