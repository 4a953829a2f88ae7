"""What is taken out of the microphone's sound, what is left of it, and who is noticed in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from support.needed import need
from support.room import echoed, level_db, pcm, speechlike
from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear import RATE, extra, own_words


@pytest.fixture
def _the_extra_is_there() -> None:
    need(extra.missing(), "it comes with the extra ‘listen’")


def through(mic: Any, played: Any, portion: int = 1_323) -> list[Any]:
    """The blocks that are left of what the microphone hears while something is played."""
    from voiceguide.ear.canceller import BLOCK
    from voiceguide.ear.echo import LATE_BLOCKS, Echo

    echo, handed, blocks = Echo(), 0, []
    mic = np.append(mic, np.zeros(BLOCK * LATE_BLOCKS, np.float32))
    for start in range(0, mic.size - BLOCK + 1, BLOCK):
        while handed / PLAYED_RATE <= start / RATE and handed < played.size:
            echo.played(pcm(played[handed : handed + portion]), ("A line.",))
            handed += portion
        blocks.append(echo.removed(mic[start : start + BLOCK]))
    return blocks[LATE_BLOCKS:]


@pytest.mark.parametrize(
    ("late_seconds", "ppm"),
    [
        (0.0, 0.0),
        (0.2, 100.0),
        *(pytest.param(*path, marks=pytest.mark.long) for path in ((0.17, 0.0), (0.5, 0.0), (0.2, -60.0))),
    ],
    ids=str,
)
def test_an_echo_is_taken_out_however_late_it_is_and_by_whatever_clock(late_seconds: float, ppm: float) -> None:
    """Two devices have two clocks, and a wireless loudspeaker is half a second behind."""
    played = speechlike(40)
    mic = echoed(played, late_seconds, ppm)
    left = np.concatenate([block.samples for block in through(mic, played)])
    last = slice(30 * RATE, 39 * RATE)
    assert level_db(left[last]) < level_db(mic[last]) - 15


@pytest.mark.long
def test_a_loudspeaker_that_gives_way_is_taken_out_as_well() -> None:
    """Small ones do, at their loudest: what they add to the sound is an echo, too."""
    played = speechlike(30)
    mic = echoed(np.tanh(played * 6) / 6, 0.17)
    left = np.concatenate([block.samples for block in through(mic, played)])
    last = slice(20 * RATE, 29 * RATE)
    assert level_db(left[last]) < level_db(mic[last]) - 20


def test_without_an_echo_nothing_is_touched_and_nothing_is_suspected() -> None:
    """Whoever wears headphones is heard as in silence, though the guide is talking all the time."""
    played, mic = speechlike(20), speechlike(20, seed=1, rate=RATE)
    blocks = through(mic, played)
    left = np.concatenate([block.samples for block in blocks])
    assert np.array_equal(left[10 * RATE :], mic[10 * RATE : left.size])
    assert all(block.listener == 1 for block in blocks[10 * 50 :])


def test_while_nothing_is_played_every_sample_stays_as_it_is() -> None:
    """In a silent hold the ear is as good as a recognizer by itself."""
    mic = speechlike(5, rate=RATE)
    left = np.concatenate([block.samples for block in through(mic, np.zeros(5 * PLAYED_RATE, np.float32))])
    assert np.array_equal(left, mic[: left.size])


@pytest.mark.long
def test_who_talks_over_the_echo_is_told_from_it() -> None:
    """What is left of the echo must not pass for a listener, nor a listener for the echo."""
    played = speechlike(40)
    echo = echoed(np.tanh(played * 6) / 6, 0.17)  # a loudspeaker that is driven hard
    talk = speechlike(40, seed=1, rate=RATE) * (np.arange(40 * RATE) > 35 * RATE)
    blocks = through(echo + talk[: echo.size], played)

    def heard(blocks: list[Any]) -> Any:
        return np.mean([block.power * block.listener for block in blocks])

    only_echo, both = blocks[20 * 50 : 34 * 50], blocks[36 * 50 : 39 * 50]
    assert heard(both) > 30 * heard(only_echo)


def test_lines_are_known_as_long_as_they_may_be_heard() -> None:
    """An echo comes late, and a room keeps it; afterwards the same words are the listener's."""
    played = np.concatenate([speechlike(2), np.zeros(PLAYED_RATE * 4, np.float32)])
    from voiceguide.ear.echo import LONGEST_ECHO_BLOCKS, Echo

    echo, silence, said = Echo(), np.zeros(RATE // 50, np.float32), []
    for start in range(0, played.size, PLAYED_RATE // 50):
        echo.played(pcm(played[start : start + PLAYED_RATE // 50]), ("Stop at once.",) if start < PLAYED_RATE else ())
        said.append(bool(echo.removed(silence).says))
    assert all(said[2 : 40 + LONGEST_ECHO_BLOCKS])
    assert not any(said[60 + LONGEST_ECHO_BLOCKS :])


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("Stop at once if it hurts.", "stop"),
        ("Take the next step.", "stop"),
        ("Ease off, slowly.", "ease off"),
        ("Let it go.", "let go"),
        ("Ten seconds left.", "ten more seconds"),
        ("Put your weight on it.", "wait"),
        ("Roll onto your back.", "go back"),
        ("Say “pause”, or “go on”.", "go on"),
    ],
)
def test_what_sounds_like_the_guide_may_be_the_guide(line: str, phrase: str) -> None:
    """Through a loudspeaker and a room, “step” is easily heard as “stop”."""
    assert own_words.says(line, phrase)


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("Press gently.", "pause"),
        ("Hold for ten seconds.", "pause"),
        ("Roll slowly up and down.", "stop"),
        ("Let your hips sink.", "let go"),
        ("Lie on your left side.", "next"),
        ("Just hold it.", "wait"),
    ],
)
def test_other_words_of_the_guide_take_no_command_away(line: str, phrase: str) -> None:
    """The guide talks much of the time, and a listener in pain has to be heard."""
    assert not own_words.says(line, phrase)


def attended(levels: list[float], *, over: bool = True, keyword: bool = False) -> Any:
    """The attention after these levels, in dBFS, a block each, over noise of -60 dBFS."""
    from voiceguide.ear.attention import Attention

    attention = Attention()
    for level in levels:
        attention.feed(level, -60.0, over=over, keyword=keyword)
    return attention


QUIET, TALK, SHOUT = -65.0, -23.0, -12.0


def test_somebody_who_talks_over_the_guide_is_noticed_within_a_quarter_of_a_second() -> None:
    """The sooner the guide lowers its voice, the more of the command stands in the clear."""
    assert not attended([QUIET] * 50 + [TALK] * 5).talking
    assert attended([QUIET] * 50 + [TALK] * 12).talking
    assert not attended([QUIET] * 50 + [TALK] * 12, over=False).talking


def test_a_knock_is_nobody() -> None:
    """Somebody who rolls on the floor isn't quiet."""
    assert not attended(([QUIET] * 20 + [TALK] * 4) * 20).talking


def test_the_guide_comes_back_and_is_not_interrupted_by_every_sentence() -> None:
    """Other people in the room talk all the time; they lower the guide's voice once in five minutes at most."""
    from voiceguide.ear.attention import Attention

    attention, began, before = Attention(), 0, False
    for _ in range(60):
        for level in [TALK] * 150 + [QUIET] * 100:
            attention.feed(level, -60.0, over=True)
            began += attention.talking and not before
            before = attention.talking
    assert not attended([TALK] * 20 + [QUIET] * 140).talking
    assert began == 1


def test_after_a_command_the_next_one_is_attended_to() -> None:
    """Who has just been obeyed is talking to the guide."""
    attention = attended([TALK] * 30)
    attention.answered(TALK)
    assert not attention.talking
    for _ in range(12):
        attention.feed(TALK, -60.0, over=True)
    assert attention.talking


def test_loud_talk_over_the_guide_is_an_outcry() -> None:
    """A missed “stop” is worse than a pause that nobody asked for; a sentence as loud as any is no outcry."""
    from voiceguide.ear.attention import Attention

    attention = Attention()
    assert not any(attention.feed(TALK, -60.0, over=True) for _ in range(200))
    assert any(attention.feed(SHOUT, -60.0, over=True) for _ in range(80))
    assert not any(attention.feed(SHOUT, -60.0, over=False) for _ in range(200))


def test_claps_and_outcries_say_nothing_about_how_loudly_somebody_talks() -> None:
    """They have no words, and afterwards every sentence would pass for a shout."""
    attention = attended([QUIET] * 5)
    before = attention.usual_dbfs
    attention.answered(None)
    assert attention.usual_dbfs == before
    attention.answered(TALK)
    assert attention.usual_dbfs < before
