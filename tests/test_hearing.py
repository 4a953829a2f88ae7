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
from support.room import clap, echoed, heard, hearing, pcm, resampled, room_tone, say, understanding
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
        pytest.param(0.5, 6, 3, 0, marks=pytest.mark.long),
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
@pytest.mark.parametrize("late_seconds", [None, 0.17], ids=["headphones", "room"])
@pytest.mark.long
def test_a_listener_is_heard_over_the_guide(tmp_path: Path, late_seconds: float | None) -> None:
    """Somebody in pain doesn’t wait for a pause, but says it again; with headphones, no echo is in the way."""
    talk = ("Lie on the floor, with your knees bent.", "Roll up and down, gently and slowly.", "Breathe as you like.")
    played, lines = guide(tmp_path, talk * 4)
    mic = room_tone(played.size / PLAYED_RATE)
    if late_seconds is not None:
        mic = mic + echoed(played, late_seconds)[: mic.size]
    for text, at in (("Pause.", 14.0), ("Pause.", 16.5), ("Stop.", 20.0), ("Stop.", 22.5)):
        words = say(text, tmp_path) * 1.5
        mic[int(at * RATE) : int(at * RATE) + words.size] += words
    answers = [(at, answer.command) for at, answer in listened(_core(), mic, played, lines) if answer.command]
    assert list(dict.fromkeys(command for _, command in answers)) == ["PAUSE", "STOP"], answers
    assert all(at < 24.5 for at, _ in answers), answers


def _core(understand: Callable[[Any], Any] | None = None) -> Any:
    """The core, with the real recognizers or with one of the test's."""
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


@pytest.mark.voice
def test_commands_are_understood_one_after_the_other(tmp_path: Path) -> None:
    """A session has many commands, each in the state that the one before has left."""
    wanted = [("Pause.", "PAUSE"), ("Next.", "NEXT"), ("Go back.", "BACK"), ("Repeat.", "REPEAT"), ("Stop.", "STOP")]
    parts = [part for text, _ in wanted for part in (room_tone(1.5), say(text, tmp_path))]
    mic = np.concatenate([*parts, room_tone(1)])
    mic += np.resize(room_tone(1), mic.size)
    assert [answer.command for answer in heard(mic)] == [name for _, name in wanted]


@pytest.mark.voice
def test_a_sentence_is_no_command(tmp_path: Path) -> None:
    """“Stopped” in a sentence must not end a session."""
    said = say("We stopped at the next station.", tmp_path)
    answers = heard(np.concatenate([room_tone(1), said, room_tone(1)]))
    assert answers
    assert not any(answer.command for answer in answers)


@pytest.mark.voice
@pytest.mark.long
def test_who_has_to_be_called_obeys_nobody_else(tmp_path: Path) -> None:
    """Two listeners in a gym each have a guide of their own."""
    from voiceguide.ear.understanding import Understanding
    from voiceguide.ear.utterance import Utterance

    called = Understanding(call="coach")
    sounds = [np.pad(say(text, tmp_path), 3_200).astype(np.float32) for text in ("Coach, pause.", "Pause.")]
    answers = [called.of(Utterance(sound)) for sound in sounds]
    assert [answer.command for answer in answers] == ["PAUSE", None], answers


@pytest.mark.parametrize("apart", [0.2, 0.35, 0.5, 0.7])
def test_two_claps_say_ready(apart: float) -> None:
    """Whoever can't be understood can clap, as fast or as slowly as people do."""
    answers = heard(np.concatenate([room_tone(2), clap(apart), clap(1.5)]))
    assert [(answer.command, answer.heard) for answer in answers] == [("READY", "clap clap")]


@pytest.mark.parametrize("gaps", [[1.5], [1.2, 1.5], [0.3, 0.3, 1.5], [0.3, 0.3, 0.3, 1.5]], ids=len)
def test_one_clap_or_applause_says_nothing(gaps: list[float]) -> None:
    """A door that slams, and applause on television, are no answer."""
    assert not heard(np.concatenate([room_tone(2), *(clap(gap) for gap in gaps)]))


@pytest.mark.voice
@pytest.mark.long
def test_the_guide_does_not_obey_itself(tmp_path: Path) -> None:
    """A minute of commands from the loudspeaker, as loud in the microphone as a listener, 170 ms late."""
    words = ("Stop.", "Ease off.", "Last time.", "Just hold it.", "Ease off, and let your hips sink.", "Wait.")
    said = np.concatenate([part for text in words for part in (say(text, tmp_path), np.zeros(16_000, np.float32))])
    said = np.resize(said, 60 * 16_000)
    played = np.rint(resampled(said, 16_000, PLAYED_RATE) * 32_767).astype("<i2").tobytes()
    mic = np.concatenate([np.zeros(2_720, np.float32), said])[: said.size] + room_tone(60)
    assert not [answer for answer in heard(mic, played) if answer.command]


@pytest.mark.parametrize(("begins", "over"), [(0.5, True), (1.7, False)])
def test_what_is_said_after_a_chime_is_not_said_over_it(begins: float, over: bool) -> None:
    """An answer has just been rung for, and the next command need not be written down word by word to be obeyed."""
    from voiceguide.ear.hearing import Hearing
    from voiceguide.ear.utterance import Understood, Utterance

    asked: list[bool] = []

    def understand(utterance: Utterance) -> Future[Understood]:
        asked.append(utterance.over)
        answer: Future[Understood] = Future()
        answer.set_result(Understood(None, ""))
        return answer

    core = Hearing(understand)
    chime = (np.sin(np.arange(PLAYED_RATE) * 0.2) * 3_000).astype("<i2").tobytes()
    voiced = np.sin(np.arange(int(0.6 * 16_000)) * 0.1).astype(np.float32) * 0.1
    mic = np.rint(np.concatenate([room_tone(begins), voiced, room_tone(1)]) * 32_768).astype(np.int16)
    for number, start in enumerate(range(0, mic.size, 800)):
        core.played(chime[number * 2_204 : (number + 1) * 2_204])
        core.heard(mic[start : start + 800])
    assert asked == [over]


def test_a_command_that_is_written_otherwise_has_to_be_clearer() -> None:
    """“Rabid” is half a “repeat” and half a “ready”: nobody is sent to the wrong step for it."""
    from voiceguide.ear.understanding import Found, Opinions, Scored, decided

    ranked = [Scored("REPEAT", "repeat", 2.0), Scored("READY", "ready", -0.3)]
    assert decided(Opinions(ranked, "Rabid", -9.2, None)) is None
    assert decided(Opinions(ranked, "Repeat.", -9.2, "REPEAT")) == Found("REPEAT", "repeat", clear=True)


def test_silence_is_nothing() -> None:
    """A quiet room must not be taken for anything."""
    assert not heard(room_tone(5))


def test_what_is_almost_understood_twice_is_obeyed() -> None:
    """Whoever isn't obeyed says it again, and isn't heard any better the second time."""
    from voiceguide.ear.utterance import Understood

    answers = said(_core(lambda _: Understood(None, "so", almost="STOP")), words(0.5), words(0.5))
    assert [answer.command for answer in answers] == [None, "STOP"]


def test_two_calls_that_are_almost_understood_are_an_outcry() -> None:
    """Who cries “ow, stop, let go” may not be understood, but is not to be overheard."""
    from voiceguide.ear.utterance import Understood

    almost = iter(["STOP", "EASE_OFF", "LOUDER"])
    answers = said(_core(lambda _: Understood(None, "ow", almost=next(almost))), *[words(0.5)] * 3)
    assert [answer.command for answer in answers] == [None, "OUTCRY", None]


def test_the_network_knows_every_phrase_that_listeners_are_told() -> None:
    """A phrase that was added, and not trained, would never be believed."""
    from voiceguide.ear import grammar
    from voiceguide.ear.keywords import Keywords

    told = {phrase for phrases in grammar.ENGLISH.values() for phrase in phrases}
    assert set(Keywords().phrases) == told


def test_the_weights_are_those_that_were_measured() -> None:
    """A network that was trained again hears otherwise, and its figures are others."""
    import hashlib
    from importlib import resources

    from voiceguide.ear.keywords import WEIGHTS_HASH

    weights = resources.files("voiceguide.ear").joinpath("keywords.npz").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == WEIGHTS_HASH


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


def test_a_command_that_was_spotted_is_not_obeyed_again_when_its_utterance_ends() -> None:
    """“Next” must not skip two steps because the room is noisy."""
    from voiceguide.ear.hearing import _Asked
    from voiceguide.ear.utterance import Understood, Utterance

    core, answer = _core(lambda _: Understood("NEXT", "next")), Future[Understood]()
    answer.set_result(Understood("NEXT", "next"))
    sound = np.zeros(RATE, np.float32)
    spotted, ended, later = (
        _Asked(Utterance(sound, spotted=is_spotted), at, answer)
        for is_spotted, at in ((True, 5), (False, 6.5), (False, 9))
    )
    assert [bool(core._answered(asked)) for asked in (spotted, ended, later)] == [True, False, True]
