"""Whether everything is there that a session needs, and what to do if it isn't."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voiceguide.audio import sounds
from voiceguide.base import paths
from voiceguide.base.errors import VoiceguideError
from voiceguide.library import techniques
from voiceguide.listener import config
from voiceguide.outputs import open_output
from voiceguide.recording import cache_folder
from voiceguide.voices import models, open_voice


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: whether it is well, what was found, and what to do if it isn't well."""

    thing: str
    well: bool
    what: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Yield what there is to say about one thing after the other."""
    for thing, check, remedy in _CHECKS:
        try:
            yield Finding(thing, well=True, what=check())
        except (VoiceguideError, OSError) as error:
            yield Finding(thing, well=False, what=str(error), remedy=remedy)


def _settings() -> str:
    settings = config.load()
    chosen = [f"{key} {value}" for key in config.KEYS if (value := getattr(settings, key)) is not None]
    return f"{', '.join(chosen) or 'the defaults'} ({config.file()})"


def _voice() -> str:
    voice = open_voice(config.load().voice, "en")
    try:
        _, clip = next(iter(voice.record(["This is how I sound."], 1.0)))
    finally:
        voice.close()
    advice = "" if models.models() else f"; for {models.ADVICE}"
    return f"{voice.name} speaks ({clip.ms} ms for a test line){advice}"


def _device() -> str:
    output = open_output("miniaudio", lambda: 0.0)
    output.close()
    return "a sound device can be opened"


def _ear() -> str:
    """Say which microphone is listened to, and what else there is; if the extra isn't installed, nothing is wrong."""
    from voiceguide.ear import microphones
    from voiceguide.ear.extra import ADVICE, missing

    if missing():
        return f"not installed; {ADVICE}"
    listed = microphones.available()
    choice = microphones.choose(listed, config.load().mic)
    monitors = [source for source in listed if microphones.is_monitor(source)]
    others = [source for source in listed if source not in (choice.source, *monitors)]
    also = f"; others: {microphones.quoted(others)}" if others else ""
    deaf = f"; only what this machine plays: {microphones.quoted(monitors)}" if monitors else ""
    return f"{choice}{also}{deaf}; ‘voiceguide doctor --hear’ tries it out"


def _sounds() -> str:
    return ", ".join(sounds.names())


def _scripts() -> str:
    for name in techniques.names():
        techniques.load_technique(name)
    return ", ".join(techniques.names())


def _cache() -> str:
    folder = paths.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
    there = cache_folder.contents(cache_folder.folder())
    return f"{len(there)} lines, {cache_folder.format_bytes(sum(kept.size_bytes for kept in there))} ({folder})"


_CHECKS: tuple[tuple[str, Callable[[], str], str], ...] = (
    ("settings", _settings, "correct the file, or remove it"),
    ("voice", _voice, "install the package again: pip install --force-reinstall voiceguide"),
    ("sound", _device, "connect a loudspeaker, or start the sound server; until then sessions guide on screen"),
    ("ear", _ear, "connect a microphone, or choose one: voiceguide config mic NAME; until then use keys and buttons"),
    ("chimes", _sounds, "install the package again"),
    ("techniques", _scripts, "install the package again"),
    ("cache", _cache, "make the folder writable, or point XDG_CACHE_HOME to one that is; lines are recorded anew"),
)
