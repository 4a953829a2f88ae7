"""A folder of files, one for each technique, voice, speed and format, made by several workers at a time."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voiceguide.base.errors import ExportError, MissingExtraError, UsageError, visible
from voiceguide.base.files import temporary_folder
from voiceguide.export import manifest
from voiceguide.export.job import ExportOptions
from voiceguide.export.manifest import ManifestEntry
from voiceguide.export.worker import AbandonedError, Item, Made, begin, make
from voiceguide.library import techniques as library
from voiceguide.session.options import Options
from voiceguide.voices import speaks

Watch = Callable[[int, Path], None]

LOOK_SECONDS = 0.2
"""How often `watch` is called."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work: `jobs` processes on this machine (by default one per processor), or a Dask cluster.

    Raises UsageError if both are given.
    """

    jobs: int | None = None
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if self.jobs and self.scheduler:
            raise UsageError("--jobs is for this machine, and a cluster has its own workers; give one of the two")


def items(
    techniques: Sequence[str],
    folder: Path,
    options: Sequence[Options],
    exports: Sequence[ExportOptions],
    captions: tuple[str, ...],
    strict: bool,
) -> list[Item]:
    """Return the files of a catalogue, of all bundled techniques if none is named.

    A voice reads only what is in its language. Raises UsageError if that leaves a voice nothing to read, or if two
    files would have the same name.
    """
    found: list[Item] = []
    for one in options:
        languages = _languages(techniques, one.language)
        spoken = [name for name, language in languages.items() if not one.voice or speaks(one.voice, language)]
        if not spoken:
            raise UsageError(f"{visible(str(one.voice))} reads none of these techniques: they aren't in its language")
        found += [
            Item(folder / f"{_stem(technique, one)}.{export.format}", technique, one, export, captions, strict)
            for technique in spoken
            for export in exports
        ]
    if twice := [file for file, count in Counter(item.file for item in found).items() if count > 1]:
        raise UsageError(f"two files would be called {visible(twice[0].name)}; give each speed, voice and name once")
    return found


def _languages(techniques: Sequence[str], language: str | None) -> dict[str, str]:
    """Return the language of each script, by name; if none is named, of the bundled ones that exist in `language`."""
    if techniques:
        return {technique: library.load_technique(technique, language).language for technique in techniques}
    found = {}
    for name in library.names():
        if not language or "/" not in name:
            try:
                found[name] = library.load_technique(name, language).language
            except UsageError:
                continue
    if not found:
        raise UsageError(f"none of voiceguide’s own techniques is available in ‘{visible(str(language))}’")
    return found


def _stem(technique: str, options: Options) -> str:
    """Return a file's name without its suffix: what was asked for, whatever else is made in the same run."""
    script = Path(technique)
    name = script.stem if script.suffix else technique
    asked = (options.language, name, options.voice, options.speed and f"{options.speed:g}")
    return "-".join(re.sub(r"[^\w.]+", "-", str(part)).strip("-") for part in asked if part)


@dataclass(slots=True)
class Outcome:
    """How many files of a batch were made, were up to date, and couldn't be made."""

    made: int = 0
    kept: int = 0
    failed: int = 0


def run(todo: Sequence[Item], folder: Path, workers: Workers, watch: Watch, tell: Callable[[Made], None]) -> Outcome:
    """Make the files that aren't up to date, and keep the folder's manifest.

    `watch` is called several times a second with the number of items that are done and the folder in which the workers
    write how far they have got; `tell` is called with each item that is done. Raises ConfigError for a manifest that
    can't be used, and ExportError if the workers are lost.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = manifest.read(folder)
    outcome = Outcome()
    with workers_of(workers, len(todo)) as executor, temporary_folder(folder) as reports:
        for made in _made(executor, todo, entries, reports, watch):
            if made.entry is None:
                outcome.failed += 1
            elif made.is_new:
                outcome.made += 1
                entries[made.item.file.name] = made.entry
                manifest.write(folder, entries)
            else:
                outcome.kept += 1
            tell(made)
    there = {name: entry for name, entry in entries.items() if (folder / name).is_file()}
    if there != entries or not (folder / manifest.MANIFEST).exists():
        manifest.write(folder, there)
    return outcome


def _made(
    executor: Executor, todo: Sequence[Item], entries: dict[str, ManifestEntry], reports: Path, watch: Watch
) -> Iterator[Made]:
    """Yield each item as it gets done. Raises ExportError if the workers are lost."""
    known = {item: entries.get(item.file.name) for item in todo}
    try:
        pending: set[Future[Made]] = {executor.submit(make, item, known[item], reports) for item in todo}
        while pending:
            done, pending = wait(pending, LOOK_SECONDS, FIRST_COMPLETED)
            for future in done:
                yield future.result()
            watch(len(todo) - len(pending), reports)
    except (BrokenExecutor, CancelledError):
        raise ExportError("a worker died, perhaps for lack of memory; what was made is kept: run it again") from None
    except AbandonedError:
        what = "a worker of the cluster can't see this folder; each of its machines needs it under the same path"
        raise ExportError(f"{visible(str(reports.parent))}: {what}") from None


@contextmanager
def workers_of(workers: Workers, most_jobs: int) -> Iterator[Executor]:
    """Yield an executor with at most `most_jobs` processes; work that still waits when the block ends is dropped.

    Raises MissingExtraError or ExportError if a cluster can't be used.
    """
    if workers.scheduler:
        with _cluster(workers.scheduler) as executor:
            yield executor
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Spawned, since a fork of a process with threads may hang.
    jobs = min(workers.jobs or _processors(), most_jobs)
    executor = ProcessPoolExecutor(jobs, get_context("spawn"), begin)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    """Yield an executor for the workers of a Dask cluster.

    Raises MissingExtraError if Dask isn't installed, and ExportError if the cluster doesn't answer or its workers die.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise MissingExtraError("a cluster", "cluster") from None
    try:
        client: Any = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ExportError(f"{visible(address)}: no scheduler answers ({visible(str(error))})") from None
    with client:
        executor = client.get_executor(pure=False)
        try:
            yield executor
        except KilledWorker:
            raise ExportError("the cluster's workers keep dying; look at their logs") from None
        finally:
            executor.shutdown(wait=False)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
