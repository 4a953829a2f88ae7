"""What must always be true of a timeline, for whole random scripts at any speed."""

from __future__ import annotations

import itertools
import wave
from functools import cache
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import scripts
from voiceguide import sounds
from voiceguide.clip import FRAME_BYTES, RATE, Clip
from voiceguide.export import wav
from voiceguide.listing import data, table
from voiceguide.moments import SECOND, frame_at
from voiceguide.plan import Interval, Plan, Say, make_plan
from voiceguide.render import render, total_frames
from voiceguide.script import parse
from voiceguide.timeline import Event, Lengths, Timeline, lay_out
from voiceguide.voices.hum import hum

SPEEDS = st.sampled_from([0.5, 0.7, 1.0, 1.5, 2.0])
hum = cache(hum)


class Hummed:
    """A random script, laid out at a speed."""

    def __init__(self, text: str, speed: float) -> None:
        self.script = parse(text, "random.md")
        self.plan: Plan = make_plan(self.script)
        self.speed = speed
        self.sounds = sounds.load(self.plan.sounds)
        self.timeline = self.laid_out(speed)

    def laid_out(self, speed: float) -> Timeline:
        lines = {line: hum(line, speed).ms for line in self.plan.lines}
        return lay_out(self.plan, Lengths(lines, {name: clip.ms for name, clip in self.sounds.items()}), "hum", speed)

    def clip(self, event: Event) -> Clip:
        return self.sounds[event.sound] if event.sound else hum(event.text or "", self.speed)

    def rendered(self, start: int = 0) -> bytes:
        return b"".join(render(self.timeline, self.clip, start))


def intervals(timeline: Timeline) -> list[tuple[str, int]]:
    return [(event.kind, event.end_ms - event.start_ms) for event in timeline.events if not event.audible]


@settings(deadline=None)
@given(scripts(), SPEEDS)
def test_a_hold_is_as_long_as_the_script_says(text: str, speed: float) -> None:
    """Neither the words inside it nor their speed may change a dose, by as little as a frame."""
    hummed = Hummed(text, speed)
    assert intervals(hummed.timeline) == [(cue.kind, cue.ms) for cue in hummed.plan.cues if isinstance(cue, Interval)]
    for event in hummed.timeline.events:
        if event.kind == "hold":
            frames = frame_at(event.end_ms, RATE) - frame_at(event.start_ms, RATE)
            assert abs(frames - (event.end_ms - event.start_ms) * RATE / 1000) < 1


@settings(deadline=None)
@given(scripts(), SPEEDS)
def test_an_interval_begins_when_the_words_have_ended(text: str, speed: float) -> None:
    """Somebody who is still listening isn't holding yet."""
    hummed = Hummed(text, speed)
    for event in hummed.timeline.events:
        if not event.audible:
            before = [other for other in hummed.timeline.events if other.audible and other.cue < event.cue]
            assert all(other.end_ms <= event.start_ms for other in before)


@settings(deadline=None)
@given(scripts(), SPEEDS)
def test_sounds_never_overlap_and_words_are_whole(text: str, speed: float) -> None:
    """One voice at a time, and every word that is not an announcement is there, safety lines above all."""
    hummed = Hummed(text, speed)
    audible = [event for event in hummed.timeline.events if event.audible]
    for before, after in itertools.pairwise(audible):
        assert before.end_ms <= after.start_ms
    said = [event.text for event in audible if event.kind == "say" and not event.inside]
    assert said == [cue.text for cue in hummed.plan.cues if isinstance(cue, Say)]
    for event in audible:
        assert hummed.clip(event).frames <= frame_at(event.end_ms, RATE) - frame_at(event.start_ms, RATE)


@settings(deadline=None)
@given(scripts(), SPEEDS)
def test_a_count_is_over_when_the_hold_is(text: str, speed: float) -> None:
    """“One” ends with the hold, and the numbers come a second apart; ten seconds left are ten seconds left."""
    hummed = Hummed(text, speed)
    holds = {event.cue: event for event in hummed.timeline.events if event.kind == "hold"}
    for event in hummed.timeline.events:
        end = holds[event.cue].end_ms if event.cue in holds else 0
        match event.text:
            case "One." if event.inside:
                assert event.end_ms == end
                assert [
                    other.text for other in hummed.timeline.events if other.cue == event.cue and _near(other, event)
                ] == [
                    "Three.",
                    "Two.",
                    "One.",
                ]
            case "Ten seconds left." if event.inside:
                assert event.end_ms == end - 10 * SECOND


def _near(other: Event, one: Event) -> bool:
    return other.kind == "say" and one.start_ms - other.start_ms in {0, SECOND, 2 * SECOND}


@settings(deadline=None, max_examples=30)
@given(scripts(), SPEEDS, st.floats(0, 1))
def test_rendering_from_anywhere_is_the_tail_of_the_whole(text: str, speed: float, part: float) -> None:
    """Seeking and playing through give the same sound, and the file is as long as the timeline says."""
    hummed = Hummed(text, speed)
    whole = hummed.rendered()
    assert len(whole) == total_frames(hummed.timeline) * FRAME_BYTES
    start = int(total_frames(hummed.timeline) * part)
    assert hummed.rendered(start) == whole[start * FRAME_BYTES :]


@settings(deadline=None, max_examples=30)
@given(scripts(), SPEEDS)
def test_the_same_script_gives_the_same_bytes(text: str, speed: float) -> None:
    """Nothing random, no clock and no order of sets gets into a file."""
    files = []
    for _ in range(2):
        hummed = Hummed(text, speed)
        file = BytesIO()
        wav.write(hummed.timeline, render(hummed.timeline, hummed.clip), file)
        files.append((file.getvalue(), table(hummed.timeline)))
    assert files[0] == files[1]
    with wave.open(BytesIO(files[0][0])) as opened:
        assert opened.getnframes() == total_frames(hummed.timeline)


@settings(deadline=None)
@given(scripts(), SPEEDS)
def test_every_event_knows_its_line(text: str, speed: float) -> None:
    """A complaint about any moment of a session leads back to the script; the listing is sorted and in chapters."""
    hummed = Hummed(text, speed)
    lines = text.split("\n")
    shown = data(hummed.timeline)
    assert [event["start_ms"] for event in shown["events"]] == sorted(event["start_ms"] for event in shown["events"])
    for event in shown["events"]:
        assert event["file"] == "random.md"
        assert 1 <= event["line"] <= len(lines)
        chapter = shown["chapters"][event["chapter"]]
        assert chapter["start_ms"] <= event["start_ms"] <= event["end_ms"] <= chapter["end_ms"]
    edges = [(chapter["start_ms"], chapter["end_ms"]) for chapter in shown["chapters"]]
    assert [start for start, _ in edges] == [0, *(end for _, end in edges[:-1])]
    assert edges[-1][1] == shown["duration_ms"]
