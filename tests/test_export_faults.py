"""What may come in an export's way: a file is the new one, whole, or the old one, or not there."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.cases import long_cases
from support.program import PROGRAM

SHORT = "# Short\n\nLift your hips. [move 2s]\n\n- Press. [hold 12s] [3 times]\n\nLet go.\n"
needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small file system needs root"
)


def export(script: Path, target: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, "export", str(script), "-o", str(target), "--voice", "hum"]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, timeout=100)


@pytest.fixture
def short(tmp_path: Path) -> Path:
    script = tmp_path / "short.md"
    script.write_text(SHORT)
    return script


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A small file system of its own in `folder`."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.long
@needs_root
@pytest.mark.parametrize("suffix", ["wav", "m4b", *long_cases("mp3", "html")])
def test_a_disk_that_fills_up_at_any_moment_costs_nothing(tmp_path: Path, short: Path, suffix: str) -> None:
    """At the start, in the middle, at the very end: a sentence, the old file, and nothing left beside it."""
    whole = tmp_path / f"whole.{suffix}"
    assert export(short, whole).returncode == 0
    size = whole.stat().st_size
    outcomes = set()
    for room in (0.1 * size, 0.5 * size, 0.9 * size, 0.99 * size, size + 10_000_000):
        with mounted(tmp_path / "small", f"size={4 * (int(room) // 4096 + 2)}k") as small:
            target = small / f"session.{suffix}"
            target.write_text("old")
            done = export(short, target)
            assert "Traceback" not in done.stderr
            assert [path.name for path in small.iterdir()] == [target.name]
            if done.returncode == 0:
                assert target.read_bytes() == whole.read_bytes()
            else:
                assert (done.returncode, "the disk is full" in done.stderr) == (1, True)
                assert target.read_text() == "old"
            outcomes.add(done.returncode)
    assert outcomes == {0, 1}


@needs_root
def test_a_folder_that_is_read_only_is_said(tmp_path: Path, short: Path) -> None:
    """A memory card with its lock on: one sentence, and what is on it stays."""
    with mounted(tmp_path / "card", "size=1m") as card:
        (card / "session.mp3").write_text("old")
        subprocess.run(["mount", "-o", "remount,ro", str(card)], check=True)
        done = export(short, card / "session.mp3")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "can't be written (Read-only file system)" in done.stderr
        assert (card / "session.mp3").read_text() == "old"


@pytest.mark.long
def test_two_exports_to_one_name_are_both_whole(tmp_path: Path, short: Path) -> None:
    """Who presses the button twice gets one file, whichever was the last."""
    whole, target = tmp_path / "whole.mp3", tmp_path / "session.mp3"
    assert export(short, whole).returncode == 0
    command = [*PROGRAM, "export", str(short), "-o", str(target), "--voice", "hum"]
    pair = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    while any(process.poll() is None for process in pair):
        if target.exists():
            assert target.read_bytes() == whole.read_bytes()
        time.sleep(0.01)
    assert [process.returncode for process in pair] == [0, 0, 0]
    assert target.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_a_second_of_being_asked(tmp_path: Path, number: signal.Signals) -> None:
    """A closed window, a shutdown, Ctrl-C: gone at once, with nothing left behind."""
    script = tmp_path / "long.md"
    script.write_text("# Long\n\n- Press. [hold 1h] [10 times]\n")
    command = [*PROGRAM, "export", str(script), "-o", str(tmp_path / "long.mp3"), "--voice", "hum"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while not list(tmp_path.glob(".voiceguide-*.part")):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        began = time.monotonic()
        assert process.wait(20) == 128 + number
        assert time.monotonic() - began < 5  # of which the program takes a tenth, unless the machine is busy
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["long.md"]


@pytest.mark.skipif(sys.platform != "linux", reason="limits are Linux's")
@pytest.mark.timeout(300)
@pytest.mark.long
def test_ten_hours_need_few_files_and_little_memory(tmp_path: Path) -> None:
    """On a small machine, in a container: sixty-four open files and half a gigabyte of addresses are enough."""
    script, target = tmp_path / "long.md", tmp_path / "long.wav"
    steps = "".join(f"- Press, step {n}. [hold 10m] [rest 2m]\n" for n in range(50))
    script.write_text(f"# Long\n\n{steps}")
    limits = {resource.RLIMIT_NOFILE: 64, resource.RLIMIT_AS: 512 * 2**20}
    code = f"""
import resource, sys
for limit, most in {limits!r}.items():
    resource.setrlimit(limit, (most, most))
sys.argv[1:] = ["export", {str(script)!r}, "-o", {str(target)!r}, "--voice", "hum"]
from voiceguide.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=250)
    assert (done.returncode, done.stderr) == (0, "")
    assert target.stat().st_size > 10 * 3_600 * 22_050 * 2


@pytest.mark.long
def test_no_clock_gets_into_a_file(tmp_path: Path, short: Path) -> None:
    """Another time zone, another moment, another order of sets: the same bytes."""
    made: list[dict[str, bytes]] = []
    for environment in (
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"TZ": "Etc/GMT+12", "PYTHONHASHSEED": "2", "LC_ALL": "C"},
    ):
        targets = [tmp_path / f"session.{suffix}" for suffix in ("mp3", "m4b", "html", "pdf")]
        assert all(export(short, target, **environment).returncode == 0 for target in targets)
        made.append({target.name: target.read_bytes() for target in targets})
        time.sleep(1.1)  # the clock's seconds are others
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffmpeg is not installed")
@pytest.mark.parametrize("suffix", ["m4b", "mp3", "opus"])
@pytest.mark.long
def test_hundreds_of_chapters_with_the_oddest_titles(tmp_path: Path, suffix: str) -> None:
    """More than a byte can count, with signs that a file of tags obeys, and as long as a title may be."""
    odd = ["a=b;#c\\d", "\\[CHAPTER\\]", "TITLE=x", "x" * 180, "♥ e\u0301", "\\<b>", "&amp;lt;"]
    parts = "".join(f"## {odd[n % len(odd)]} {n}\n\n- Go. [move 1s]\n\n" for n in range(300))
    script, target = tmp_path / "many.md", tmp_path / f"many.{suffix}"
    script.write_text(f"# Many\n\n{parts}")
    assert export(script, target).stderr == ""
    show = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", str(target)]
    chapters = json.loads(subprocess.run(show, capture_output=True, check=True).stdout)["chapters"]
    shown = subprocess.run([*PROGRAM, "show", str(script), "--voice", "hum", "--json"], capture_output=True, check=True)
    expected = json.loads(shown.stdout)["chapters"]
    assert len(chapters) == len(expected) >= 300
    for found, wanted in zip(chapters, expected, strict=True):
        assert found["tags"]["title"] == wanted["title"]
        assert round(float(found["start_time"]) * 1000) == wanted["start_ms"]
