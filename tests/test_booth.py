"""The cache never lies: what is damaged is made again, what can't be kept is done without."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from voiceguide.audio.clip import Clip
from voiceguide.base.errors import VoiceError
from voiceguide.recording.booth import Booth
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.voices.hum import HummingVoice

LINES = ["Lift your hips.", "Up.", "And down."]


class CountingVoice(HummingVoice):
    """Hums, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.recorded: list[str] = []
        self.version = 1

    def identity_of(self, line: str) -> str:
        return f"{super().identity_of(line)} {self.version}"

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        self.recorded += lines
        yield from super().record(lines, speed)


class MuteVoice(HummingVoice):
    """A voice that has lost it."""

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        yield from ((line, Clip(bytes(4_000))) for line in lines)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_each_distinct_line_is_recorded_once(tmp_path: Path) -> None:
    """Five repetitions are one recording, and the next session is none."""
    voice = CountingVoice()
    booth = Booth(voice, ClipCache(tmp_path))
    progress: list[tuple[int, int]] = []
    first = booth.record(LINES * 5, 1.0, lambda done, total: progress.append((done, total)))
    assert Booth(voice, ClipCache(tmp_path)).record(LINES, 1.0) == first
    assert voice.recorded == LINES
    assert progress == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_another_speed_or_voice_is_another_recording(tmp_path: Path) -> None:
    """A key holds everything that changes the sound."""
    voice = CountingVoice()
    booth = Booth(voice, ClipCache(tmp_path))
    slow, plain = booth.record(LINES, 0.5), booth.record(LINES, 1.0)
    assert all(slow[line] > plain[line] for line in LINES)
    voice.version = 2
    booth.record(LINES, 1.0)
    assert voice.recorded == LINES * 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes()[:-2]),
        lambda path: path.write_bytes(path.read_bytes()[:100] + b"\x55" + path.read_bytes()[101:]),
        lambda path: path.write_bytes(b"something else"),
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: (path.unlink(), path.symlink_to("/etc/hostname")),
        lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    ],
    ids=["empty", "odd", "short", "flipped", "garbage", "folder", "link", "endless link"],
)
def test_a_damaged_entry_is_made_again(tmp_path: Path, damage: object) -> None:
    """No damage of the cache's files is ever heard."""
    voice = CountingVoice()
    booth = Booth(voice, ClipCache(tmp_path))
    booth.record(LINES, 1.0)
    clip = booth.clip("Up.", 1.0)
    for path in files(tmp_path):
        damage(path)  # type: ignore[operator]
    assert booth.clip("Up.", 1.0) == clip
    assert booth.record(LINES, 1.0)["Up."] == clip.ms


def test_a_cache_that_can_not_be_written_is_done_without(tmp_path: Path) -> None:
    """A read-only home is no reason not to lie down."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    voice = CountingVoice()
    booth = Booth(voice, ClipCache(blocked / "lines"))
    booth.record(LINES, 1.0)
    assert booth.clip("Up.", 1.0).frames
    assert voice.recorded == LINES
    assert "can't be written" in (booth.cache.problem or "")


def test_a_cache_that_vanishes_is_filled_again(tmp_path: Path) -> None:
    """Somebody tidies up in the middle of a session."""
    booth = Booth(CountingVoice(), ClipCache(tmp_path / "lines"))
    booth.record(LINES, 1.0)
    clip = booth.clip("Up.", 1.0)
    for path in files(tmp_path):
        path.unlink()
    assert booth.clip("Up.", 1.0) == clip


def test_a_silent_voice_is_an_error(tmp_path: Path) -> None:
    """A line is never replaced by silence."""
    with pytest.raises(VoiceError, match="silent at ‘Lift your hips"):
        Booth(MuteVoice(), ClipCache(tmp_path)).record(LINES, 1.0)


def test_several_booths_share_a_cache(tmp_path: Path) -> None:
    """Two sessions at once make the same line at the same time; neither reads half a file."""
    results: list[dict[str, int]] = []
    lines = [f"Line {number}." for number in range(30)]
    threads = [
        threading.Thread(target=lambda: results.append(Booth(HummingVoice(), ClipCache(tmp_path)).record(lines, 1.0)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(result == results[0] for result in results)
    assert not [path for path in files(tmp_path) if path.name.startswith(".")]
