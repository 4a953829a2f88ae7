"""The natural voice: always the same, whatever happens to its process, and others beside it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from support.program import PROGRAM
from voiceguide.audio.clip import Clip
from voiceguide.audio.mastering import LINE_DBFS, as_samples, loudness, master
from voiceguide.base.errors import UsageError, VoiceError
from voiceguide.library.techniques import load_technique
from voiceguide.plan import make_plan
from voiceguide.voices import models, open_voice, own_voices, piper
from voiceguide.voices.engine_process import ServingProcess
from voiceguide.voices.models import Model
from voiceguide.voices.piper import PiperVoice

pytestmark = [pytest.mark.voice, pytest.mark.timeout(300)]

LINES = ["Lift your hips and let the roller travel toward your shoulders.", "Up.", "Half way.", "Ten seconds left."]


@pytest.fixture
def joe() -> Model:
    return next(model for model in models.models() if model.card.name == "joe")


@pytest.fixture
def voice() -> Iterator[PiperVoice]:
    opened = open_voice("joe", "en")
    assert isinstance(opened, PiperVoice)
    yield opened
    opened.close()


@pytest.fixture
def copied(joe: Model, tmp_path: Path) -> Path:
    """A Piper voice as it is downloaded: a model, its config, and its card."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    shutil.copyfile(joe.model, folder / "Jane-medium.onnx")
    shutil.copyfile(joe.config, folder / "Jane-medium.onnx.json")
    (folder / "MODEL_CARD").write_text("License: CC0\n")
    return folder / "Jane-medium.onnx"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True)


def spoken_ms(voice: PiperVoice, speed: float) -> int:
    """How long the voice takes for all that a technique says."""
    return sum(master(clip).ms for _, clip in voice.record(make_plan(load_technique("hands")).lines, speed))


@pytest.fixture(scope="module")
def usual_ms() -> int:
    """How long it takes at its usual speed: measured once, for it is compared with every other speed."""
    voice = open_voice("joe", "en")
    assert isinstance(voice, PiperVoice)
    with closing(voice):
        return spoken_ms(voice, 1.0)


def process_of(voice: PiperVoice) -> int:
    process = voice._process._process
    assert process is not None
    return process.pid


def test_it_is_chosen_where_it_speaks_the_language() -> None:
    """Nobody lies down to a robot's voice who has another one; but Spanish isn't read by an American."""
    assert open_voice(None, "en").name == "joe"
    assert open_voice(None, "en-GB").name == "joe"
    assert open_voice(None, "es").name == "roa/es"
    assert open_voice(None, "en", "gmw/en").name == "gmw/en"
    assert open_voice("gmw/en-us", "en").name == "gmw/en-us"


@pytest.mark.long
def test_the_same_words_always_sound_the_same(voice: PiperVoice) -> None:
    """In any order, in another process: an exported file is the same bytes every time."""
    first = dict(voice.record(LINES, 1.0))
    assert dict(voice.record(LINES[::-1], 1.0)) == first
    voice.close()
    assert dict(voice.record(LINES[1:2], 1.0))[LINES[1]] == first[LINES[1]]


@pytest.mark.long
@pytest.mark.xdist_group("alone")
def test_every_line_of_every_technique_is_spoken_under_load(voice: PiperVoice) -> None:
    """None is lost, none is another's, and all are equally loud once they are mastered."""
    lines = list(
        dict.fromkeys(line for name in ("hands", "foam-roller") for line in make_plan(load_technique(name)).lines)
    )
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        spoken = dict(voice.record(lines, 1.0))
    finally:
        for process in busy:
            process.kill()
            process.wait()
    assert set(spoken) == set(lines)
    assert len({clip.pcm for clip in spoken.values()}) == len(lines)
    for line, clip in spoken.items():
        assert loudness(as_samples(master(clip))) == pytest.approx(LINE_DBFS, abs=0.5), line
        assert not _clicks(master(clip)), line


def _clicks(clip: Clip) -> bool:
    """Whether it begins or ends with a step."""
    samples = as_samples(clip)
    return bool(np.abs(samples[[0, -1]]).max() > 0.02)


@pytest.mark.parametrize("speed", [0.6, 1.3, 2.0])
@pytest.mark.long
def test_words_are_slower_or_faster_as_was_asked(voice: PiperVoice, usual_ms: int, speed: float) -> None:
    """A speed is a speed: within 3 %, over all that a technique says."""
    assert spoken_ms(voice, speed) * speed == pytest.approx(usual_ms, rel=0.03)


@pytest.mark.long
def test_a_process_that_is_killed_is_begun_again(voice: PiperVoice) -> None:
    """What was asked of it is asked again, and nobody hears that it was gone."""
    lines = [f"Count to {number}." for number in range(12)]
    spoken = []
    for line, _ in voice.record(lines, 1.0):
        spoken.append(line)
        if len(spoken) == 4:
            os.kill(process_of(voice), signal.SIGKILL)
    assert sorted(spoken) == sorted(lines)


@pytest.mark.long
def test_a_process_that_hangs_is_given_up(joe: Model, voice: PiperVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped process costs its time limit, not the session."""
    process = ServingProcess("voiceguide.voices.piper_program", (str(joe.model), str(joe.config), joe.digest), 2, 8)
    monkeypatch.setattr(voice, "_process", process)
    assert list(voice.record(["Up."], 1.0))
    os.kill(process_of(voice), signal.SIGSTOP)
    assert [line for line, _ in voice.record(LINES, 1.0)]


def test_a_process_without_memory_is_told(voice: PiperVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model needs some hundred megabytes; who hasn't got them is told, with the line."""
    usual = resource.getrlimit(resource.RLIMIT_AS)
    voice.close()
    resource.setrlimit(resource.RLIMIT_AS, (voice_limit := 200 * 2**20, usual[1]))
    try:
        voice.warm_up()
    except OSError:
        pytest.skip("this process itself is larger")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, usual)
    assert voice_limit
    os.kill(process_of(voice), 0)
    # The next try has memory again.
    assert list(voice.record(["Up."], 1.0))


@pytest.mark.parametrize("fault", ["truncated", "swapped", "missing"])
def test_a_model_that_is_not_what_it_was_is_told(joe: Model, tmp_path: Path, fault: str) -> None:
    """Another voice in the middle of a session, or half of one, would be worse than none."""
    model = tmp_path / "model.onnx"
    if fault == "truncated":
        model.write_bytes(joe.model.read_bytes()[:1_000_000])
    elif fault == "swapped":
        model.write_bytes(joe.model.read_bytes()[:-1] + b"\0")
    voice = PiperVoice(replace(joe, model=model))
    with pytest.raises(VoiceError, match=r"the voice joe can.t say ‘Up\.’: (ValueError: its model isn.t|FileNotFound)"):
        list(voice.record(["Up."], 1.0))
    voice.close()


def test_it_ends_with_the_program_and_tells_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that speaks is left behind by a program that was killed, no file, and no word to the internet."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    code = (
        "import time; from voiceguide.voices import open_voice; voice = open_voice('joe', 'en')\n"
        "print(len(list(voice.record(['Up.'], 1.0))), voice._process._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        process = int(program.stdout.readline().split()[1])
        pidfd = os.pidfd_open(process)
        assert not [fd for fd in Path(f"/proc/{process}/fd").iterdir() if "socket" in str(fd.readlink())]
        assert not list((tmp_path / "tmp").glob(".*"))
        program.kill()
    import select

    assert select.select([pidfd], [], [], 20)[0], "it outlives the program"
    os.close(pidfd)


@pytest.mark.long
def test_a_voice_can_be_added_heard_and_removed(copied: Path, tmp_path: Path) -> None:
    """Any Piper voice that somebody has found; its licence stays with it."""
    done = run("voices", "add", str(copied))
    assert (done.returncode, done.stderr) == (0, "")
    assert "jane-medium: added (en-us, en)" in done.stdout
    kept = Path(os.environ["XDG_DATA_HOME"], "voiceguide", "voices", "jane-medium")
    assert (kept / "MODEL_CARD").read_text() == "License: CC0\n"
    assert [line.split()[0] for line in run("voices", "--language", "en").stdout.splitlines()][:2] == [
        "joe", "jane-medium",
    ]  # fmt: skip
    sample = tmp_path / "sample.wav"
    assert run("voices", "--preview", "jane-medium", "-o", str(sample)).returncode == 0
    with wave.open(str(sample)) as file:
        assert file.getnframes() > 2 * file.getframerate()
    again = run("voices", "add", str(copied))
    assert (again.returncode, "there is a voice ‘jane-medium’ already" in again.stderr) == (2, True)
    assert run("voices", "remove", "jane-medium").returncode == 0
    assert not kept.exists()
    assert "unknown voice ‘jane-medium’" in run("show", "hands", "--voice", "jane-medium").stderr


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ("no config", "is missing; it comes with every Piper voice"),
        ("other config", "not the config of a Piper voice"),
        ("truncated", "not a voice that can speak"),
        ("other kind", "its kind of model isn't supported"),
        ("folder", "not a Piper voice; name a file that ends in .onnx"),
        ("name", "is no name for a voice"),
    ],
)
def test_what_is_no_voice_is_refused(copied: Path, fault: str, complaint: str) -> None:
    """What can't speak must not be found out on the floor; and nothing of it stays."""
    config, name = copied.with_name(f"{copied.name}.json"), "jane"
    if fault == "no config":
        config.unlink()
    elif fault == "other config":
        config.write_text("[1, 2]")
    elif fault == "truncated":
        copied.write_bytes(copied.read_bytes()[:100_000])
    elif fault == "other kind":
        config.write_text(json.dumps({**json.loads(config.read_text()), "phoneme_type": "pinyin"}))
    elif fault == "folder":
        copied.unlink()
        copied.mkdir()
    else:
        name = "../jane"
    done = run("voices", "add", str(copied), "--name", name)
    assert (done.returncode, complaint in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr
    assert not list(own_voices.folder().glob("*"))


def test_a_damaged_folder_of_voices_is_no_obstacle(copied: Path) -> None:
    """One broken file must not take all voices away."""
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"languages": 5}')):
        (own_voices.folder() / name).mkdir(parents=True)
        (own_voices.folder() / name / "voice.json").write_text(text)
    assert [model.card.name for model in models.models()] == ["joe"]
    with pytest.raises(UsageError, match="no voice of your own"):
        own_voices.remove("zz")


@pytest.mark.long
def test_patience_is_longer_than_the_longest_line(voice: PiperVoice) -> None:
    """A line as long as a script may have is spoken within the limit, many times over."""
    assert piper.PATIENCE_SECONDS >= 30
    words = "and let the roller travel slowly toward your shoulders, " * 20
    [(_, clip)] = voice.record([f"Lift your hips {words}and stop."], 1.0)
    assert clip.ms > 30_000
