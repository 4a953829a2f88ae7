"""The recorded lines on disk: they stay as long as there is room for them, and whoever wants one has it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.program import invoke
from voiceguide.base.errors import UsageError
from voiceguide.recording import cache_folder
from voiceguide.recording.booth import Booth
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.voices.hum import HummingVoice, hum

pytestmark = pytest.mark.cold_cache

DAY = 86_400
LINES = [f"Line number {number}." for number in range(20)]


def aged(file: Path, days: float) -> None:
    """As if it had been used that long ago."""
    then = time.time() - days * DAY
    os.utime(file, (then, then))


def recorded(folder: Path, limit: int = cache_folder.USUAL_BYTES) -> Booth:
    booth = Booth(HummingVoice(), ClipCache(folder, limit))
    booth.record(LINES, 1.0)
    return booth


def test_what_was_not_heard_for_longest_goes_first(tmp_path: Path) -> None:
    """Somebody's daily session stays, a voice that was tried out once doesn't."""
    recorded(tmp_path).close()
    there = cache_folder.contents(tmp_path)
    assert len(there) == len(LINES)
    for number, kept in enumerate(there):
        aged(kept.file, 100 - number)
    ClipCache(tmp_path).get(there[0].file.parent.name + there[0].file.name)  # is heard again, and young again
    size = sum(kept.size_bytes for kept in there)
    gone = cache_folder.prune(tmp_path, size // 2)
    left = cache_folder.contents(tmp_path)
    assert sum(kept.size_bytes for kept in left) <= size // 2
    assert [kept.file for kept in gone] == [kept.file for kept in there[1 : len(gone) + 1]]
    assert left[-1].file == there[0].file


def test_the_cache_stays_within_its_limit_by_itself(tmp_path: Path) -> None:
    """Nobody has to look after it; and a session that is bigger than that still sounds as it should."""
    limit = 5 * len(hum(LINES[0], 1.0).pcm)
    booth = recorded(tmp_path, limit)
    booth.close()
    assert 0 < sum(kept.size_bytes for kept in cache_folder.contents(tmp_path)) <= limit
    assert [booth.clip(line, 1.0) for line in LINES] == [recorded(tmp_path / "all").clip(line, 1.0) for line in LINES]


def test_only_what_recorded_something_looks_through_the_cache(tmp_path: Path) -> None:
    """A session that is ready begins, and ends, without counting thousands of files."""
    recorded(tmp_path).close()
    booth = recorded(tmp_path, 1)
    booth.close()
    assert len(cache_folder.contents(tmp_path)) == len(LINES)


def test_what_a_killed_process_left_goes_too(tmp_path: Path) -> None:
    """Half-written lines have no other end; those of a process that is at work stay."""
    recorded(tmp_path).close()
    [old, new] = (cache_folder.contents(tmp_path)[0].file.parent / name for name in (".tmpold", ".tmpnew"))
    for file in (old, new):
        file.write_bytes(b"half")
    aged(old, 1)
    cache_folder.prune(tmp_path, cache_folder.USUAL_BYTES)
    assert (old.exists(), new.exists()) == (False, True)
    assert len(cache_folder.contents(tmp_path)) == len(LINES) + 1


def test_a_link_in_the_cache_leads_nowhere(tmp_path: Path) -> None:
    """What somebody else has put there is removed, and what it leads to isn't."""
    mine = tmp_path / "thesis.txt"
    mine.write_text("years of work")
    folder = tmp_path / "lines" / "aa"
    folder.mkdir(parents=True)
    (folder / "bb").symlink_to(mine)
    cache_folder.prune(tmp_path / "lines", 0, float("inf"))
    assert not list(folder.iterdir())
    assert mine.read_text() == "years of work"


def test_the_command_tells_prunes_and_clears(tmp_path: Path) -> None:
    """How much there is, and a way to have less."""
    recorded(cache_folder.folder()).close()
    assert invoke("cache").stdout.startswith("20 lines, ")
    assert "of 1.0 GB" in invoke("cache").stdout
    for kept in cache_folder.contents(cache_folder.folder())[:5]:
        aged(kept.file, 31)
    assert invoke("cache", "prune", "--unused", "30").stdout.startswith("5 lines removed")
    assert invoke("cache", "prune").stdout.startswith("0 lines removed")
    assert invoke("config", "cache", "2.5GB").returncode == 0
    assert "of 2.5 GB" in invoke("cache").stdout
    assert invoke("cache", "clear").stdout.startswith("15 lines removed")
    assert invoke("cache").stdout.startswith("0 lines, 0.0 MB")


@pytest.mark.parametrize("wrong", ["", "much", "-5GB", "5", "1e9", "9 MB", "5 TB", "9" * 40])
def test_a_size_that_is_none_is_refused(wrong: str) -> None:
    """Less than one session needs is no cache."""
    with pytest.raises(UsageError, match="not a size for the cache"):
        cache_folder.read_size(wrong)
    assert invoke("config", "cache", wrong or "x").returncode == 2


def test_sizes_are_read_as_people_write_them() -> None:
    """With a space or without, in small letters or capitals."""
    assert [cache_folder.read_size(size) for size in ("500MB", "1.5 gb", "20000000", "20000 kB")] == [
        500_000_000,
        1_500_000_000,
        20_000_000,
        20_000_000,
    ]


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small file system needs root")
@pytest.mark.parametrize("options", ["size=64k", "ro"])
def test_a_cache_on_a_full_or_read_only_disk_is_done_without(tmp_path: Path, options: str) -> None:
    """The session sounds the same; what can't be kept is recorded again the next time."""
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(small)], check=True)
    try:
        booth = recorded(small / "lines")
        assert "can't be written" in (booth.cache.problem or "")
        other = recorded(tmp_path / "all")
        assert [booth.clip(line, 1.0) for line in LINES] == [other.clip(line, 1.0) for line in LINES]
        booth.close()
        done = subprocess.run(
            [sys.executable, "-m", "voiceguide", "show", "hands"],
            capture_output=True,
            text=True,
            env={**os.environ, "XDG_CACHE_HOME": str(small)},
        )
        assert done.returncode == 0
        assert "lines are recorded anew each time" in done.stderr
        assert "Traceback" not in done.stderr
    finally:
        subprocess.run(["umount", str(small)], check=True)
