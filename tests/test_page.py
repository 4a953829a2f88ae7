"""The take-away page, in a real browser: what it plays is the timeline, at any speed, whatever is asked for."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from support.phone import QUICK, Phone, chromium
from support.sessions import MakeSession
from voiceguide import transport
from voiceguide.audio.clip import RATE
from voiceguide.base.errors import ExportError
from voiceguide.base.moments import MINUTE, frame_at, ms_at
from voiceguide.base.progress import no_progress
from voiceguide.cli import program
from voiceguide.controls.keyboard import KEYS
from voiceguide.export import page
from voiceguide.export.formats import export_session
from voiceguide.export.job import ExportJob, ExportOptions
from voiceguide.export.page.assembly import filled, harmless
from voiceguide.export.page.layouts import SPEEDS, layouts, lengths, used, welcomes
from voiceguide.export.page.rules import COMMANDS, OTHERWISE, STATES
from voiceguide.plan import asides
from voiceguide.script import parse
from voiceguide.session.build import open_session
from voiceguide.session.options import Options
from voiceguide.session.render import render
from voiceguide.timeline import Event, Timeline, lay_out, sounding_at
from voiceguide.transport import Action, Command, Position, State
from voiceguide.voices.hum import HummingVoice

pytestmark = pytest.mark.xdist_group("page")  # which is made, and opened in a browser, once

SCRIPT = """# Short

Sit down. [settle 2s]

## Press [each side]

1. Press with your {side} hand. [hold 9s]
2. And roll. [move 2s] [2 times] [again: Again.]

## Wait

1. Find the spot that is sore. [until ready, 20s]
2. Stay there. [hold 20s] [at half: Keep breathing, and let your shoulders sink to the floor.] [at 11s: Good.]
3. Once more. [hold 5s] [at half: Breathe, and let go of everything that you have carried around all day long.]

That was all.
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def job() -> ExportJob:
    session = open_session(parse(SCRIPT, "short.md"), voice=HummingVoice())
    return ExportJob(session, session.timeline(), ExportOptions("html"))


@pytest.fixture(scope="module")
def file(job: ExportJob, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(job, tmp_path_factory.mktemp("page"))


@pytest.fixture
def phone(browser: Browser, file: Path) -> Iterator[Phone]:
    """The short session, opened for the first time."""
    opened = Phone(browser)
    opened.open(file)
    yield opened
    assert opened.complaints == []
    opened.context.close()


def written(job: ExportJob, folder: Path) -> Path:
    path = folder / "session.html"
    export_session(job.session, path, job.options, timeline=job.timeline)
    return path


def first(timeline: Timeline, kind: str, number: int = 0) -> Event:
    """The first event of a kind, or a later one."""
    return [event for event in timeline.events if event.kind == kind][number]


@pytest.mark.long
def test_the_page_is_laid_out_by_the_program_s_rules_at_every_speed(phone: Phone, job: ExportJob) -> None:
    """The slider must move, shorten and leave out what `lay_out` would, and nothing else."""
    shown = phone.page.evaluate("voiceguide.layouts")
    assert [layout["speed"] for layout in shown] == list(SPEEDS)
    for layout in shown:
        speed = layout["speed"]
        expected = lay_out(job.session.plan, lengths(job, speed))
        if speed == 1.0:
            assert expected.events == job.timeline.events
        assert layout["starts"] == list(expected.starts_ms)
        assert layout["duration"] == expected.duration_ms
        assert [
            tuple(event[key] for key in ("kind", "start", "end", "cue", "inside", "faster"))
            for event in layout["events"]
        ] == [
            (event.kind, event.start_ms, event.end_ms, event.cue, event.inside, event.faster)
            for event in expected.events
        ]
    assert len({len(layout["events"]) for layout in shown}) > 1
    assert any(event["faster"] for layout in shown for event in layout["events"])


def test_the_speed_of_the_export_is_on_the_slider(job: ExportJob) -> None:
    """Where nothing is stretched, it sounds best: that position has to be there, with the export's own moments."""
    session = job.session
    odd = ExportJob(session, session.timeline(1.13))
    by_speed = {timeline.speed: timeline for timeline in layouts(odd)}
    assert list(by_speed) == sorted({*SPEEDS, 1.13})
    assert by_speed[1.13] is odd.timeline


@pytest.mark.long
def test_holds_are_silent_and_exactly_as_long_at_every_speed(phone: Phone, job: ExportJob) -> None:
    """To the frame: each sound begins and ends at its moment, there is nothing between, and no hold changes."""
    holds = [event.end_ms - event.start_ms for event in job.timeline.events if not event.audible]
    for timeline in layouts(job):
        assert [event.end_ms - event.start_ms for event in timeline.events if not event.audible] == holds
        if timeline.speed not in SPEEDS[::5]:
            continue
        samples = phone.samples(timeline.speed)
        assert samples.size == frame_at(timeline.duration_ms, RATE)
        silent = np.ones(samples.size, dtype=bool)
        for event in timeline.events:
            if event.audible:
                start, end = frame_at(event.start_ms, RATE), frame_at(event.end_ms, RATE)
                silent[start:end] = False
                assert np.abs(samples[start : start + RATE // 50]).max() > 60, (timeline.speed, event)
                assert np.abs(samples[max(start, end - RATE // 5) : end]).max() > 0
        assert not samples[silent].any()


@pytest.mark.long
def test_at_the_speed_of_the_export_the_page_plays_what_is_exported(phone: Phone, job: ExportJob) -> None:
    """A decoder's delay must not make every word late: no frame is where the WAV hasn't it."""
    timeline = job.timeline
    exported = np.frombuffer(b"".join(render(timeline, job.clip)), "<i2").astype(float)
    played = phone.samples(1.0).astype(float)
    for event in timeline.events:
        if event.audible:
            start, end = frame_at(event.start_ms, RATE), frame_at(event.end_ms, RATE)
            assert np.corrcoef(exported[start:end], played[start:end])[0, 1] > 0.98, event


@pytest.mark.long
def test_what_a_decoder_adds_is_taken_away(phone: Phone) -> None:
    """Some browsers strip LAME's delay, some a part of it, some nothing."""
    trim = "([given, clip]) => Array.from(voiceguide.trimmed(given.map((value) => value / 32768), clip, 1105))"
    sound = [500 + number for number in range(3000)]
    clip = {"frames": 3000, "coded": 8 * 576}
    padding = [0] * (clip["coded"] - 1105 - len(sound))
    for before, after in (([], []), ([], padding), ([0] * 1105, padding), ([0] * (1105 + 576), padding)):
        assert phone.page.evaluate(trim, [[*before, *sound, *after], clip]) == sound


_STRETCHED = """([hertz, speed, rate]) => {
  const tone = Int16Array.from({ length: rate }, (_, frame) => 6000 * Math.sin((2 * Math.PI * hertz * frame) / rate));
  const made = voiceguide.stretch(tone, Math.round(rate / speed));
  const steps = (samples) => samples.slice(1).map((sample, index) => Math.abs(sample - samples[index]));
  const rises = made.filter((sample, index) => index && made[index - 1] < 0 && sample >= 0).length;
  return [made.length, (rises * rate) / made.length, Math.max(...steps(made)) / Math.max(...steps(tone))];
}"""


@pytest.mark.long
def test_stretched_words_keep_their_pitch(phone: Phone) -> None:
    """A slow voice that is a deep voice would be another one; and clicks between its pieces would be worse."""
    for hertz, speed in product((90, 150, 260), (0.6, 0.85, 1.25, 1.6)):
        frames, heard, steepness = phone.page.evaluate(_STRETCHED, [hertz, speed, RATE])
        assert frames == round(RATE / speed)
        assert heard == pytest.approx(hertz, rel=0.02)
        assert steepness < 1.1


_RULES = """([slower, faster, moments, pauses, commands]) => {
  const { layouts, player: { rules }, moved } = voiceguide;
  const [slow, fast] = [slower, faster].map((speed) => layouts.find((layout) => layout.speed === speed));
  return moments.map((ms) => [
    rules.stateAt(slow, ms),
    moved(slow, fast, ms),
    pauses.map((pause) => rules.resumed(slow, ms, pause)),
    commands.map((command) => rules.jumped(slow, ms, command)),
  ]);
}"""

PAUSES = (500, transport.WORDS_AGAIN_MS - 1, transport.WORDS_AGAIN_MS, transport.PLACE_AGAIN_MS)
JUMPS = tuple(transport.STEPS_ON)


@pytest.mark.long
def test_the_page_goes_on_where_the_program_would(phone: Phone, job: ExportJob) -> None:
    """Pauses, jumps and another speed, at every edge and at random moments, by the rules of `transport`."""
    slow, fast = (lay_out(job.session.plan, lengths(job, speed)) for speed in (0.7, 1.45))
    draw = random.Random(1)
    edges = [edge for event in slow.events for edge in (event.start_ms, event.end_ms - 1)]
    moments = [*edges, *(draw.randrange(slow.duration_ms) for _ in range(300))]
    answers = phone.page.evaluate(_RULES, [0.7, 1.45, moments, PAUSES, [named(command) for command in JUMPS]])
    for ms, (state, moved, resumed, jumped) in zip(moments, answers, strict=True):
        frame = frame_at(ms, RATE)
        assert state == named(transport.state_at(slow, frame))
        assert same(fast, moved, transport.moved(slow, fast, frame)), ms
        for pause, again in zip(PAUSES, resumed, strict=True):
            expected = transport.resume(slow, frame, pause)
            assert same(slow, again["position"], expected.position), (ms, pause)
            assert (again["words"], again["place"]) == (expected.words, expected.place), (ms, pause)
        for command, position in zip(JUMPS, jumped, strict=True):
            assert same(slow, position, transport.jump(slow, slow, frame, command)), (ms, command)


def named(one: State | Command | Action) -> str:
    return one.name.lower()


def same(timeline: Timeline, position: dict[str, Any], expected: transport.Position) -> bool:
    """Tell whether two positions are one moment, which `expected` has in frames, and cut off the same sound."""
    ms = ms_at(expected.frame, RATE)
    return abs(position["ms"] - ms) <= 1 and left(timeline, position["ms"], position["finishCut"]) == left(
        timeline, ms, expected.finish_cut
    )


def left(timeline: Timeline, ms: int, finish_cut: bool) -> Event | None:
    """The sound of which no more is heard."""
    cut = sounding_at(timeline, ms)
    return cut if cut and cut.start_ms < ms and not finish_cut else None


_OBEY = """async ([state, ms, command]) => {
  const { player } = voiceguide;
  player.wanted = player.layout; // a speed that was asked for before is not meant any more
  if (state === "before") {
    player.halt();
    player.memory.put({ ms: 0 });
    await player.open(player.layout);
  } else {
    player.visit(state === "done" ? player.layout.duration : ms);
    if (state === "paused") player.obey("pause");
  }
  const before = player.state, from = player.ms;
  const buttons = [...document.querySelectorAll("footer .wide button, .steps button")];
  const pressable = buttons.filter((button) => !button.disabled && !button.hidden).map((button) => button.id);
  const action = player.obey(command);
  return { before, from, pressable, action, after: player.state, ms: player.ms, speed: player.wanted.speed };
}"""

ON_A_PAGE = {
    (State.DONE, Command.GO_ON): Action.BEGIN,
    (State.DONE, Command.TOGGLE): Action.BEGIN,
    (State.DONE, Command.READY): Action.BEGIN,
    (State.DONE, Command.SLOWER): Action.SPEED,
    (State.DONE, Command.FASTER): Action.SPEED,
}
"""What is otherwise than in the program, which is over when its session is: a page is still there."""


def led_to(action: Action, timeline: Timeline, frame: int, command: Command) -> Position | None:
    """Where an action goes on, as the program's rules have it; None for one that goes nowhere."""
    match action:
        case Action.BEGIN:
            return Position(0)
        case Action.GO_ON:
            return transport.resume(timeline, frame).position
        case Action.END_WAIT:
            return transport.end_of_wait(timeline, frame)
        case Action.JUMP:
            return transport.jump(timeline, timeline, frame, command)
        case _:
            return None


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_a_command_does_in_every_state_what_it_does_in_the_program(phone: Phone, job: ExportJob, state: State) -> None:
    """The page's player asked for everything, and where that leads to, by the program's own table."""
    timeline, table = job.timeline, {**transport.TABLE, **ON_A_PAGE}
    looked_for = State.HOLDING if state is State.PAUSED else state
    ms = next((ms for ms in range(0, timeline.duration_ms, 50) if state_at(timeline, ms + 50) is looked_for), 0) + 100
    for command in COMMANDS:
        done = phone.page.evaluate(_OBEY, [named(state), ms, named(command)])
        frame = frame_at(done["from"], RATE)
        action = table[state, command]
        assert (done["before"], done["action"]) == (named(state), named(action)), command
        if position := led_to(action, timeline, frame, command):
            to_ms = ms_at(position.frame, RATE)
            assert abs(done["ms"] - to_ms) <= 1
            assert done["after"] == named(state_at(timeline, to_ms))
        after = {named(to) for to in transport.LEADS_TO.get(action, (state,))}
        assert done["after"] in after or action is Action.END_WAIT, command
        faster = {Command.SLOWER: 0.95, Command.FASTER: 1.05}.get(command, 1.0)
        assert done["speed"] == (faster if action is Action.SPEED else 1.0)
        for button in ("toggle", "back", "repeat", "next"):
            does_something = table[state, Command[button.upper()]] is not Action.PASS
            assert (button in done["pressable"]) == does_something, (state, button)
        assert ("ready" in done["pressable"]) == (state is State.WAITING)


def state_at(timeline: Timeline, ms: int) -> State:
    return transport.state_at(timeline, frame_at(ms, RATE))


def test_the_page_is_handed_rules_for_all_that_can_be_asked_for() -> None:
    """A row that was forgotten would be a button that does nothing; one rule more would be one that nobody knows of."""
    assert OTHERWISE == ON_A_PAGE
    assert set(State) - set(STATES) == {State.LOST}
    assert set(Command) - set(COMMANDS) == {
        Command.LOUDER, Command.SOFTER, Command.LONGER, Command.EASE_OFF, Command.HOW_LONG, Command.OUTCRY, Command.STOP
    }  # fmt: skip


@pytest.mark.long
def test_a_page_s_keys_are_the_program_s(phone: Phone) -> None:
    """Who knows the one knows the other."""
    keys = phone.page.evaluate("voiceguide.KEYS")
    assert {key: KEYS["\r" if key == "Enter" else key] for key in keys} == {
        key: Command[command.upper()] for key, command in keys.items()
    }


@pytest.mark.long
def test_repeat_before_the_start_asks_whether_the_listener_is_ready(phone: Phone) -> None:
    """As in the program, where that is asked aloud; the next one begins."""
    phone.press("repeat")
    assert (phone.state, phone.text("words"), phone.text("live")) == ("before", *["When you are ready"] * 2)
    phone.key("n")
    assert (phone.state, phone.text("live")) == ("speaking", "")
    assert phone.logged("begin")["to"] == 0


_ASIDES = """([speed, moments]) => {
  const { layouts, player: { rules } } = voiceguide;
  const layout = layouts.find((one) => one.speed === speed);
  return moments.flatMap((ms) => [false, true].map((place) => {
    const aside = rules.aside(layout, { position: { ms, finishCut: false }, words: true, place });
    return (aside?.events ?? []).map(({ kind, clip, start, end }) => [kind, clip, start, end]);
  }));
}"""


@pytest.mark.long
def test_what_is_said_again_after_a_pause_is_what_the_program_says_again(phone: Phone, job: ExportJob) -> None:
    """In every interval, after ten seconds and after two minutes, word for word and at its moment."""
    plan, slow = job.session.plan, lay_out(job.session.plan, lengths(job, 0.7))
    intervals = [event for event in slow.events if not event.audible]
    answers = phone.page.evaluate(_ASIDES, [0.7, [event.start_ms for event in intervals]])
    clips = used([*layouts(job), *welcomes(job)])
    numbers = {words: number for number, (words, is_sound) in enumerate(clips) if not is_sound}
    for (event, place), answer in zip(product(intervals, (False, True)), answers, strict=True):
        aside = asides.resumed(plan, event.cue, place, words=True)
        said = lay_out(aside, lengths(job, 0.7, aside)).events if aside else ()
        assert answer == [[one.kind, numbers[one.text] if one.text else -1, one.start_ms, one.end_ms] for one in said]
    assert any(answers[::2])


@pytest.mark.long
def test_a_long_pause_gives_time_to_get_back_into_place(phone: Phone, job: ExportJob) -> None:
    """Who got up in a hold hears where it was, has ten seconds and the step's words, and all that was left of it."""
    hold = first(job.timeline, "hold")
    phone.play(hold.start_ms + 2_000, rate=1)
    pause(phone)
    place = phone.ms
    longer_ago(phone, transport.PLACE_AGAIN_MS)
    phone.press("toggle")
    assert (phone.state, phone.ms) == ("speaking", place)
    expected = "You are at: Press, left. Get back into place."
    assert (phone.text("words"), phone.text("live")) == (expected, "")
    phone.page.evaluate(f"voiceguide.player.audio.playbackRate = {QUICK}")
    phone.until("voiceguide.player.state === 'settling'")
    phone.until(f"document.getElementById('live').textContent === '{expected}'")
    assert (phone.text("words"), phone.text("doing"), phone.ms) == (expected, "Settle", place)
    phone.until("voiceguide.player.state === 'speaking'")
    phone.until("document.getElementById('words').textContent.startsWith('Press with')")
    assert phone.text("live") == ""
    phone.until("voiceguide.player.state === 'holding'")
    phone.until_ms(hold.end_ms + 10)
    at, length, [settle] = phone.page.evaluate(
        "(({ at, duration, events }) => [at, duration, events.filter(({ kind }) => kind === 'settle')])"
        "(voiceguide.player.aside)"
    )
    plain, again = phone.samples(1.0), phone.samples(1.0, "omitted", "aside")
    cut, settles, settled, later = (frame_at(at + ms, RATE) for ms in (0, settle["start"], settle["end"], length))
    assert at == place
    assert np.array_equal(again[:cut], plain[:cut])
    assert again[cut:settles].any()
    assert not again[settles:settled].any()
    assert again[settled:later].any()
    assert np.array_equal(again[later:], plain[cut:])


@pytest.mark.long
def test_a_pause_before_the_session_is_heard_again_is_still_the_same_pause(phone: Phone, job: ExportJob) -> None:
    """Who needs yet another moment to get into place gets all of it again, at whatever speed; a jump does without."""
    phone.play(first(job.timeline, "hold").start_ms + 2_000, rate=1)
    pause(phone)
    place = phone.ms
    longer_ago(phone, transport.PLACE_AGAIN_MS)
    for _ in range(2):
        phone.press("toggle")
        assert (phone.state, phone.ms) == ("speaking", place)
        pause(phone)
        phone.reload()
    phone.press("toggle")
    phone.slide(0.6)
    assert phone.page.evaluate("voiceguide.player.returning")
    phone.press("next")
    assert phone.page.evaluate("voiceguide.player.aside") is None
    assert phone.state == "speaking"


def pause(phone: Phone) -> None:
    phone.press("toggle")
    phone.until("voiceguide.player.state === 'paused'")


def longer_ago(phone: Phone, ms: int) -> None:
    """As if the pause had begun earlier."""
    phone.page.evaluate("ms => { voiceguide.player.since -= ms; voiceguide.player.keep(); }", ms)


def test_what_is_played_is_the_timeline(phone: Phone, job: ExportJob) -> None:
    """From the first word to the end: everything is said and held, in order and at its moment."""
    phone.play(rate=QUICK)
    phone.until("voiceguide.player.state === 'done'")
    begin, *log, end = phone.log
    assert (begin["what"], end["what"]) == ("begin", "end")
    assert [(entry["what"], entry["start"], entry["end"]) for entry in log] == [
        (event.kind, event.start_ms, event.end_ms) for event in job.timeline.events
    ]
    assert all(0 <= entry["at"] - entry["start"] < 250 * QUICK for entry in log)
    assert abs(end["at"] - job.timeline.duration_ms) <= 50
    assert phone.text("live") == "Finished"


@pytest.mark.long
def test_words_that_a_pause_cuts_are_said_again_and_a_hold_goes_on_where_it_was(phone: Phone, job: ExportJob) -> None:
    """As in the player: no half sentences, and no hold that is longer or shorter than it is."""
    said, hold = first(job.timeline, "say", 4), first(job.timeline, "hold")
    phone.play(said.start_ms + 300)
    phone.press("toggle")
    phone.until("voiceguide.player.state === 'paused'")
    assert phone.text("live") == "Paused"
    phone.press("toggle")
    assert phone.logged("go on")["to"] == said.start_ms
    phone.play(hold.start_ms + 2_000)
    phone.key("Space")
    phone.until("voiceguide.player.state === 'paused'")
    paused_at = phone.logged("pause")["at"]
    phone.key("Space")
    assert phone.logged("go on")["to"] == paused_at
    phone.until("voiceguide.player.running")
    assert paused_at <= phone.ms < paused_at + 2_000
    assert int(phone.text("figure")) == -(-(hold.end_ms - phone.ms) // 1000)


@pytest.mark.long
def test_an_announcement_that_a_pause_cuts_is_left_at_that(phone: Phone, job: ExportJob) -> None:
    """Inside a hold, time is not to be had for saying it again, and half of it would be odd."""
    stay = first(job.timeline, "hold", 2)
    said = next(event for event in job.timeline.events if event.cue == stay.cue and event.kind == "say")
    phone.play(said.start_ms + 600)
    phone.press("toggle")
    phone.until("voiceguide.player.state === 'paused'")
    phone.press("toggle")
    assert phone.page.evaluate("voiceguide.player.omitted.start") == said.start_ms
    phone.press("repeat")
    assert phone.page.evaluate("voiceguide.player.omitted") is None


@pytest.mark.long
def test_next_back_and_repeat_go_by_steps(phone: Phone, job: ExportJob) -> None:
    """Buttons, keys and a headset's buttons mean what they mean in the program."""
    steps = {event.where.step: event.start_ms for event in reversed(job.timeline.events)}
    starts = [steps[step] for step in sorted(steps)]
    phone.play(starts[3] + 1_000)
    phone.press("next")
    assert phone.logged("next")["to"] == starts[4]
    phone.key("n")
    assert phone.logged("next")["to"] == starts[5]
    phone.key("b")
    assert phone.logged("back")["to"] == starts[4]
    phone.press("back")
    assert phone.logged("back")["to"] == starts[3]
    phone.press("repeat")
    assert phone.logged("repeat")["to"] == starts[3]
    phone.play(job.timeline.duration_ms - 500)
    phone.press("next")
    assert phone.state == "done"


@pytest.mark.long
def test_the_slider_moves_the_words_and_leaves_the_time_that_was_spent(phone: Phone, job: ExportJob) -> None:
    """In the middle of a hold, what is left of it is left; in the middle of words, they begin again."""
    slow = {timeline.speed: timeline for timeline in layouts(job)}[0.6]
    hold = first(job.timeline, "hold")
    phone.play(hold.start_ms + 1_000)
    phone.slide(0.6)
    changed = phone.logged("speed")
    assert changed["to"] - first(slow, "hold").start_ms == changed["at"] - hold.start_ms
    phone.until("voiceguide.player.running")
    assert phone.text("speedShown") == "0.60 ×"
    said = first(slow, "say", 3)
    phone.play(said.start_ms + 200)
    phone.slide(1.0)
    assert phone.logged("speed")["to"] == job.timeline.starts_ms[said.cue]


@pytest.mark.long
def test_a_reload_goes_on_at_the_place_and_at_the_speed(phone: Phone, job: ExportJob) -> None:
    """A phone throws away pages that it thinks nobody looks at."""
    phone.slide(1.25)
    phone.play(20_000, rate=1)
    phone.until_ms(20_500)
    left_at = phone.ms
    phone.reload()
    assert phone.state == "paused"
    assert left_at <= phone.ms < left_at + 2_000
    assert phone.page.evaluate("voiceguide.player.layout.speed") == 1.25
    place = phone.ms
    phone.press("toggle")
    phone.until("voiceguide.player.running")
    assert phone.logged("go on")["to"] <= place


@pytest.mark.long
def test_a_wait_ends_when_the_listener_is_ready_or_by_itself(phone: Phone, job: ExportJob) -> None:
    """The button is there as long as the wait is, and the tick that ends it is heard."""
    wait = first(job.timeline, "wait")
    assert not phone.page.is_visible("#ready")
    phone.play(wait.start_ms + 500)
    phone.page.wait_for_selector("#ready", state="visible")
    phone.until("document.getElementById('live').textContent === 'When you are ready'")
    phone.press("ready")
    assert phone.logged("ready")["to"] == wait.end_ms
    phone.page.wait_for_selector("#ready", state="hidden")
    phone.play(wait.end_ms - 400, rate=1)
    phone.until_ms(wait.end_ms + 100)
    assert phone.logged("chime")["start"] == wait.end_ms


@pytest.mark.long
def test_the_chapters_are_buttons(phone: Phone, job: ExportJob) -> None:
    """Their moments are those of the speed that is played."""
    phone.page.click("summary")
    buttons = phone.page.locator("#list button")
    assert [text.split("\n")[0] for text in buttons.all_inner_texts()] == [
        chapter.title for chapter in job.timeline.chapters
    ]
    buttons.nth(2).click()
    assert phone.logged("visit")["to"] == job.timeline.chapters[2].start_ms
    phone.until("document.getElementById('chapter').textContent === 'Wait'")
    assert buttons.nth(2).get_attribute("aria-current") == "true"


_SPY = """const actions = (window.lockScreen = {});
const set = MediaSession.prototype.setActionHandler;
MediaSession.prototype.setActionHandler = function (action, does) {
  actions[action] = does;
  set.call(this, action, does);
};
"""


def test_the_lock_screen_knows_the_session_and_its_buttons_do_what_they_say(
    browser: Browser, file: Path, job: ExportJob
) -> None:
    """A phone in a pocket is asked by its headset. Its buttons can't be pressed from here: what they call is called."""
    phone = Phone(browser)
    phone.page.add_init_script(_SPY)
    phone.open(file)
    phone.play(first(job.timeline, "wait").start_ms + 300)
    phone.page.evaluate("lockScreen.nexttrack()")
    assert phone.logged("ready")["to"] == first(job.timeline, "wait").end_ms
    phone.page.evaluate("lockScreen.pause()")
    phone.until("navigator.mediaSession.playbackState === 'paused'")
    phone.page.evaluate("lockScreen.play()")
    phone.until("navigator.mediaSession.playbackState === 'playing'")
    shown = phone.page.evaluate("[navigator.mediaSession.metadata.title, navigator.mediaSession.metadata.artist]")
    assert shown == ["Wait", "Short"]
    phone.context.close()


def test_no_request_leaves_the_page(phone: Phone) -> None:
    """It works on an aeroplane, and tells nobody what somebody's back needs: its policy forbids even to try."""
    phone.play(rate=QUICK)
    phone.until_ms(5_000)
    assert [url for url in phone.requests if not url.startswith(("file:", "blob:", "data:"))] == []
    assert len([url for url in phone.requests if url.startswith("file:")]) == 1
    assert phone.page.evaluate("fetch('https://example.org').then(() => 'sent', () => 'refused')") == "refused"
    assert all("Content Security Policy" in complaint or "example.org" in complaint for complaint in phone.complaints)
    phone.complaints.clear()


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)> & “quotes” \" '",
    "$& \\1 <!-- <script",
]


@pytest.mark.long
@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_only_text(browser: Browser, tmp_path: Path, title: str) -> None:
    """A script from anywhere must not be able to put a program into the page."""
    parsed = parse(f"---\ntitle: {json.dumps(title)}\n---\n\nLie down. [rest 1s]\n", "hostile.md")
    session = open_session(parsed, voice=HummingVoice())
    phone = Phone(browser)
    phone.open(written(ExportJob(session, session.timeline(1.0), ExportOptions("html")), tmp_path))
    assert phone.page.title() == " ".join(title.split())
    assert phone.page.inner_text("h1") == title
    assert phone.page.locator("script").count() == 1
    assert phone.complaints == []
    phone.context.close()


def test_what_looks_like_a_part_of_the_page_is_text() -> None:
    """A title that names a part of the template must not pull it in a second time."""
    assert filled("{{title}} {{session}}", {"title": "{{session}}", "session": "{{title}}"}) == "{{session}} {{title}}"
    assert harmless("</script>&<!--") == '"\\u003c/script\\u003e\\u0026\\u003c!--"'


@pytest.mark.long
def test_it_plays_where_nothing_can_be_kept(browser: Browser, file: Path) -> None:
    """Some browsers forbid a file that was opened to keep anything; then it only forgets."""
    phone = Phone(browser)
    phone.page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    phone.open(file)
    phone.play(3_000)
    phone.page.click("#look")
    phone.reload()
    assert phone.state == "before"
    assert phone.complaints == []
    phone.context.close()


@pytest.mark.long
def test_every_button_has_a_name_and_can_be_reached_by_keys(phone: Phone) -> None:
    """Somebody who doesn't see the page gets around in it."""
    phone.play(3_000)
    named = "(one) => one.ariaLabel || one.innerText || one.hidden || one.closest('details')"
    assert phone.page.evaluate(f"[...document.querySelectorAll('button')].every({named})")
    reached = []
    for _ in range(8):
        phone.key("Tab")
        reached.append(phone.page.evaluate("document.activeElement.id || document.activeElement.localName"))
    assert reached[:7] == ["look", "toggle", "back", "repeat", "next", "speed", "summary"]
    assert phone.page.get_attribute("#live", "aria-live") == "polite"
    assert phone.page.get_attribute("#speed", "aria-valuetext") == "1.00 ×"


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_everything_stands_out_from_its_ground(browser: Browser, file: Path, scheme: str) -> None:
    """At least 4.5 to 1, in both looks, and the slider and the bar 3 to 1."""
    phone = Phone(browser, color_scheme=scheme)
    phone.open(file)
    names = ("ground", "raised", "pressed", "words", "quiet", "accent", "on-accent")
    style = "name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()"
    color = {name: phone.page.evaluate(style, name) for name in names}
    for ground in ("ground", "raised", "pressed"):
        assert contrast(color["words"], color[ground]) >= 7
        assert contrast(color["quiet"], color[ground]) >= 4.5
        assert contrast(color["accent"], color[ground]) >= 4.5
    assert contrast(color["on-accent"], color["accent"]) >= 4.5
    phone.context.close()


def contrast(one: str, other: str) -> float:
    """As WCAG reckons it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_a_session_that_is_too_long_for_a_phone_is_refused(job: ExportJob) -> None:
    """A page that a phone can't open would be found out about on the floor."""
    long = replace(job, timeline=replace(job.timeline, duration_ms=91 * MINUTE))
    with pytest.raises(ExportError, match=r"at most 90m.*MP3"):
        page.write(long, no_progress, BytesIO())


def test_a_bed_is_refused_in_words(tmp_path: Path) -> None:
    """Rain that was asked for and doesn't come would be searched for on the phone."""
    path = tmp_path / "short.html"
    done = CliRunner().invoke(
        program, ["export", "foam-roller", "-o", str(path), "--voice", "hum", "--bed", "rain"], prog_name="voiceguide"
    )
    assert (done.exit_code, done.stderr) == (1, "voiceguide: a page has no bed; leave --bed out, or export an MP3\n")
    assert not path.exists()


@pytest.mark.parametrize("language", ["en", "es", "de", "fr"])
def test_the_buttons_speak_the_session_s_language(hummed: MakeSession, tmp_path: Path, language: str) -> None:
    """A Spanish session with English buttons is for nobody; and every word of the table is used."""
    session = hummed(f"---\nlanguage: {language}\n---\n\n# T\n\nA. [rest 1s]\n")
    page = written(ExportJob(session, session.timeline(1.0), ExportOptions("html")), tmp_path)
    text = page.read_text("utf-8")
    assert f'<html lang="{language}">' in text
    assert {"en": "Repeat", "es": "Repetir", "de": "Noch einmal", "fr": "Répéter"}[language] in text
    assert not re.search(r"\{\{\w+\}\}", text)


@pytest.mark.voice
@pytest.mark.long
def test_a_page_of_all_techniques_is_small(tmp_path: Path) -> None:
    """It has to go through a messenger, and into a phone's memory."""
    with open_session(["hands", "massage-balls", "foam-roller"], Options(voice="gmw/en")) as session:
        job = ExportJob(session, session.timeline(), ExportOptions("html"))
        actual = written(job, tmp_path).stat().st_size
    assert actual < 3_000_000
    assert actual < page.size(job) * 1.1
