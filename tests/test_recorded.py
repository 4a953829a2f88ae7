"""Somebody's own voice, line by line: a physiotherapist's patients know it."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from voiceguide.audio.clip import RATE, Clip
from voiceguide.audio.mastering import LINE_DBFS, as_samples, loudness
from voiceguide.audio.stretch import stretched
from voiceguide.base.errors import UsageError
from voiceguide.recording.booth import Booth
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.voices import available, open_voice, own_voices, recorded
from voiceguide.voices.hum import hum
from voiceguide.voices.recorded import RecordedVoice, Recordings, begun, file_name

SCRIPT = "# Calves\n\nSit down.\n\nStretch your left leg. [hold 10s]\n\nHold it for 10s more. [hold 10s]\n"


def wav(file: Path, samples: np.ndarray, rate: int = RATE, channels: int = 1) -> None:
    """A recording as a studio delivers it."""
    with wave.open(str(file), "wb") as opened:
        opened.setnchannels(channels)
        opened.setsampwidth(2)
        opened.setframerate(rate)
        opened.writeframes(np.repeat(samples, channels).astype("<i2").tobytes())


def tone(seconds: float, hertz: float, rate: int = RATE, peak: float = 4_000) -> np.ndarray:
    return peak * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def strongest(clip: Clip) -> float:
    """The frequency that there is most of."""
    samples = as_samples(clip)
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


@pytest.fixture
def anna() -> Recordings:
    there = begun("Anna", ["en"])
    wav(there.file("Sit down."), tone(1.5, 440, rate=48_000), rate=48_000, channels=2)
    return there


def run(*arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voiceguide", *arguments]
    return subprocess.run(command, capture_output=True, text=True, input=answers, timeout=120)


def test_what_is_recorded_is_heard_and_all_else_is_said_by_another_voice(anna: Recordings, tmp_path: Path) -> None:
    """One line is enough to begin with; and it is as loud as the others, whatever the microphone was set to."""
    booth = Booth(open_voice("anna", "en", "gmw/en"), ClipCache(tmp_path / "lines"))
    booth.record(["Sit down.", "Up."], 1.0)
    own_clip = booth.clip("Sit down.", 1.0)
    assert strongest(own_clip) == pytest.approx(440, abs=2)
    assert own_clip.ms == pytest.approx(1_500, abs=10)
    assert loudness(as_samples(own_clip)) == pytest.approx(LINE_DBFS, abs=0.7)
    other = Booth(open_voice("gmw/en", "en"), ClipCache(tmp_path / "others"))
    assert booth.clip("Up.", 1.0) == other.clip("Up.", 1.0)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_a_recording_is_as_much_slower_as_was_asked_at_the_same_pitch(anna: Recordings, speed: float) -> None:
    """A listener's speed holds for everybody, and nobody growls."""
    [(_, clip)] = open_voice("anna", "en").record(["Sit down."], speed)
    assert clip.ms == pytest.approx(1_500 / speed, rel=0.02)
    assert strongest(clip) == pytest.approx(440, rel=0.01)


def test_another_recording_is_another_sound(anna: Recordings, tmp_path: Path) -> None:
    """Who records a line again hears the new one, and nothing else is made again."""
    before = open_voice("anna", "en")
    keys = {line: before.identity_of(line) for line in ("Sit down.", "Up.")}
    wav(anna.file("Sit down."), tone(1.0, 330))
    after = open_voice("anna", "en")
    assert after.identity_of("Up.") == keys["Up."]
    assert after.identity_of("Sit down.") != keys["Sit down."]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all" * 100])
def test_a_recording_that_cant_be_used_is_told_of_and_does_without(anna: Recordings, content: bytes) -> None:
    """A session goes on in the other voice; whoever checks it learns which file it is."""
    anna.file("Up.").write_bytes(content)
    voice = open_voice("anna", "en", "gmw/en")
    assert dict(voice.record(["Up."], 1.0)) == dict(open_voice("gmw/en", "en").record(["Up."], 1.0))
    [problem] = recorded.problems(anna, ["Sit down.", "Up."])
    assert "up.wav" in problem


def test_an_empty_room_is_no_recording(anna: Recordings) -> None:
    """A microphone that was off would be a session without words."""
    wav(anna.file("Up."), tone(1.0, 440, peak=100))
    [problem] = recorded.problems(anna, ["Up."])
    assert "nothing can be heard" in problem


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Lie down, and let your shoulders sink.", "lie-down-and-let-your-shoulders-sink.wav"),
        ("Up!", "up.wav"),
        ("../../etc/passwd", "etc-passwd.wav"),
        ("Heb die Hüfte – 10 cm.", "heb-die-hüfte-10-cm.wav"),
        ("Heb die Hu\u0308fte – 10 cm.", "heb-die-hüfte-10-cm.wav"),
    ],
)
def test_a_file_is_called_as_its_line_reads(line: str, name: str) -> None:
    """A person finds it in the folder, and no line leads out of that."""
    assert file_name(line) == name


def test_long_lines_with_the_same_beginning_have_files_of_their_own() -> None:
    """File systems allow 255 bytes, and safety lines are longer."""
    long = "And then again, " * 20
    names = {file_name(long), file_name(f"{long} once more"), file_name("é" * 300)}
    assert len(names) == 3
    assert max(len(name.encode()) for name in names) <= 140


@pytest.mark.long
def test_a_voice_of_ones_own_is_listed_checked_and_removed(anna: Recordings, tmp_path: Path) -> None:
    """What is there, what is missing, and a question before it is gone for good."""
    script = tmp_path / "calves.md"
    script.write_text(SCRIPT)
    assert "anna" in [card.name for card in available()]
    assert run("voices", "--language", "en").stdout.startswith("anna ")
    listed = run("record", str(script), "--as", "anna", "--list")
    assert "sit-down.wav\tSit down." in listed.stdout.splitlines()
    assert "hold-it-for-10s-more.wav\tHold it for 10s more." in listed.stdout.splitlines()
    assert str(anna.folder) in listed.stderr
    checked = run("check", str(script), "--voice", "anna")
    assert checked.returncode == 0
    assert "hasn't recorded ‘Stretch your left leg.’" in checked.stdout
    assert "‘Sit down.’" not in checked.stdout
    assert run("check", str(script), "--voice", "nobody").returncode == 2
    refused = run("voices", "remove", "anna", answers="n\n")
    assert refused.returncode == 1
    assert anna.file("Sit down.").exists()
    assert run("voices", "remove", "anna", answers="y\n").returncode == 0
    assert not anna.folder.exists()


def test_who_says_everything_needs_no_other_voice(anna: Recordings, tmp_path: Path) -> None:
    """Recordings play and export like any voice, in the language of the script."""
    for line in ("Calves.", "Stretch your left leg."):
        wav(anna.file(line), tone(1.0, 440))
    script, out = tmp_path / "calves.md", tmp_path / "calves.wav"
    script.write_text(SCRIPT)
    done = run("export", str(script), "-o", str(out), "--voice", "anna", "--loudness", "as-played")
    assert (done.returncode, done.stderr) == (0, "")
    assert strongest(Clip(out.read_bytes()[44 : 44 + RATE])) == pytest.approx(440, abs=5)


def test_names_that_are_none_are_refused() -> None:
    """Nothing is made outside of the folder of voices."""
    for name in ("../up", "", "a b", "x" * 41):
        with pytest.raises(UsageError, match="is no name for a voice"):
            begun(name, ["en"])
    with pytest.raises(UsageError, match="no voice of your own"):
        own_voices.remove("../voices")
    assert not own_voices.folder().exists()


def test_a_stretched_clip_keeps_its_length_in_proportion() -> None:
    """A layout is measured after it, so it may be off by a wave or two, and never silent."""
    clip = hum("Lift your hips, and let the roller travel toward your shoulders.", 1.0)
    assert stretched(clip, 1.0) is clip
    for tempo in (0.5, 0.9, 1.1, 2.0):
        assert stretched(clip, tempo).ms * tempo == pytest.approx(clip.ms, rel=0.01)


def test_a_folder_that_is_no_voice_of_the_listener_is_none(anna: Recordings) -> None:
    """Whatever lies in the folder of voices."""
    (own_voices.folder() / "junk").mkdir()
    (own_voices.folder() / "junk" / "voice.json").write_text("[]")
    (own_voices.folder() / "worse").mkdir()
    (own_voices.folder() / "worse" / "voice.json").write_text('{"engine": "recorded", "languages": 3}')
    assert [one.card.languages for one in recorded.all_recordings()] == [("en",), ()]
    assert isinstance(open_voice("anna", "en"), RecordedVoice)
