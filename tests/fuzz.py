"""Bytes that nobody would write, guided by what they reach: every reader of files, for as long as one likes.

    pip install atheris
    python tests/fuzz.py [TARGET ...] [--minutes 10] [--jobs 2]

Targets: script, front-matter, config, cache, resume, json, spoken, sound. Each runs in a process of its own; whatever
ends in anything but a mistake told in a sentence is printed, and kept as a file in the folder `.fuzz`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voiceguide.base.errors import VoiceguideError

HERE = Path(__file__).parent
KEPT = HERE.parent / ".fuzz"
MAX_BYTES = 8_192
SLOW_SECONDS = 10

Target = Callable[[bytes], object]


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """A mistake that is told in a sentence is what should come of nonsense."""
    from voiceguide.base.errors import VoiceguideError

    try:
        yield
    except VoiceguideError as error:
        _in_a_sentence(error)


def _in_a_sentence(error: VoiceguideError) -> None:
    from voiceguide.base.errors import visible

    said = visible(str(error))
    if not said or any(ord(sign) < 32 and sign != "\n" for sign in said):
        raise AssertionError(said)


def _at(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def script() -> Target:
    """From bytes to a timeline, with warnings and the table, in a voice that hums."""
    from voiceguide.base.moments import ms_of
    from voiceguide.export.listing import table
    from voiceguide.lint import lint
    from voiceguide.plan import make_plan
    from voiceguide.script import parse_bytes
    from voiceguide.timeline import Lengths, lay_out
    from voiceguide.voices.hum import hum_frames

    sounds = dict.fromkeys(("start", "release", "switch", "tick", "end", "bell"), 600)

    def read(data: bytes) -> None:
        with _told():
            parsed = parse_bytes(data, "x.md")
            lint(parsed)
            plan = make_plan(parsed)
            lengths = {line: ms_of(hum_frames(line, 1.0), 22_050) for line in plan.lines}
            table(lay_out(plan, Lengths(lengths, sounds, lengths)), explain=True)

    return read


def front_matter() -> Target:
    """What stands between the lines of a script's beginning."""
    from voiceguide.script import parse_bytes

    def read(data: bytes) -> None:
        with _told():
            parse_bytes(b"---\n" + data + b"\n---\n\nGo.\n", "x.md")

    return read


def config() -> Target:
    """The listener's settings and pronunciations."""
    from voiceguide.listener import config, pronunciations

    def read(data: bytes) -> None:
        for file, load in ((config.file(), config.load), (pronunciations.file(), lambda: pronunciations.of(()))):
            _at(file, data)
            with _told():
                load()

    return read


def cache() -> Target:
    """A recorded line, and what is known of voices."""
    from voiceguide.recording.clip_cache import ClipCache
    from voiceguide.voices import sample_lengths

    folder = Path(os.environ["XDG_CACHE_HOME"])
    shelf = ClipCache(folder / "lines")

    def read(data: bytes) -> None:
        _at(folder / "lines" / "ab" / "cdef", data)
        shelf.get("abcdef")
        _at(folder / "voiceguide" / "pace.json", data)
        sample_lengths.sample_ms("voice", list)

    return read


def resume() -> Target:
    """The place where a session was left."""
    from voiceguide.listener import bookmark

    def read(data: bytes) -> None:
        _at(bookmark.file(), data)
        with _told():
            bookmark.get()

    return read


def as_json() -> Target:
    """The history, and a catalogue's manifest."""
    from voiceguide.export import manifest
    from voiceguide.listener import history

    folder = Path(os.environ["XDG_DATA_HOME"])

    def read(data: bytes) -> None:
        _at(history.file(), data)
        with _told():
            history.entries()
        _at(folder / manifest.MANIFEST, data)
        with _told():
            manifest.read(folder)

    return read


def spoken() -> Target:
    """What a line becomes for a voice."""
    from voiceguide.spoken import Spoken
    from voiceguide.voices.synthesis import without_markup

    languages = [Spoken(language) for language in ("en", "de", "es", "fr")]

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for language in languages:
            without_markup(language(text))

    return read


def sound() -> Target:
    """A listener's own chime."""
    from voiceguide.audio import audiofile

    file = Path(os.environ["XDG_CACHE_HOME"], "start.wav")

    def read(data: bytes) -> None:
        _at(file, data)
        with _told():
            audiofile.read(file)

    return read


TARGETS: dict[str, Callable[[], Target]] = {
    "script": script,
    "front-matter": front_matter,
    "config": config,
    "cache": cache,
    "resume": resume,
    "json": as_json,
    "spoken": spoken,
    "sound": sound,
}


def _seeds(name: str, folder: Path) -> None:
    """What well-meant files look like, for the search to begin with."""
    top = HERE.parent
    found: list[bytes] = [path.read_bytes() for path in sorted((top / "scripts").rglob("*.md"))]
    if name == "script":
        found += (HERE / "golden/mistakes.txt").read_bytes().split(b"\n=== ")
        found += (HERE / "golden/timelines.txt").read_bytes().split(b"\n=== ")
    if name == "front-matter":
        found = [text.split(b"---")[1] for text in found if text.startswith(b"---")]
    if name == "sound":
        found = [path.read_bytes()[:MAX_BYTES] for path in sorted((top / "sounds").glob("*.wav"))]
    if name in {"config", "cache", "resume", "json"}:
        found = [
            b'speed = 0.8\nvoice = "joe"\ncache = "500MB"\n',
            b"psoas = so-as # a muscle\n",
            b'{"version": 2, "techniques": ["hands"], "options": {}, "step": 3, "scripts": "x", "title": "T"}',
            b'{"version": 1, "files": {"a.mp3": {"bytes": 3, "duration_ms": 5}}}',
            b'{"technique": "hands", "at": "2026-11-23T10:00:00+00:00", "of": 2}\n',
        ]
    for number, seed in enumerate(found):
        (folder / f"{number}").write_bytes(seed[:MAX_BYTES])


def _hunt(name: str, minutes: float) -> None:
    """One target in this process, until the time is over or something is found."""
    import atheris

    with tempfile.TemporaryDirectory(prefix="voiceguide-fuzz-") as folder:
        for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
            os.environ[variable] = f"{folder}/{variable}"
            Path(folder, variable).mkdir()
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        _seeds(name, corpus)
        with atheris.instrument_imports(include=["voiceguide"]):
            target: Any = TARGETS[name]()
        KEPT.mkdir(exist_ok=True)
        limits = [f"-max_total_time={int(minutes * 60)}", f"-max_len={MAX_BYTES}", f"-timeout={SLOW_SECONDS}"]
        atheris.Setup(["fuzz", str(corpus), *limits, f"-artifact_prefix={KEPT}/{name}-", "-rss_limit_mb=2048"], target)
        atheris.Fuzz()


def main() -> None:
    """The program: see the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=10, help="for each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at the same time")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    targets = chosen.targets or list(TARGETS)
    if unknown := set(targets) - set(TARGETS):
        parser.error(f"no target is called {', '.join(sorted(unknown))}; there are: {', '.join(TARGETS)}")
    if chosen.here:
        _hunt(targets[0], chosen.minutes)
        return

    def run(name: str) -> tuple[str, subprocess.CompletedProcess[str]]:
        command = [sys.executable, __file__, name, "--here", "--minutes", str(chosen.minutes)]
        return name, subprocess.run(command, capture_output=True, text=True)

    failed = False
    with ThreadPoolExecutor(chosen.jobs) as pool:
        for name, done in pool.map(run, targets):
            last = [line for line in done.stderr.splitlines() if line.startswith(("Done", "#"))][-1:]
            print(f"{name}: {'found something' if done.returncode else 'nothing found'} ({' '.join(last)})", flush=True)
            if done.returncode:
                failed = True
                print(done.stderr[-3_000:])
    sys.exit(failed)


if __name__ == "__main__":
    main()
