"""One file of a catalogue, made by whichever process is asked to: on this machine, or on another one of a cluster."""

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
from typing import TYPE_CHECKING

import click

from voiceguide.base.errors import VoiceguideError
from voiceguide.cli.options import Options

if TYPE_CHECKING:
    from voiceguide.cli.ready import Ready
    from voiceguide.export.job import ExportOptions
    from voiceguide.export.manifest import ManifestEntry

TELL_SECONDS = 0.1
"""How often a worker tells how far it is."""

_ONE_AT_A_TIME = threading.Lock()
"""A cluster's worker may have several threads, but a process has one voice."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file that is to be made; `captions` are the suffixes of those beside it."""

    file: Path
    technique: str
    wishes: Options
    form: ExportOptions
    captions: tuple[str, ...] = ()
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What became of it: what it is now, or else the problem. `notes` tell what isn't as it was asked for."""

    item: Item
    entry: ManifestEntry | None
    is_new: bool = False
    notes: tuple[str, ...] = ()
    problem: str = ""


class AbandonedError(Exception):
    """Nobody waits for it any more."""


class Telling:
    """Tells how far an item is, by a small file in a folder; when the folder is gone, nobody asks any more."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / f"{platform.node()}-{os.getpid()}"
        self.name = name
        self.at = 0.0

    def __call__(self, doing: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self.at + TELL_SECONDS and done < total:
            return
        self.at = now
        try:
            self.file.write_text(json.dumps([self.name, doing, done, total]), encoding="utf-8")
        except FileNotFoundError:
            raise AbandonedError from None
        except OSError:  # such as a full disk: then the file itself will tell
            return


def make(item: Item, known: ManifestEntry | None, folder: Path) -> Made:
    """Makes a file, if it isn't what it would be already; tells of it in `folder`. Raises AbandonedError."""
    with _ONE_AT_A_TIME, click.Context(click.Command("export")):
        try:
            return _made(item, known, Telling(folder, item.file.name))
        except VoiceguideError as error:
            return Made(item, None, problem=str(error))


def _made(item: Item, known: ManifestEntry | None, tell: Telling) -> Made:
    from voiceguide import export
    from voiceguide.cli.ready import ready, refuse_if_words_are_left_out
    from voiceguide.export import manifest
    from voiceguide.export.job import ExportJob
    from voiceguide.session.render import total_frames

    tell("looking", 0, 1)
    is_leaflet = item.form.name in export.LEAFLETS
    wishes = replace(item.wishes, voice="hum") if is_leaflet else item.wishes
    # What fits a time is found by recording; what is asked for is known before.
    asked = ready([item.technique], replace(wishes, fit=None))
    inputs = _inputs(item, asked)
    beside = [item.file.with_suffix(f".{suffix}") for suffix in item.captions]
    if manifest.is_up_to_date(item.file, known, inputs) and all(file.is_file() for file in beside):
        return Made(item, known)
    recording = partial(tell, "recording")
    made = ready([item.technique], wishes, progress=recording) if wishes.fit else asked
    timeline = made.session.estimated(made.speed) if is_leaflet else made.session.timeline(made.speed, recording)
    if item.strict:
        refuse_if_words_are_left_out(timeline)
    total, written = total_frames(timeline), 0

    def writing(frames: int) -> None:
        nonlocal written
        written += frames
        tell("writing", written, total)

    export.export(ExportJob(made.session, timeline, made.scripts, item.form), item.file, writing)
    for file in beside:
        export.export_captions(timeline, file)
    entry = manifest.ManifestEntry(
        inputs,
        manifest.digest_of(item.file),
        item.file.stat().st_size,
        timeline.title,
        timeline.language,
        timeline.voice,
        timeline.speed,
        timeline.duration_ms,
    )
    return Made(item, entry, is_new=True, notes=() if is_leaflet else tuple(made.notes(timeline)))


def _inputs(item: Item, asked: Ready) -> str:
    """A digest of all that the file is made from."""
    from voiceguide import __version__
    from voiceguide.export.manifest import digest
    from voiceguide.recording.booth import MASTERING

    session = asked.session
    sounds = [session.sound(name).pcm for name in sorted(session.plan.sounds)]
    bed = [session.bed.loop.tobytes()] if session.bed else []
    words = [session.booth.voice.identity_of(line) for line in session.plan.lines]
    form, fit = item.form, item.wishes.fit
    return digest(__version__, MASTERING, words, asked.speed, asked.scripts, session.plan, fit, form, *sounds, *bed)


def begin() -> None:
    """What a process of this machine does first: it ends with the one that began it, and leaves Ctrl-C to that one."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda received, _: sys.exit(128 + received))  # what is half-done is cleaned up
    if parent := parent_process():

        def follow() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=follow, daemon=True).start()
