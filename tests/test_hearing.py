"""The ear's core: who is obeyed, who isn't, and what comes of a command that is missed; without a device."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.needed import need
from test_ear import clap, heard, room_tone, say
from test_echo import echoed, pcm
from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear import RATE, extra

pytestmark = pytest.mark.usefixtures("_the_extra_is_there")


@pytest.fixture
def _the_extra_is_there() -> None:
    need(extra.missing(), "it comes with the extra ‘listen’")


LINES = ("Stop at once if it hurts.", "Ease off.", "Go back to the wall.", "Next step.", "Wait.", "Pause, and go on.")


def guide(folder: Path, lines: tuple[str, ...] = LINES, rate: int = 150) -> tuple[Any, list[tuple[float, float, str]]]:
    """What the loudspeaker plays, at PLAYED_RATE, and each line with its seconds."""
    parts: list[Any] = [np.zeros(PLAYED_RATE // 4, np.float32)]
    spoken: list[tuple[float, float, str]] = []
    at = 0.25
    for line in lines:
        words = say(line, folder, "en-gb", rate)
        long = words.size / RATE
        places = np.arange(int(long * PLAYED_RATE)) / PLAYED_RATE * RATE
        parts += [np.interp(places, np.arange(words.size), words), np.zeros(PLAYED_RATE // 2, np.float32)]
        spoken.append((at, at + long, line))
        at += (parts[-2].size + parts[-1].size) / PLAYED_RATE
    return np.concatenate(parts).astype(np.float32), spoken


def listened(core: Any, mic: Any, played: Any, lines: list[tuple[float, float, str]]) -> list[tuple[float, Any]]:
    """What `core` understands, and at which second; the loudspeaker is handed 60 ms at a time, with its words."""
    found: list[tuple[float, Any]] = []
    sound, portion, handed = np.rint(np.clip(mic, -1, 1) * 32_767).astype(np.int16), PLAYED_RATE * 6 // 100, 0
    for start in range(0, sound.size, 320):
        seconds = start / RATE
        while handed / PLAYED_RATE <= seconds and handed < played.size:
            at = handed / PLAYED_RATE
            says = tuple(text for begins, ends, text in lines if begins < at + 0.26 and ends > at - 0.2)
            core.played(pcm(played[handed : handed + portion]), says)
            handed += portion
        found += ((seconds, answer) for answer in core.heard(sound[start : start + 320]))
    return found


@pytest.mark.voice
@pytest.mark.parametrize(
    ("late_seconds", "gain_db", "drive", "ppm"),
    [
        (0.0, 0, 0, 0),  # a monitor of the output, or a cable
        (0.5, 6, 3, 0),
        pytest.param(0.03, -20, 0, 0, marks=pytest.mark.long),
        pytest.param(0.1, 6, 0, 0, marks=pytest.mark.long),
        pytest.param(0.17, 0, 3, 0, marks=pytest.mark.long),
        pytest.param(0.3, -6, 3, 100, marks=pytest.mark.long),
        pytest.param(0.17, 0, 0, -100, marks=pytest.mark.long),
    ],
)
def test_the_guide_never_obeys_itself(
    tmp_path: Path, late_seconds: float, gain_db: float, drive: float, ppm: float
) -> None:
    """From its first second on, whatever comes back of it, and however: six lines that are full of commands."""
    played, lines = guide(tmp_path)
    loud = np.tanh(played * drive) / drive if drive else played
    mic = echoed(loud, late_seconds, ppm) * np.float32(10 ** (gain_db / 20))
    core = _core()
    answers = listened(core, np.clip(mic, -1, 1) + room_tone(mic.size / RATE)[: mic.size], played, lines)
    assert not [answer for _, answer in answers if answer.command]


@pytest.mark.voice
@pytest.mark.parametrize("late_seconds", [None, pytest.param(0.17, marks=pytest.mark.long)], ids=["headphones", "room"])
def test_a_listener_is_heard_over_the_guide(tmp_path: Path, late_seconds: float | None) -> None:
    """Somebody in pain doesn't wait for a pause; with headphones nothing of the guide is in the microphone at all."""
    talk = ("Lie on the floor, with your knees bent.", "Roll up and down, gently and slowly.", "Breathe as you like.")
    played, lines = guide(tmp_path, talk * 4)
    mic = room_tone(played.size / PLAYED_RATE)
    if late_seconds is not None:
        mic = mic + echoed(played, late_seconds)[: mic.size]
    wanted = {"Pause.": 14.0, "Stop.": 20.0}
    for text, at in wanted.items():
        words = say(text, tmp_path) * 1.5
        mic[int(at * RATE) : int(at * RATE) + words.size] += words
    core = _core()
    answers = [(at, answer.command) for at, answer in listened(core, mic, played, lines) if answer.command]
    assert [command for _, command in answers] == ["PAUSE", "STOP"], answers
    assert all(at < begun + 2 for (at, _), begun in zip(answers, wanted.values(), strict=True)), answers


def _core(understand: Callable[[Any], Any] | None = None) -> Any:
    """The core, with the real recognizers or with one of the test's."""
    from test_ear import hearing, understanding
    from voiceguide.ear.hearing import Hearing

    understanding()
    if understand is None:
        return hearing()

    def answered(utterance: Any) -> Future[Any]:
        answer: Future[Any] = Future()
        answer.set_result(understand(utterance))
        return answer

    return Hearing(answered)


def words(seconds: float, level: float = 0.1) -> Any:
    """Something that is as long as a word, and as loud as one."""
    return (np.sin(np.arange(int(seconds * RATE)) * 0.1) * level).astype(np.float32)


def said(core: Any, *parts: Any) -> list[Any]:
    mic = np.concatenate([room_tone(2), *(part for one in parts for part in (one, room_tone(1)))])
    return [answer for _, answer in listened(core, mic, np.zeros(0, np.float32), [])]


def test_what_is_almost_understood_twice_is_obeyed() -> None:
    """Whoever isn't obeyed says it again, and isn't heard any better the second time."""
    from voiceguide.ear.hearing import Understood

    answers = said(_core(lambda _: Understood(None, "so", almost="STOP")), words(0.5), words(0.5))
    assert [answer.command for answer in answers] == [None, "STOP"]


def test_two_calls_that_are_almost_understood_are_an_outcry() -> None:
    """Who cries “ow, stop, let go” may not be understood, but is not to be overheard."""
    from voiceguide.ear.hearing import Understood

    almost = iter(["STOP", "EASE_OFF", "LOUDER"])
    answers = said(_core(lambda _: Understood(None, "ow", almost=next(almost))), *[words(0.5)] * 3)
    assert [answer.command for answer in answers] == [None, "OUTCRY", None]


def test_the_network_knows_every_phrase_that_listeners_are_told() -> None:
    """A phrase that was added, and not trained, would never be believed."""
    from voiceguide.ear import grammar
    from voiceguide.ear.keywords import Keywords

    told = {phrase for phrases in grammar.ENGLISH.values() for phrase in phrases}
    assert set(Keywords().phrases) == told


def test_models_that_were_changed_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another embedding would make nonsense of the network that was trained on this one."""
    from voiceguide.base.errors import UsageError
    from voiceguide.ear import keywords

    monkeypatch.setitem(keywords.HASHES, "embedding_model.onnx", "0" * 64)
    with pytest.raises(UsageError, match=r"embedding_model\.onnx"):
        keywords.Embedder()


def test_embeddings_do_not_depend_on_when_they_are_asked_for() -> None:
    """In silence none are made; those that are made up for later have to be the same."""
    from voiceguide.ear.keywords import EMBEDDINGS, Embedder

    sound = np.random.default_rng(0).normal(0, 0.1, (EMBEDDINGS + 4, 1_280)).astype(np.float32)
    always, once = Embedder(), Embedder()
    for step in sound:
        always.step(step)
        always.embeddings()
        once.step(step)
    assert np.allclose(always.embeddings(), once.embeddings(), atol=1e-4)


def test_a_portion_is_read_with_its_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the player writes is what the ear reads: a JSON line and then the sound, however it is cut up."""
    import os
    from collections import deque

    from voiceguide.ear import __main__ as program

    given = tmp_path / "given"
    sound = bytes(range(10)) + b"\n{"
    line = json.dumps({"bytes": len(sound), "says": ["“Stop”\n"]}).encode() + b"\n"
    given.write_bytes((line + sound) * 2)
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    with given.open("rb") as opened:
        monkeypatch.setattr("sys.stdin", opened)
        played: deque[tuple[bytes, tuple[str, ...]]] = deque()
        program._follow(played)
    assert list(played) == [(sound, ("“Stop”\n",))] * 2
    assert ended == [0]


def test_claps_are_heard_while_the_guide_talks_into_headphones(tmp_path: Path) -> None:
    """Nothing of the guide is in the microphone, so that two claps are two claps."""
    played, lines = guide(tmp_path, ("Roll up and down, gently and slowly.",) * 6)
    mic = room_tone(played.size / PLAYED_RATE)
    both = np.concatenate([clap(0.35), clap(1)])
    mic[10 * RATE : 10 * RATE + both.size] += both
    answers = listened(_core(), mic, played, lines)
    assert [answer.command for _, answer in answers if answer.command] == ["READY"]


def test_silence_beside_a_talking_guide_is_nothing(tmp_path: Path) -> None:
    """With headphones there is nothing to hear but the room."""
    assert not heard(room_tone(4), pcm(guide(tmp_path, ("Roll up and down.",) * 2)[0]))
