"""Catalogues: many files by several workers, each made once, and whatever stops them, the next run completes them."""

from __future__ import annotations

import json
import multiprocessing
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from support.program import PROGRAM
from voiceguide.audio.clip import Clip
from voiceguide.recording.booth import Booth
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.voices.hum import HummingVoice

SHORT = "# {title}\n\nLift your hips. [move 2s]\n\n- Press. [hold 9s]\n"


def exported(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, "export", "--all", "-o", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def manifest(folder: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((folder / "catalogue.json").read_text("utf-8"))["files"]
    return found


def files(folder: Path) -> dict[str, str]:
    """Every file but the manifest and what is being written, and its digest."""
    return {
        file.name: sha256(file.read_bytes()).hexdigest()
        for file in folder.glob("[!.]*")
        if file.name != "catalogue.json"
    }


@pytest.fixture
def scripts(tmp_path: Path) -> list[str]:
    """Three short techniques."""
    for title in ("Calves", "Neck", "Feet"):
        (tmp_path / f"{title.lower()}.md").write_text(SHORT.format(title=title), "utf-8")
    return [str(tmp_path / f"{name}.md") for name in ("calves", "neck", "feet")]


@pytest.mark.long
def test_every_technique_speed_and_format_is_a_file(tmp_path: Path, scripts: list[str]) -> None:
    """What was asked for stands in a file's name, and in the manifest."""
    done = exported(
        tmp_path / "out", *scripts, "--speed", "0.8", "--speed", "1", "--voice", "hum", "--format", "opus",
        "--format", "html", "--captions", "vtt", "--jobs", "2",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    made = {f"{name}-hum-{speed}.{form}" for name in ("calves", "neck", "feet") for speed in ("0.8", "1")
            for form in ("opus", "html")}  # fmt: skip
    assert made | {Path(name).stem + ".vtt" for name in made} == set(files(tmp_path / "out"))
    entries = manifest(tmp_path / "out")
    assert set(entries) == made
    assert all(entries[name]["sha256"] == files(tmp_path / "out")[name] for name in made)
    assert done.stdout.splitlines()[-1].endswith("12 made, 0 up to date, 0 failed")
    single = tmp_path / "calves.opus"
    command = [*PROGRAM, "export", scripts[0], "-o", str(single), "--speed", "0.8", "--voice", "hum"]
    subprocess.run(command, check=True, capture_output=True)
    assert sha256(single.read_bytes()).hexdigest() == entries["calves-hum-0.8.opus"]["sha256"]


@pytest.mark.long
def test_what_comes_along_is_read_by_who_speaks_its_language(tmp_path: Path) -> None:
    """An English voice reads no Spanish; without a voice each technique gets one of its language."""
    exported(tmp_path / "en", "--voice", "gmw/en", "--format", "md")
    assert sorted(files(tmp_path / "en")) == ["foam-roller-gmw-en.md", "hands-gmw-en.md", "massage-balls-gmw-en.md"]
    exported(tmp_path / "es", "--voice", "roa/es", "--format", "md")
    assert sorted(files(tmp_path / "es")) == ["es-foam-roller-roa-es.md"]
    exported(tmp_path / "language", "--language", "es", "--format", "md")
    assert sorted(files(tmp_path / "language")) == ["es-foam-roller.md"]


@pytest.mark.long
def test_only_what_has_changed_is_made_again(tmp_path: Path, scripts: list[str]) -> None:
    """Three hundred files must not be made anew for one word."""
    out, arguments = tmp_path / "out", (*scripts, "--voice", "hum", "--format", "wav", "--jobs", "1")
    assert exported(out, *arguments).returncode == 0
    whole = files(out)

    def made() -> list[str]:
        return sorted(line.split(":")[0] for line in exported(out, *arguments).stdout.splitlines()[:-1])

    assert made() == []
    Path(scripts[1]).write_text(SHORT.format(title="Nape"), "utf-8")
    assert made() == ["neck-hum.wav"]
    (out / "feet-hum.wav").unlink()
    (out / "calves-hum.wav").write_bytes((out / "calves-hum.wav").read_bytes()[:-2] + b"\1\1")
    assert made() == ["calves-hum.wav", "feet-hum.wav"]
    assert {name: files(out)[name] for name in ("calves-hum.wav", "feet-hum.wav")}.items() <= whole.items()
    own = Path(os.environ["XDG_CONFIG_HOME"], "voiceguide", "sounds")
    own.mkdir(parents=True)
    shutil.copy(Path(__file__).parent.parent / "sounds" / "bell.wav", own / "start.wav")
    assert made() == ["calves-hum.wav", "feet-hum.wav", "neck-hum.wav"]
    assert made() == []


def test_one_that_fails_keeps_nobody_else_from_being_made(tmp_path: Path, scripts: list[str]) -> None:
    """One wrong sound in one script of a hundred is told, and the rest is there in the morning."""
    Path(scripts[1]).write_text("# Neck\n\nPress. [chime gong]\n", "utf-8")
    done = exported(tmp_path / "out", *scripts, "--voice", "hum")
    assert done.returncode == 1
    assert "neck-hum.mp3: " in done.stderr
    assert "no sound is called ‘gong’" in done.stderr
    assert "1 of 3 files couldn't be made" in done.stderr
    assert sorted(files(tmp_path / "out")) == ["calves-hum.mp3", "feet-hum.mp3"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["foam-roller", "--speed", "1", "--speed", "2"], "go with --all"),
        (["foam-roller", "--jobs", "2"], "go with --all"),
        (["--all", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"], "give one of the two"),
        (
            ["--all", "hands", "--speed", "1", "--speed", "1"],
            "two files would be called hands-1.mp3; give each speed, voice and name once",
        ),
        (["--all", "es/foam-roller", "--voice", "gmw/en"], "aren't in its language"),
        (["--all", "--voice", "nobody"], "unknown voice ‘nobody’"),
        (["--all", "--language", "pl"], "none of voiceguide’s own techniques is available in ‘pl’"),
        (["--all", "--format", "ogv"], "unknown format ‘ogv’"),
        ([], "name a technique"),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_made(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    """A night's work must not end with a usage error."""
    command = [*PROGRAM, "export", *arguments, "-o", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, complaint in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ['{"files": []}', "[1, 2]", "my own list", '{"version": 7}', "[" * 100_000])
def test_somebody_elses_catalogue_is_left_alone(tmp_path: Path, text: str) -> None:
    """The name is a common one; what isn't the program's own is not overwritten."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "catalogue.json").write_text(text)
    done = exported(tmp_path / "out", "hands", "--voice", "hum")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["catalogue.json"]
    assert (tmp_path / "out" / "catalogue.json").read_text() == text


class Counted(HummingVoice):
    """Writes down every line that it is asked for."""

    def __init__(self, book: Path) -> None:
        super().__init__()
        self.book = book

    def record(self, lines: Sequence[str], speed: float) -> Iterator[tuple[str, Clip]]:
        for line, clip in super().record(lines, speed):
            with self.book.open("a") as book:
                book.write(f"{line}\n")
            time.sleep(0.002)  # so that the others come into the middle of it
            yield line, clip


def _record_all(folder: Path, lines: list[str]) -> None:
    Booth(Counted(folder / "book"), ClipCache(folder / "shelf")).record(lines, 1.0)


@pytest.mark.long
def test_several_processes_record_each_line_once(tmp_path: Path) -> None:
    """With a voice that takes a second a line, twice the lines are twice the night."""
    lines = [f"Line {number}." for number in range(100)]
    orders = [Random(seed).sample(lines, 100) for seed in range(3)]
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_record_all, args=(tmp_path, order)) for order in orders]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert sorted((tmp_path / "book").read_text().splitlines()) == sorted(lines)


def test_a_process_that_was_stopped_in_its_turn_keeps_nobody_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A suspended export must not hold up a session on the floor."""
    monkeypatch.setattr("voiceguide.recording.clip_cache.PATIENCE_SECONDS", 0.1)
    shelf, voice = ClipCache(tmp_path), HummingVoice()
    code = (
        "import sys, time; from pathlib import Path; from voiceguide.recording.clip_cache import Shelf\n"
        f"with Shelf(Path({str(tmp_path)!r})).turn({f'{voice.name} 1.000'!r}): print(flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        try:
            assert Booth(voice, shelf).record(["Lift."], 1.0)["Lift."] > 0
        finally:
            other.kill()


def alive_in(session: int) -> list[int]:
    """The processes of a terminal's session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its_session = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(its_session) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.long
@pytest.mark.xdist_group("alone")
def test_whenever_it_is_killed_files_are_whole_and_the_next_run_completes(tmp_path: Path, scripts: list[str]) -> None:
    """Fifty kills at any moment, of the program alone or with its workers: nothing half-made has a final name."""
    out, arguments = tmp_path / "out", (*scripts, "--voice", "hum", "--format", "m4b", "--speed", "0.9", "--jobs", "2")
    command = [*PROGRAM, "export", "--all", "-o", str(out), *arguments]
    begun = time.monotonic()
    assert exported(out, *arguments).returncode == 0
    lasts, whole = time.monotonic() - begun, files(out)
    old = {name: sha256(b"precious").hexdigest() for name in whole}
    moments, cut = Random(7), 0
    for number in range(50):
        (out / "catalogue.json").unlink(missing_ok=True)
        for name in whole:
            (out / name).write_bytes(b"precious")
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            time.sleep(moments.uniform(0.2, 1.0) * lasts)
            os.killpg(process.pid, signal.SIGKILL) if number % 2 else process.kill()
        there = files(out)
        assert all(there[name] in {digest, old[name]} for name, digest in whole.items())
        cut += any(there[name] == old[name] for name in whole)
        ends = time.monotonic() + 20
        while alive_in(process.pid):
            assert time.monotonic() < ends, "workers outlive the program"
            time.sleep(0.02)
    assert cut > 10, "it was killed when all was done"
    assert exported(out, *arguments).returncode == 0
    assert files(out) == whole
    assert set(manifest(out)) == set(whole)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_and_leaves_nothing_half_done(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C in the middle of the night shift: the workers stop where they are."""
    script, out = tmp_path / "long.md", tmp_path / "out"
    script.write_text("# Long\n\n- Press. [hold 30m] [20 times]\n")
    command = [*PROGRAM, "export", "--all", str(script), "-o", str(out), "--voice", "hum", "--speed", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
        while not list(out.glob(".voiceguide-*.part/*")) or len(list(out.glob(".voiceguide-*.part"))) < 2:
            time.sleep(0.01)
        os.killpg(process.pid, number)
        begun = time.monotonic()
        _, complaints = process.communicate()
    assert process.returncode == 128 + number
    assert time.monotonic() - begun < 10
    assert b"Traceback" not in complaints
    assert [file.name for file in out.iterdir()] == []


@pytest.mark.long
@pytest.mark.cold_cache
def test_a_terminal_shows_a_bar_for_each_worker(tmp_path: Path) -> None:
    """Who waits wants to see that it goes on, and with what."""
    terminal, inside = pty.openpty()
    steps = "".join(f"- Step number {number}, and keep on breathing. [hold 1s]\n" for number in range(30))
    for name in ("calves", "neck"):
        (tmp_path / f"{name}.md").write_text(f"# Own {name}\n\n{steps}", "utf-8")
    scripts = [str(tmp_path / f"{name}.md") for name in ("calves", "neck")]
    command = [*PROGRAM, "export", "--all", *scripts, "-o", str(tmp_path / "out"), "--jobs", "2", "--voice", "hum"]
    with subprocess.Popen(
        command, stdin=inside, stdout=inside, stderr=inside, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    ) as process:
        os.close(inside)
        shown = b""
        while True:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
    os.close(terminal)
    assert process.returncode == 0
    text = shown.decode()
    assert "2 of 2" in text
    assert "recording" in text
    assert "calves-hum.mp3" in text
    assert "neck-hum.mp3" in text


@pytest.mark.timeout(300)
@pytest.mark.long
@pytest.mark.xdist_group("alone")
def test_a_cluster_makes_the_same_files(tmp_path: Path, scripts: list[str]) -> None:
    """Two workers of a real Dask cluster, in processes of their own; the files are the same, byte by byte."""
    from distributed import LocalCluster

    arguments = (*scripts, "--voice", "hum", "--speed", "0.8", "--speed", "1", "--format", "opus")
    assert exported(tmp_path / "here", *arguments).returncode == 0
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=2, dashboard_address=None, local_directory=str(tmp_path / "dask")
    ) as cluster:
        done = exported(tmp_path / "there", *arguments, "--scheduler", cluster.scheduler_address)
        assert (done.returncode, done.stderr) == (0, "")
        assert files(tmp_path / "there") == files(tmp_path / "here")
        again = exported(tmp_path / "there", *arguments, "--scheduler", cluster.scheduler_address)
        assert again.stdout.splitlines()[-1].endswith("0 made, 6 up to date, 0 failed")


@pytest.mark.long
def test_a_scheduler_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A wrong port is a sentence, not a page of a stranger's traceback."""
    done = exported(tmp_path / "out", "hands", "--voice", "hum", "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert "no scheduler answers" in done.stderr
    assert "Traceback" not in done.stderr
