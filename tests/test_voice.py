"""The real system voice: right every time, at every speed, whatever happens to the process that speaks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from support.cases import long_cases
from voiceguide.audio.clip import RATE, Clip
from voiceguide.audio.mastering import LINE_DBFS, PEAK_DBFS, loudness, master
from voiceguide.base.errors import UsageError, VoiceError
from voiceguide.library import techniques
from voiceguide.plan import make_plan
from voiceguide.recording.booth import Booth
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.voices import available, models, open_voice, system
from voiceguide.voices.engine_process import EngineProcess, ProcessPerLine, ServingProcess
from voiceguide.voices.system import AT_ONCE, SystemVoice

pytestmark = pytest.mark.voice

LINE = "Lift your hips and let the roller travel toward your shoulders."


@pytest.fixture
def voice() -> Iterator[SystemVoice]:
    opened = open_voice("gmw/en", "en")
    assert isinstance(opened, SystemVoice)
    yield opened
    opened.close()


def lines_of_all_techniques() -> list[str]:
    return [line for name in techniques.names() for line in make_plan(techniques.load_technique(name)).lines]


def spoken_ms(voice: SystemVoice, speed: float) -> int:
    """How long the voice takes for everything that the techniques say."""
    return sum(master(clip).ms for _, clip in voice.record(lines_of_all_techniques(), speed))


@pytest.fixture(scope="module")
def usual_ms() -> int:
    """How long it takes at its usual speed: measured once, for it is compared with every other speed."""
    voice = open_voice("gmw/en", "en")
    assert isinstance(voice, SystemVoice)
    with closing(voice):
        return spoken_ms(voice, 1.0)


def amplitudes(clip: Clip) -> np.ndarray:
    return np.frombuffer(clip.pcm, "<i2") / 32_768


def processes_that_speak(voice: SystemVoice) -> list[int]:
    """Process ids of the voice's server and its children."""
    server: int = voice._process._process.pid  # type: ignore[attr-defined]
    processes = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return [server, *(process for process in processes if _parent(process) == server)]


def _parent(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


@pytest.mark.long
@pytest.mark.xdist_group("alone")
def test_two_hundred_lines_under_load_are_all_right(voice: SystemVoice) -> None:
    """pyttsx3 loses settings and lines at random when it is used as its manual says; here none may be lost."""
    lines = list(dict.fromkeys(lines_of_all_techniques()))[:40]
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        reference = dict(voice.record(lines, 1.0))
        for _ in range(4):
            assert dict(voice.record(lines, 1.0)) == reference
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert len(reference) == 40


@pytest.mark.long
@pytest.mark.parametrize("speed", [0.7, *long_cases(0.5, 1.5)])
def test_words_are_as_much_slower_or_faster_as_was_asked(voice: SystemVoice, usual_ms: int, speed: float) -> None:
    """A speed means what it says, within 3 %, over everything that the techniques say."""
    assert spoken_ms(voice, speed) * speed == pytest.approx(usual_ms, rel=0.03)


def test_lines_are_trimmed_and_equally_loud(voice: SystemVoice) -> None:
    """A hold begins when the words end, so no silence may hang on to them; and a short word isn't a whisper."""
    for line, raw in voice.record([LINE, "Up.", "One.", "Half way.", "Ten seconds left."], 1.0):
        clip = master(raw)
        levels = amplitudes(clip)
        assert loudness(levels) == pytest.approx(LINE_DBFS, abs=0.7), line
        assert np.abs(levels).max() <= 10 ** (PEAK_DBFS / 20) + 1e-3
        audible = np.flatnonzero(np.abs(levels) > np.abs(levels).max() * 10 ** (-40 / 20))
        assert audible[0] < 0.03 * RATE
        assert clip.frames - audible[-1] < 0.08 * RATE


def test_silence_masters_to_nothing() -> None:
    """What is no sound at all is found out, not turned up."""
    assert master(Clip(bytes(2_000))).frames == 0


@pytest.mark.parametrize(
    "line",
    [
        "-f/etc/hostname",
        "[[h@loU]] and <break time='1s'/> and &lt; and $(true) and {n}",
        "¿Qué? naïve, 10 °C, 3–4 times… “quoted”",
        "100 200 300",
    ],
)
def test_strange_lines_are_just_spoken(voice: SystemVoice, line: str) -> None:
    """Text is text: never an option, a file name or a markup for the engine."""
    [(spoken, clip)] = voice.record([line], 1.0)
    assert spoken == line
    assert clip.ms > 300


def test_a_line_that_kills_the_engine_is_an_error_that_names_it(voice: SystemVoice) -> None:
    """espeak-ng dies of this text; voiceguide says so, and goes on speaking."""
    with pytest.raises(VoiceError, match="can't say ‘s's's"):
        list(voice.record(["s'" * 220], 1.0))
    assert len(list(voice.record([LINE], 1.0))) == 1


def test_a_killed_engine_is_opened_again(voice: SystemVoice) -> None:
    """The process that speaks may be killed at any time; no line is lost for it."""
    lines = [f"{LINE} {number}." for number in range(60)]
    spoken: list[str] = []
    for line, _ in voice.record(lines, 1.0):
        spoken.append(line)
        if len(spoken) == 20:
            for process in processes_that_speak(voice):
                with suppress(ProcessLookupError):  # a child that has just said its line
                    os.kill(process, signal.SIGKILL)
    assert sorted(spoken) == sorted(lines)


@pytest.mark.long
def test_a_stopped_child_is_given_up_and_its_line_tried_again(
    voice: SystemVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that hangs costs its time limit, not the session."""
    assert list(voice.record([LINE], 1.0))
    stopped = threading.Event()

    def stop_one() -> None:
        deadline = time.monotonic() + 20
        while not stopped.is_set() and time.monotonic() < deadline:
            for process in processes_that_speak(voice)[1:]:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGSTOP)
                    stopped.set()
                    return

    stopper = threading.Thread(target=stop_one)
    stopper.start()
    lines = [f"{LINE} {number}." for number in range(40)]
    spoken = [line for line, _ in voice.record(lines, 1.0)]
    stopper.join()
    assert stopped.is_set()
    assert sorted(spoken) == sorted(lines)


def test_the_way_without_forking_says_the_same(voice: SystemVoice) -> None:
    """Windows and macOS get a new process for each line; it must sound no different."""
    forked = dict(voice.record([LINE, "Up."], 1.0))
    assert isinstance(voice._process, ServingProcess)
    voice._process = ProcessPerLine("voiceguide.voices.pyttsx3_program", AT_ONCE, 10)
    assert dict(voice.record([LINE, "Up."], 1.0)) == forked
    with pytest.raises(VoiceError, match="the engine died"):
        list(voice.record(["s'" * 220], 1.0))


def test_voices_are_found_by_name_and_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The voice follows the language; a typo gets the nearest name."""
    monkeypatch.setattr(models, "models", list)
    assert open_voice(None, "en").name == "gmw/en-us"
    assert open_voice(None, "en-GB").name == "gmw/en"
    assert open_voice(None, "en-US", "gmw/en-us").name == "gmw/en-us"
    assert open_voice(None, "de").name == "gmw/de"
    assert open_voice("gmw/EN-us", "de").name == "gmw/en-us"
    assert {card.name for card in available()} >= {"hum", "gmw/en"}
    with pytest.raises(UsageError, match="did you mean gmw/en-us"):
        open_voice("gmw/en-ux", "en")
    with pytest.raises(UsageError, match="no voice speaks ‘tlh’"):
        open_voice(None, "tlh")


def _itself(process: EngineProcess) -> EngineProcess:
    return process


@pytest.mark.cold_cache
def test_an_engine_that_is_not_there_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a voice the program ends with what to do, not with a traceback."""
    system._description.cache_clear()
    (tmp_path / "pyttsx3.py").write_text("raise RuntimeError('no engine here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    module = "voiceguide.voices.pyttsx3_program"
    for process in (ServingProcess(module, ("serve",), 2, 10), ProcessPerLine(module, 2, 10)):
        monkeypatch.setattr(system, "_shared_process", partial(_itself, process))
        with pytest.raises(VoiceError, match=r"no engine here.*run ‘voiceguide doctor’"):
            open_voice("gmw/en", "en")


@pytest.mark.cold_cache
def test_the_voices_are_asked_for_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Asking the engine takes longer than a session's preparation; what it said is kept as long as it is the same."""
    kept = tmp_path / "cache/voiceguide/voices.json"
    system._description.cache_clear()
    first = available()
    with monkeypatch.context() as asked:
        asked.setattr(system, "_shared_process", lambda: pytest.fail("asked again"))
        system._description.cache_clear()
        assert available() == first
    for damaged in ("", "{}", '{"files": [], "described": {}}', kept.read_text()):
        kept.write_text(damaged)
        system._description.cache_clear()
        assert available() == first


def test_a_cold_and_a_warm_booth_give_the_same(voice: SystemVoice, tmp_path: Path) -> None:
    """The cache is an economy, never a difference."""
    cold = Booth(voice, ClipCache(tmp_path / "a"))
    lengths = cold.record([LINE, "Up."], 0.9)
    clips = {line: cold.clip(line, 0.9) for line in lengths}
    assert {line: clip.ms for line, clip in clips.items()} == lengths
    for folder in ("a", "b"):
        again = Booth(voice, ClipCache(tmp_path / folder))
        assert again.record([LINE, "Up."], 0.9) == lengths
        assert {line: again.clip(line, 0.9) for line in lengths} == clips


class CuttingProcess:
    """A process that loses the end of what it says, for the first `times` lines."""

    def __init__(self, process: EngineProcess, times: int) -> None:
        self.at_once = process.at_once
        self._process = process
        self._times = times

    def warm_up(self) -> None:
        self._process.warm_up()

    def ask(self, request: dict[str, object]) -> None:
        self._process.ask(request)

    def answer(self) -> tuple[str | None, str]:
        path, problem = self._process.answer()
        if path and self._times:
            self._times -= 1
            with wave.open(path, "rb") as file:
                parameters, frames = file.getparams(), file.readframes(file.getnframes() * 2 // 5)
            with wave.open(path, "wb") as file:
                file.setparams(parameters)
                file.writeframes(frames)
        return path, problem

    def close(self) -> None:
        self._process.close()


@pytest.mark.parametrize("line", [LINE, "Change sides.", "Ten seconds left."])
def test_words_that_are_cut_off_are_said_again_or_told(voice: SystemVoice, line: str) -> None:
    """Half a sentence is a wrong instruction; the voice's own pace tells that something is missing."""
    [whole] = voice.record([line], 1.0)
    process = voice._process
    voice._process = CuttingProcess(process, 1)
    assert list(voice.record([line], 1.0)) == [whole]
    voice._process = CuttingProcess(process, 100)
    with pytest.raises(
        VoiceError, match=f"gmw/en can't say ‘{line[:12]}.*(ms of speech is not what|it ends in the middle)"
    ):
        list(voice.record([line], 1.0))


@pytest.mark.long
@pytest.mark.parametrize("speed", [0.6, 1.6, *long_cases(0.5, 0.8, 1.0, 1.3, 2.0)])
def test_an_engine_with_a_few_speeds_has_all_of_them(
    voice: SystemVoice, usual_ms: int, monkeypatch: pytest.MonkeyPatch, speed: float
) -> None:
    """SAPI5 has 21 steps, each a tenth faster than the one before: a listener's 0.8 is 0.8 there, too."""
    steps = [round(system.CALM_WORDS_A_MINUTE * 3 ** (step / 10)) for step in range(-10, 11)]
    monkeypatch.setattr(
        system, "rate_for", lambda speed: min(steps, key=lambda rate: abs(rate - speed * system.CALM_WORDS_A_MINUTE))
    )
    assert spoken_ms(voice, speed) * speed == pytest.approx(usual_ms, rel=0.03)


def test_nothing_is_left_over_from_lines_that_nobody_waited_for(voice: SystemVoice) -> None:
    """After an error, or for a listener who has stopped, the next lines are theirs and no others."""
    lines = [f"{LINE} {number}." for number in range(6)]
    with pytest.raises(VoiceError):
        list(voice.record(["s'" * 220, *lines], 1.0))
    next(iter(voice.record(lines, 1.0)))
    assert [line for line, _ in sorted(voice.record(lines, 1.0))] == lines


def test_a_voice_that_cannot_read_its_sample_still_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of espeak-ng's voices know no numbers; what is written out for them is said."""
    sindarin = open_voice("art/sjn", "sjn")
    assert sindarin.words_a_minute() is None
    assert [clip.ms > 300 for _, clip in sindarin.record(["Mae govannen."], 0.8)] == [True]


@pytest.mark.parametrize("damage", ["", "[]", '{"a": "b"}', "{"])
@pytest.mark.cold_cache
def test_a_damaged_list_of_readings_is_made_again(voice: SystemVoice, tmp_path: Path, damage: str) -> None:
    """It is only a cache."""
    usual = voice.words_a_minute()
    assert usual
    assert 120 < usual < 200
    kept = tmp_path / "cache/voiceguide/readings.json"
    assert kept.exists()
    kept.write_text(damage)
    assert voice.words_a_minute() == usual
    assert list(voice.record([LINE], 1.0))
