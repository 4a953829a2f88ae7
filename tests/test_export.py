"""Exported files: whole, exact and the same every time, as another program hears them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from support.cases import long_cases
from support.program import PROGRAM
from support.sessions import MakeSession
from voiceguide.audio.clip import RATE
from voiceguide.base.errors import ExportError
from voiceguide.base.files import atomic_file
from voiceguide.base.moments import frame_at
from voiceguide.base.progress import no_progress
from voiceguide.export.formats import export_session
from voiceguide.export.job import ExportJob, ExportOptions
from voiceguide.script import parse
from voiceguide.session.build import open_session
from voiceguide.session.render import render, total_frames
from voiceguide.session.session import Session
from voiceguide.timeline import Chapter
from voiceguide.voices.hum import HummingVoice

NEAR = RATE * 5 // 1000
SCRIPT = """# A *short* session

Lift your hips. [move 2s]

## Press = hold; # \\\\ and more

- Press. [hold 9s]
"""


def export(
    session: Session, path: Path, speed: float = 1.0, format_name: str | None = None, loudness: float | None = None
) -> None:
    timeline = session.timeline(speed)
    export_session(session, path, ExportOptions(format_name, loudness_lufs=loudness), timeline=timeline)


def decoded(path: Path) -> np.ndarray:
    """The file's samples, as FFmpeg decodes them: the system's, or else PyAV's."""
    if shutil.which("ffmpeg"):
        command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-ac", "1", "-ar", str(RATE), "-"]
        return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<i2")
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("s16", "mono", RATE)
        blocks = [block for frame in container.decode(audio=0) for block in resampler.resample(frame)]
        return np.concatenate([block.to_ndarray().ravel() for block in blocks])


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def onset(samples: np.ndarray, near: int, within: int) -> int:
    """The first frame around `near` from which on it is louder than the silence before."""
    window = np.abs(samples[max(0, near - within) : near + within].astype(float))
    return max(0, near - within) + int(np.flatnonzero(window > 60)[0])


def _ms(chapter: Any, edge: str) -> int:
    return int(chapter[edge] * chapter["time_base"] * 1000)


@pytest.mark.voice
@pytest.mark.parametrize("speed", ["1.0", *long_cases("0.7", "1.5")])
def test_sound_and_silence_lie_where_the_timeline_says(tmp_path: Path, speed: str) -> None:
    """The contract of `show --json`: with a real voice, each sound begins and ends within 5 ms of its moments."""
    shown, file = tmp_path / "show.json", tmp_path / "roller.wav"
    with shown.open("w") as target:
        subprocess.run([*PROGRAM, "show", "foam-roller", "--json", "--speed", speed], stdout=target, check=True)
    subprocess.run(
        [*PROGRAM, "export", "foam-roller", "-o", str(file), "--speed", speed], check=True, capture_output=True
    )
    timeline: dict[str, Any] = json.loads(shown.read_text())
    with wave.open(str(file)) as opened:
        assert opened.getnframes() == frame_at(timeline["duration_ms"], RATE)
    samples = decoded(file)
    audible = [event for event in timeline["events"] if event["kind"] in {"say", "chime"}]
    silent = np.ones(samples.size, dtype=bool)
    for event in audible:
        start, end = frame_at(event["start_ms"], RATE), frame_at(event["end_ms"], RATE)
        silent[start:end] = False
        assert onset(samples, start, RATE // 50) - start <= RATE * 5 // 1000 + (
            RATE // 100 if event["kind"] == "say" else 0
        )
        assert np.abs(samples[end - RATE // 5 : end].astype(int)).max() > 0
    assert not samples[silent].any()


@pytest.mark.long
@pytest.mark.voice
@pytest.mark.cold_cache
def test_two_exports_are_the_same_bytes_with_any_cache_and_at_once(tmp_path: Path) -> None:
    """Cold, warm, emptied, and two at a time on the same cache."""
    command = [*PROGRAM, "export", "massage-balls", "--format", "wav", "-o"]
    pair = [subprocess.Popen([*command, str(tmp_path / name)], stdout=subprocess.DEVNULL) for name in "ab"]
    assert [process.wait() for process in pair] == [0, 0]
    subprocess.run([*command, str(tmp_path / "c")], check=True, capture_output=True)
    shutil.rmtree(tmp_path / "cache")
    subprocess.run([*command, str(tmp_path / "d")], check=True, capture_output=True)
    assert len({(tmp_path / name).read_bytes() for name in "abcd"}) == 1


def test_a_chapter_of_one_among_several_techniques_tells_which(tmp_path: Path) -> None:
    """Three chapters called “Rest” are of no use on a phone."""
    scripts = [parse(f"# {title}\n\n## Rest\n\n- Lie still. [rest 1s]\n", f"{title}.md") for title in ("Hands", "Feet")]
    session = open_session(scripts, voice=HummingVoice())
    path = tmp_path / "session.mp3"
    export(session, path)
    with av.open(str(path)) as container:
        titles = [found["metadata"]["title"] for found in container.chapters()]
        assert container.metadata["title"] == "Hands · Feet"
    assert titles == ["Hands", "Hands: Rest", "Feet", "Feet: Rest"]


def test_an_mp3_has_the_sound_the_title_and_the_chapters(hummed: MakeSession, tmp_path: Path) -> None:
    """Chapters to the millisecond and tags as they were written, odd characters and all."""
    session = hummed(SCRIPT)
    timeline = session.timeline(1.0)
    path = tmp_path / "session.mp3"
    export(session, path)
    with av.open(str(path)) as container:
        assert container.metadata["title"] == "A short session"
        chapters = [
            Chapter(found["metadata"]["title"], 0, _ms(found, "start"), _ms(found, "end"))
            for found in container.chapters()
        ]
    assert tuple(chapters) == timeline.chapters
    heard = decoded(path)
    assert abs(heard.size - total_frames(timeline)) <= 2 * 1152
    whole = np.frombuffer(b"".join(render(timeline, lambda event: session.clip(event, 1.0))), "<i2")
    for event in timeline.events:
        if event.audible:
            start = frame_at(event.start_ms, RATE)
            assert abs(onset(heard, start, RATE // 20) - onset(whole, start, RATE // 20)) <= NEAR


def test_the_format_is_that_of_the_name_or_of_the_option(hummed: MakeSession, tmp_path: Path) -> None:
    """`-o session.MP3` and `--format mp3 -o session` mean the same."""
    session = hummed(SCRIPT)
    export(session, tmp_path / "a.MP3")
    export(session, tmp_path / "b", format_name="mp3")
    assert (tmp_path / "a.MP3").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_failed_export_harms_nothing(tmp_path: Path) -> None:
    """What was there before is there afterwards, and nothing beside it."""
    target = tmp_path / "session.wav"
    target.write_text("precious")
    with pytest.raises(RuntimeError), atomic_file(target, 10) as file:
        file.write(b"half")
        raise RuntimeError
    assert target.read_text() == "precious"
    assert files(tmp_path) == ["session.wav"]


def test_a_link_stays_a_link_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    """Somebody's links, and those of the system, are not voiceguide's to replace."""
    real, link, nowhere = tmp_path / "real.wav", tmp_path / "link.wav", tmp_path / "nowhere.wav"
    real.write_text("old")
    link.symlink_to(real)
    nowhere.symlink_to(nowhere)
    with atomic_file(link, 1) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    with pytest.raises(ExportError), atomic_file(nowhere, 1):
        pass
    assert nowhere.is_symlink()


def test_a_new_file_gets_the_usual_permissions_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    """A temporary file's private permissions would lock others out of the result."""
    target = tmp_path / "session.wav"
    mask = os.umask(0o022)
    try:
        with atomic_file(target, 1) as file:
            file.write(b"a")
        assert target.stat().st_mode & 0o777 == 0o644
        target.chmod(0o660)
        with atomic_file(target, 1) as file:
            file.write(b"b")
        assert target.stat().st_mode & 0o777 == 0o660
    finally:
        os.umask(mask)


@pytest.mark.parametrize(
    ("target", "says"),
    [(".", "is a folder"), ("missing/session.wav", "doesn't exist"), ("/dev/null", "not a plain file")],
)
def test_targets_that_can_not_be_written_are_said_in_a_sentence(
    hummed: MakeSession, tmp_path: Path, target: str, says: str
) -> None:
    """Where a file can't go is known before anything is recorded into it."""
    with pytest.raises(ExportError, match=says):
        export(hummed(SCRIPT), tmp_path / target, format_name="wav")


def test_a_wav_beyond_its_format_is_refused(hummed: MakeSession) -> None:
    """A WAV header can't say more than 4 GiB; a wrong one would be worse than none."""
    from dataclasses import replace

    from voiceguide.export import wav

    session = hummed(SCRIPT)
    timeline = replace(session.timeline(1.0), duration_ms=28 * 3_600_000)
    with pytest.raises(ExportError, match="at most 27 hours"):
        wav.write(ExportJob(session, timeline), no_progress, BytesIO())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_export_that_is_ended_leaves_the_old_file(tmp_path: Path, number: signal.Signals) -> None:
    """A killed export never leaves half a file; what SIGKILL leaves beside it goes with the next export."""
    script = tmp_path / "long.md"
    script.write_text("# Long\n\n- Press. [hold 1h] [10 times]\n")
    target = tmp_path / "long.mp3"
    target.write_text("precious")
    command = [*PROGRAM, "export", str(script), "-o", str(target), "--voice", "hum"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".voiceguide-*.part")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGKILL: -9}[number]
    assert b"Traceback" not in said
    assert target.read_text() == "precious"
    left = list(tmp_path.glob(".voiceguide-*.part"))
    assert bool(left) == (number == signal.SIGKILL)
    with atomic_file(tmp_path / "another", 1) as file:
        file.write(b"x")
    assert not list(tmp_path.glob(".voiceguide-*.part"))


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk_is_said_and_harms_nothing(tmp_path: Path) -> None:
    """Too small from the start, and filled up in the middle: one sentence, the old file whole, nothing left behind."""
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], check=True)
    try:
        target = small / "session.wav"
        target.write_text("precious")
        command = [*PROGRAM, "export", "foam-roller", "--voice", "hum", "-o", str(target)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 1
        assert "the disk is full; about 1" in done.stderr
        assert "Traceback" not in done.stderr
        with pytest.raises(ExportError, match="disk is full"), atomic_file(target, 1) as file:
            for _ in range(100):
                file.write(bytes(100_000))
        assert target.read_text() == "precious"
        assert files(small) == ["session.wav"]
    finally:
        subprocess.run(["umount", str(small)], check=True)
