"""What must always be true of a timeline, for whole random scripts, at any speed and whatever the listener chooses."""

from __future__ import annotations

import itertools
import wave
from io import BytesIO
from math import prod
from typing import cast

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from support.examples import share
from support.hummed import Hummed, lengths
from support.random_scripts import CHOICES, scripts
from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.base.moments import SECOND, frame_at
from voiceguide.base.progress import no_progress
from voiceguide.export import wav
from voiceguide.export.job import ExportJob, ExportOptions
from voiceguide.export.listing import data, table
from voiceguide.plan import Choices, Interval, Plan, Say, make_plan
from voiceguide.plan.fit import Values, fit, fits, ranges
from voiceguide.script import Caution, Item, parse
from voiceguide.session.render import total_frames
from voiceguide.session.session import Session
from voiceguide.timeline import FASTER, Event, Timeline, lay_out
from voiceguide.voices.hum import hum_frames

SPEEDS = st.sampled_from([0.5, 0.7, 1.0, 1.5, 2.0])


def cautions(items: tuple[Item, ...]) -> list[str]:
    """Every safety line in the items and below them."""
    found = [[item.words] if isinstance(item, Caution) else cautions(item.items) for item in items]
    return [words for below in found for words in below]


def doses(plan: Plan) -> list[int]:
    return [cue.ms for cue in plan.cues if isinstance(cue, Interval) and cue.kind == "hold"]


def intervals(timeline: Timeline) -> list[tuple[str, int]]:
    return [(event.kind, event.end_ms - event.start_ms) for event in timeline.events if not event.audible]


@given(scripts(), SPEEDS, CHOICES)
def test_a_hold_is_as_long_as_the_script_says(text: str, speed: float, choices: Choices) -> None:
    """Neither the words inside it nor their speed nor pace or guidance may change a dose, by as little as a frame."""
    hummed = Hummed(text, speed, choices)
    plain = make_plan(hummed.script, choices=Choices(dose=choices.dose))
    assert doses(hummed.plan) == doses(plain)
    assert intervals(hummed.timeline) == [(cue.kind, cue.ms) for cue in hummed.plan.cues if isinstance(cue, Interval)]
    for event in hummed.timeline.events:
        if event.kind == "hold":
            frames = frame_at(event.end_ms, RATE) - frame_at(event.start_ms, RATE)
            assert abs(frames - (event.end_ms - event.start_ms) * RATE / 1000) < 1


@given(scripts(), SPEEDS, CHOICES)
def test_an_interval_begins_when_the_words_have_ended(text: str, speed: float, choices: Choices) -> None:
    """Somebody who is still listening isn't holding yet."""
    hummed = Hummed(text, speed, choices)
    over = 0
    for event in sorted(hummed.timeline.events, key=lambda event: (event.cue, event.audible)):
        if event.audible:
            over = max(over, event.end_ms)
        else:
            assert over <= event.start_ms


@given(scripts(), SPEEDS, CHOICES)
def test_sounds_never_overlap_and_words_are_whole(text: str, speed: float, choices: Choices) -> None:
    """One voice at a time, and every word that is not an announcement is there, safety lines above all."""
    hummed = Hummed(text, speed, choices)
    audible = [event for event in hummed.timeline.events if event.audible]
    for before, after in itertools.pairwise(audible):
        assert before.end_ms <= after.start_ms
    said = [event.text for event in audible if event.kind == "say" and not event.inside]
    assert said == [cue.text for cue in hummed.plan.cues if isinstance(cue, Say)]
    spoken = " ".join(text for text in said if text)
    assert all(words in spoken for words in cautions((*hummed.script.opening, *hummed.script.parts)))
    for event in audible:
        speed_here = speed * FASTER if event.faster else speed
        frames = hummed.sounds[event.sound].frames if event.sound else hum_frames(event.text or "", speed_here)
        assert frames <= frame_at(event.end_ms, RATE) - frame_at(event.start_ms, RATE)


@given(scripts(), SPEEDS, CHOICES)
def test_a_count_is_over_when_the_hold_is(text: str, speed: float, choices: Choices) -> None:
    """“One” ends with the hold, and the numbers come a second apart; ten seconds left are ten seconds left."""
    hummed = Hummed(text, speed, choices)
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


@given(scripts(), SPEEDS, CHOICES)
def test_every_announcement_is_said_or_accounted_for(text: str, speed: float, choices: Choices) -> None:
    """What doesn't fit is told of; and only words that the author asked for are worth a warning."""
    hummed = Hummed(text, speed, choices)
    said = [(event.cue, event.text) for event in hummed.timeline.events if event.kind == "say" and event.inside]
    for index, cue in enumerate(hummed.plan.cues):
        if not isinstance(cue, Interval):
            continue
        for announcement in cue.announcements:
            told = any(
                decision.cue == index and decision.text == " ".join(announcement.words)
                for decision in hummed.timeline.decisions
            )
            assert told or all((index, word) in said for word in announcement.words)
    asked = {cue.where.place.line for cue in hummed.plan.cues if isinstance(cue, Interval) and cue.announcements}
    assert {decision.place.line for decision in hummed.timeline.decisions if decision.warning} <= asked


@settings(max_examples=share(0.4))
@given(scripts(), st.floats(0.1, 2.5), st.sampled_from([30, 200]))
def test_a_session_is_fitted_as_near_as_its_ranges_allow(text: str, share: float, tries: int) -> None:
    """A total time is met within two per cent, or no other combination of repeats would have met it."""
    script = parse(text, "random.md")
    found = list(ranges([script]))
    assume(found)

    def duration_of(values: Values) -> int:
        plan = make_plan(script, choices=Choices(fitted=values))
        return lay_out(plan, lengths(plan, 1.0)).duration_ms

    target = int(duration_of({}) * share)
    values = fit([script], target, duration_of, tries)
    assert all(one.low <= values[one.place] <= one.high for one in found)
    if fits(duration_of(values), target):
        return
    repeats, ends = [one for one in found if one.unit == 1], ("low", "high")
    assume(prod(one.units + 1 for one in repeats) <= 80)
    for counts in itertools.product(*(range(one.units + 1) for one in repeats)):
        fixed = {one.place: one.value(count) for one, count in zip(repeats, counts, strict=True)}
        shortest, longest = (
            duration_of({**fixed, **{one.place: getattr(one, end) for one in found if one.unit != 1}}) for end in ends
        )
        assert not fits(shortest, target)
        assert not fits(longest, target)


def _near(other: Event, one: Event) -> bool:
    return other.kind == "say" and one.start_ms - other.start_ms in {0, SECOND, 2 * SECOND}


@settings(max_examples=share(0.15))
@given(scripts(), SPEEDS, CHOICES, st.floats(0, 1))
def test_rendering_from_anywhere_is_the_tail_of_the_whole(
    text: str, speed: float, choices: Choices, part: float
) -> None:
    """Seeking and playing through give the same sound, and the file is as long as the timeline says."""
    hummed = Hummed(text, speed, choices)
    whole = hummed.rendered()
    assert len(whole) == total_frames(hummed.timeline) * FRAME_BYTES
    start = int(total_frames(hummed.timeline) * part)
    assert hummed.rendered(start) == whole[start * FRAME_BYTES :]


@settings(max_examples=share(0.3))
@given(scripts(), SPEEDS, CHOICES)
def test_the_same_script_gives_the_same_bytes(text: str, speed: float, choices: Choices) -> None:
    """Nothing random, no clock and no order of sets gets into a file."""
    files = []
    for _ in range(2):
        hummed = Hummed(text, speed, choices)
        file = BytesIO()
        job = ExportJob(cast(Session, hummed), hummed.timeline, ExportOptions(loudness_lufs=None))
        wav.write(job, no_progress, file)
        files.append((file.getvalue(), table(hummed.timeline)))
    assert files[0] == files[1]
    with wave.open(BytesIO(files[0][0])) as opened:
        assert opened.getnframes() == total_frames(hummed.timeline)


@given(scripts(), SPEEDS, CHOICES)
def test_every_event_knows_its_line(text: str, speed: float, choices: Choices) -> None:
    """A complaint about any moment of a session leads back to the script; the listing is sorted and in chapters."""
    hummed = Hummed(text, speed, choices)
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
