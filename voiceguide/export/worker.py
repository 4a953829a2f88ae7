"""One file of a catalogue, made in a process of its own: on this machine, or on any machine of a cluster."""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import threading
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from voiceguide import __version__
from voiceguide.base.errors import VoiceguideError
from voiceguide.base.hashing import sha256_of, sha256_of_files
from voiceguide.export import manifest
from voiceguide.export.formats import export_captions, export_session, is_leaflet
from voiceguide.export.job import ExportOptions
from voiceguide.export.manifest import ManifestEntry
from voiceguide.recording.booth import MASTERING
from voiceguide.session.build import open_session
from voiceguide.session.options import Options
from voiceguide.session.session import Session, refuse_left_out

REPORT_SECONDS = 0.1
"""How often a worker reports how far it has got."""

_ONE_AT_A_TIME = threading.Lock()
"""A cluster's worker may have several threads, but a process has one voice."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file that is to be made, and the suffixes of the `captions` beside it."""

    file: Path
    technique: str
    options: Options
    export: ExportOptions
    captions: tuple[str, ...] = ()
    strict: bool = False

    @property
    def format(self) -> str:
        """The name of the file's format."""
        return self.export.format or self.file.suffix[1:]


@dataclass(frozen=True, slots=True)
class Made:
    """What became of an item: its entry, or else the problem. `notes` say what isn't as it was asked for."""

    item: Item
    entry: ManifestEntry | None
    is_new: bool = False
    notes: tuple[str, ...] = ()
    problem: str = ""


class AbandonedError(Exception):
    """Nobody is waiting for the file any more."""


class Reporter:
    """Reports how far an item has got, in a small file in a folder; when the folder is gone, nobody is waiting."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / f"{platform.node()}-{os.getpid()}"
        self.name = name
        self.reported_at_seconds = 0.0

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Report what is being done, and how much of it is done. Raises AbandonedError if nobody is waiting."""
        now = time.monotonic()
        if now < self.reported_at_seconds + REPORT_SECONDS and done < total:
            return
        self.reported_at_seconds = now
        try:
            self.file.write_text(json.dumps([self.name, doing, done, total]), encoding="utf-8")
        except FileNotFoundError:
            raise AbandonedError from None
        except OSError:  # such as a full disk: then writing the file itself will fail, and say so
            return


def make(item: Item, known: ManifestEntry | None, reports: Path) -> Made:
    """Make a file, unless it is up to date, and report progress in the folder `reports`. Raises AbandonedError."""
    with _ONE_AT_A_TIME:
        try:
            return _made(item, known, Reporter(reports, item.file.name))
        except VoiceguideError as error:
            return Made(item, None, problem=str(error))


def _made(item: Item, known: ManifestEntry | None, report: Reporter) -> Made:
    report("looking", 0, 1)
    leaflet = is_leaflet(item.format)
    options = replace(item.options, voice="hum") if leaflet else item.options
    beside = [item.file.with_suffix(f".{suffix}") for suffix in item.captions]
    recording = partial(report, "recording")
    # To fit a time, lines have to be recorded; whether the file is up to date can be told without.
    with open_session(item.technique, replace(options, fit_ms=None)) as asked:
        inputs = _inputs(item, asked)
        if manifest.is_up_to_date(item.file, known, inputs) and all(file.is_file() for file in beside):
            return Made(item, known)
        with open_session(item.technique, options, progress=recording) if options.fit_ms else asked as session:
            timeline = session.estimated() if leaflet else session.timeline(progress=recording)
            if item.strict:
                refuse_left_out(timeline)
            export_session(session, item.file, item.export, timeline=timeline, progress=partial(report, "writing"))
            notes = () if leaflet else tuple(map(str, session.notes(timeline)))
    for file in beside:
        export_captions(timeline, file)
    entry = ManifestEntry(
        inputs,
        sha256_of_files(item.file),
        item.file.stat().st_size,
        timeline.title,
        timeline.language,
        timeline.voice,
        timeline.speed,
        timeline.duration_ms,
    )
    return Made(item, entry, is_new=True, notes=notes)


def _inputs(item: Item, asked: Session) -> str:
    """Return a hash of all that the file is made from."""
    sounds = [asked.sound(name).pcm for name in sorted(asked.plan.sounds)]
    bed = [asked.bed.loop.tobytes()] if asked.bed else []
    words = [asked.booth.voice.identity_of(line) for line in asked.plan.lines]
    made_from = (words, asked.speed, asked.scripts, asked.plan, item.options.fit_ms, item.export)
    return sha256_of(__version__, MASTERING, *made_from, *sounds, *bed)


def begin() -> None:
    """Prepare a process of this machine: it ends with the one that started it, and leaves Ctrl-C to that one."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda received, _: sys.exit(128 + received))  # what is half-done is cleaned up
    if parent := parent_process():

        def follow() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=follow, daemon=True).start()
