"""Files that other programs play: FFmpeg decodes them, and finds the sound, the chapters, the tags and the words."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from support.program import PROGRAM
from support.sessions import MakeSession
from voiceguide.audio.clip import RATE
from voiceguide.base.choices import QUALITIES, Quality
from voiceguide.base.moments import frame_at
from voiceguide.base.progress import no_progress
from voiceguide.export.artwork import cover
from voiceguide.export.coded import CODINGS
from voiceguide.export.formats import export_session
from voiceguide.export.job import ExportJob, ExportOptions
from voiceguide.picture.cover import SIDE
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline

pytestmark = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")

FRAMES = {"wav": 0, "flac": 0, "mp3": 1152, "opus": 441, "m4b": 1024, "m4a": 1024}
"""What a coder puts into one of its frames, at RATE."""

NEAR = RATE * 5 // 1000
SCRIPT = """---
title: 'Press = hold; # \\ & <b> ♥'
date: 2026-11-23
---

Lift your hips. [move 2s]

## First; part

- Press. [hold 9s] [at 4s: Keep on breathing.]

## Second "part"

And let go.
"""


@cache
def probed(path: Path) -> dict[str, Any]:
    """What ffprobe says of a file."""
    show = ["-show_format", "-show_streams", "-show_chapters", "-of", "json"]
    done = subprocess.run(["ffprobe", "-v", "error", *show, str(path)], capture_output=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def decoded(path: Path) -> np.ndarray:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-f", "s16le", "-ar", str(RATE), "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<i2").astype(np.float32)


def levels(path: Path) -> tuple[float, float]:
    """The loudness in LUFS and the true peak in dBTP, as FFmpeg measures what it decodes."""
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-map", "0:a", "-af", "ebur128=peak=true"]
    said = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
    loudness, peak = re.search(r"I: +(-?[\d.]+) LUFS", said[-900:]), re.search(r"Peak: +(-?[\d.]+) dBFS", said[-900:])
    assert loudness and peak, said
    return float(loudness[1]), float(peak[1])


def written(session: Session, path: Path, quality: Quality = "medium") -> ExportJob:
    job = ExportJob(session, session.timeline(), ExportOptions(path.suffix[1:], quality))
    export_session(session, path, job.options, timeline=job.timeline)
    return job


def lag(heard: np.ndarray, wanted: np.ndarray, start: int) -> int:
    """By how many frames what sounds at `start` is late: where the two are most alike."""
    reach, length = RATE // 50, RATE // 5
    needle = wanted[start : start + length]
    there = np.pad(heard, (reach, reach + length))[start : start + needle.size + 2 * reach]
    energy = np.convolve(there**2, np.ones(needle.size), mode="valid")
    return int(np.argmin(energy - 2 * np.correlate(there, needle, mode="valid"))) - reach


def tags_of(path: Path) -> dict[str, str]:
    """All tags by their lower-case names, those of the file and those of its sound."""
    found = probed(path)
    audio = next(stream for stream in found["streams"] if stream["codec_type"] == "audio")
    both = {**found["format"].get("tags", {}), **audio.get("tags", {})}
    return {name.lower(): value for name, value in both.items()}


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("name", sorted(FRAMES))
def test_every_sound_is_where_the_timeline_has_it(
    hummed: MakeSession, tmp_path: Path, name: str, quality: Quality
) -> None:
    """Within 5 ms of its moment, and the file within one of its coder's frames of the session's length."""
    path = tmp_path / f"session.{name}"
    job = written(hummed(SCRIPT), path, quality)
    wanted = np.frombuffer(b"".join(job.blocks(no_progress)), "<i2").astype(np.float32)
    heard = decoded(path)
    assert abs(heard.size - wanted.size) <= FRAMES[name]
    for event in job.timeline.events:
        if event.audible:
            assert abs(lag(heard, wanted, frame_at(event.start_ms, RATE))) <= NEAR, event


@pytest.mark.parametrize("name", sorted(CODINGS))
def test_chapters_are_exact_to_the_millisecond(hummed: MakeSession, tmp_path: Path, name: str) -> None:
    """A tap on a chapter leads to its first word, whatever its title looks like."""
    path = tmp_path / f"session.{name}"
    timeline = written(hummed(SCRIPT), path).timeline
    found = [(round(float(one["start_time"]) * 1000), one["tags"]["title"]) for one in probed(path)["chapters"]]
    assert found == [(chapter.start_ms, chapter.title) for chapter in timeline.chapters]


@pytest.mark.parametrize("name", sorted(CODINGS))
def test_tags_say_what_it_is(hummed: MakeSession, tmp_path: Path, name: str) -> None:
    """In a library of a thousand files it must be found by its title, and known by its voice."""
    path = tmp_path / f"session.{name}"
    written(hummed(SCRIPT), path)
    tags = tags_of(path)
    assert tags["date"] == "2026-11-23"
    assert tags["title"] == "Press = hold; # \\ & <b> ♥"
    assert tags["artist"] == "hum"
    assert tags["album"] == "voiceguide"
    assert tags["language"] == "eng"
    assert tags["comment"] == "Speech speed 1"


@pytest.mark.parametrize("name", sorted(CODINGS))
def test_a_cover_is_inside(hummed: MakeSession, tmp_path: Path, name: str) -> None:
    """On a phone a session is a picture to tap on."""
    path = tmp_path / f"session.{name}"
    timeline = written(hummed(SCRIPT), path).timeline
    found = next(stream for stream in probed(path)["streams"] if stream["codec_type"] == "video")
    assert (found["codec_name"], found["width"], found["disposition"]["attached_pic"]) == ("png", SIDE, 1)
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == cover(timeline)


@pytest.mark.parametrize("name", ["m4a", "m4b"])
def test_mp4_has_the_words_as_timed_text(hummed: MakeSession, tmp_path: Path, name: str) -> None:
    """Who can't hear reads what is said, and counts the seconds of a hold."""
    path = tmp_path / f"session.{name}"
    written(hummed(SCRIPT), path)
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:s:0", "-f", "srt", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Keep on breathing.\n0:05" in text
    assert [f"0:0{second}" in text for second in range(1, 10)] == [True] * 9


@pytest.mark.parametrize("name", ["flac", "mp3", "opus"])
def test_the_others_have_the_words_as_lyrics(hummed: MakeSession, tmp_path: Path, name: str) -> None:
    """Their lines have times, so that a player can show them along with the sound."""
    path = tmp_path / f"session.{name}"
    written(hummed(SCRIPT), path)
    lyrics = next(value for key, value in tags_of(path).items() if key.startswith("lyrics"))
    assert re.search(r"^\[00:\d\d\.\d\d\]Lift your hips\.", lyrics, re.MULTILINE)


@pytest.mark.voice
@pytest.mark.parametrize("voice", ["gmw/en", "gmw/en-us"])
@pytest.mark.parametrize("technique", ["foam-roller", "hands", "massage-balls"])
@pytest.mark.long
def test_sessions_are_as_loud_as_each_other(tmp_path: Path, technique: str, voice: str) -> None:
    """Within half a LU of -16 LUFS, and no peak above -1 dBTP, at any speed, in any format that loses something."""
    forms = (
        ("0.6", "mp3 medium"),
        ("0.8", "opus high"),
        ("1.0", "m4b medium"),
        ("1.3", "opus medium"),
        ("1.6", "m4b low"),
    )
    for speed, form in forms:
        name, quality = form.split()
        path = tmp_path / f"{speed}.{name}"
        how = ["--speed", speed, "--voice", voice, "--quality", quality]
        subprocess.run([*PROGRAM, "export", technique, "-o", str(path), *how], capture_output=True, check=True)
        loudness, peak = levels(path)
        assert abs(loudness + 16) <= 0.5, (speed, form)
        assert peak <= -1.0, (speed, form)


@pytest.mark.parametrize(("lufs", "name"), [(-23.0, "wav"), (-19.0, "opus"), (-12.0, "flac")])
def test_another_loudness_is_had(hummed: MakeSession, tmp_path: Path, lufs: float, name: str) -> None:
    """Radio wants less, a noisy gym more; what would be too loud is limited, not cut."""
    session, path = hummed(SCRIPT), tmp_path / f"session.{name}"
    export_session(session, path, ExportOptions(loudness_lufs=lufs))
    loudness, peak = levels(path)
    assert abs(loudness - lufs) <= 0.5
    assert peak <= -1.0


@pytest.mark.long
def test_a_coder_never_needs_the_whole_session(hummed: MakeSession, tmp_path: Path) -> None:
    """Two hours are no more in memory than two minutes: packets come while blocks are made."""
    session = hummed("# Long\n\n- Press. [hold 30m] [4 times]\n")
    timeline: Timeline = session.timeline(1.0)
    taken: list[int] = []
    path = tmp_path / "session.m4b"

    def progress(done: int, _total: int) -> None:
        taken.append(done)
        if len(taken) == 3600:
            assert next(tmp_path.glob(".voiceguide-*.part")).stat().st_size > 100_000

    export_session(session, path, ExportOptions(loudness_lufs=None), timeline=timeline, progress=progress)
    assert taken[-1] == frame_at(timeline.duration_ms, RATE)


@pytest.mark.timeout(400)
@pytest.mark.long
def test_a_file_is_the_old_one_or_the_new_one_whenever_the_export_is_killed(tmp_path: Path) -> None:
    """A power cut in the middle must not cost what was there; fifty of them, at any moment of an export."""
    script, target = tmp_path / "long.md", tmp_path / "long.m4b"
    script.write_text("# Long\n\n- Press. [hold 2m] [4 times]\n")
    command = [*PROGRAM, "export", str(script), "-o", str(target), "--voice", "hum"]
    begun = time.monotonic()
    subprocess.run(command, capture_output=True, check=True)
    lasts = time.monotonic() - begun
    whole = target.read_bytes()
    moments, outcomes = Random(5), set()
    for _ in range(50):
        target.write_text("precious")
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(moments.uniform(0.3, 1.1) * lasts)
            process.kill()
        outcomes.add(target.read_bytes())
    assert outcomes == {b"precious", whole}
    subprocess.run(command, capture_output=True, check=True)
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["long.m4b", "long.md"]
