"""Streams for the ear: commands and talk in rooms, in noise, and over the guide, each with what was said and when."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rooms import LEVEL_DBFS, EchoPath, at_level, convolved, pink, response
from speakers import RATE, Samples, Speaker, Voice, decoded, levelled
from talk import sentences

from voiceguide.audio import audiofile
from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear import grammar
from voiceguide.ear.resampler import Resampler
from voiceguide.session.build import open_session
from voiceguide.session.options import Options

PHRASES = tuple((phrase, name) for name, phrases in grammar.ENGLISH.items() for phrase in phrases)
"""Everything that listeners are told they can say, each with its command."""


@dataclass(frozen=True, slots=True)
class Said:
    """A command that somebody says, from `start` to `end`, in seconds."""

    command: str
    phrase: str
    start: float
    end: float


@dataclass(slots=True)
class Guide:
    """What the loudspeaker plays: PCM, the same at the microphone's rate, and the lines with their seconds."""

    pcm: bytes
    samples: Samples
    lines: list[tuple[float, float, str]] = field(default_factory=list)

    def says(self, start: float, end: float) -> tuple[str, ...]:
        """The lines that are said between these seconds."""
        return tuple(text for begins, ends, text in self.lines if begins < end + 0.2 and ends > start - 0.2)

    @property
    def seconds(self) -> float:
        return self.samples.size / RATE


def guide(technique: str, folder: Path, *, voice: str = "joe", bed: str | None = None, speed: float = 1.0) -> Guide:
    """A shipped session, as it is exported and as its timeline tells it."""
    file = folder / f"{technique}-{voice}-{bed}-{speed}.wav".replace("/", "_")
    with open_session(technique, Options(voice=voice, bed=bed, speed=speed)) as session:
        timeline = session.timeline()
        if not file.exists():
            from voiceguide import export_session

            export_session(session, file)
    lines = [(event.start_ms / 1000, event.end_ms / 1000, event.text or "") for event in timeline.events if event.text]
    pcm = audiofile.read(file, 7_200).pcm
    return Guide(pcm, at_rate(pcm), lines)


def at_rate(pcm: bytes) -> Samples:
    """PCM at 22,050 Hz as the microphone would hear it through a cable."""
    return Resampler().feed(np.frombuffer(pcm + bytes(100), "<i2").astype(np.float32) / np.float32(32_768))


def talking(given: Guide, seconds: float) -> Guide:
    """Only the lines, one after the other and again from the start: a guide that hardly ever pauses."""
    parts, lines, at = [], [], 0.0
    while at < seconds:
        for begins, ends, text in given.lines:
            first, last = int(begins * PLAYED_RATE) * 2, int((ends + 0.3) * PLAYED_RATE) * 2
            part = given.pcm[first:last]
            length = len(part) / 2 / PLAYED_RATE
            parts.append(part)
            lines.append((at, at + length - 0.3, text))
            at += length
            if at >= seconds:
                break
    pcm = b"".join(parts)
    return Guide(pcm, at_rate(pcm), lines)


def placed(
    said: Iterable[tuple[Samples, str, str]], draw: random.Random, gap: tuple[float, float], lead: float = 2.0
) -> tuple[Samples, list[Said]]:
    """Everything in a row, with pauses in between: the samples, and which commands they are (none if it's “”)."""
    parts, spans, place = [np.zeros(int(lead * RATE), np.float32)], [], int(lead * RATE)
    for samples, command, phrase in said:
        if command:
            spans.append(Said(command, phrase, place / RATE, (place + samples.size) / RATE))
        pause = np.zeros(int(RATE * draw.uniform(*gap)), np.float32)
        parts += [samples, pause]
        place += samples.size + pause.size
    return np.concatenate(parts), spans


def noise(name: str, count: int, seed: int, voices: Sequence[Speaker], folder: Path) -> Samples:
    """A noise such as “pink 10 dB” or “babble 10 dB”, below a listener's level by so much; “clean” is 45 dB below."""
    kind, *level = name.split()
    draw = np.random.default_rng(seed)
    made = babble(count, draw, voices, folder) if kind == "babble" else pink(count, draw)
    return at_level(made, float(level[0]) if level else 45.0)


def babble(count: int, draw: np.random.Generator, voices: Sequence[Speaker], folder: Path) -> Samples:
    """Six people who talk all the time."""
    mixed = np.zeros(count, np.float32)
    for person in range(6):
        voice = voices[int(draw.integers(len(voices)))]
        said = np.concatenate([voice.say(line, folder) for line in sentences(6, seed=100 + person)])
        mixed += np.roll(np.resize(said, count), int(draw.integers(count)))
    return mixed


def in_a_room(samples: Samples, reverberation: float, seed: int) -> Samples:
    """What a microphone hears of a listener, at their level."""
    tail = np.concatenate([samples, np.zeros(RATE // 10, np.float32)])
    return levelled(convolved(tail, response(reverberation, seed)), LEVEL_DBFS)


def microphone(words: Samples, given: Guide | None, path: EchoPath, seed: int) -> Samples:
    """What is heard of words and of the guide together."""
    if not given:
        return words
    played = given.samples[: words.size]
    return words + np.pad(path.heard(played, seed), (0, words.size - played.size))


def voices_at(voices: Iterable[Voice], speed: float = 1.0) -> list[Speaker]:
    return [Speaker(voice.engine, voice.name, speed) for voice in voices if voice.installed]


def real_talk() -> Samples:
    """What real people say, recorded to test pocketsphinx (Debian's pocketsphinx-testdata): two minutes at most.

    Five sentences of a novel, read for LibriVox; digits; and short orders to a robot and in a game of cards.
    """
    folder = Path("/usr/share/pocketsphinx/test/data")
    raw: list[Samples] = [
        np.fromfile(file, "<i2").astype(np.float32) / np.float32(32_768) for file in sorted(folder.glob("*.raw"))
    ]
    files = [decoded(file) for file in sorted(folder.glob("*/*.wav"))]
    pause = np.zeros(int(0.8 * RATE), np.float32)
    return np.concatenate([part for one in (*raw, *files) for part in (pause, levelled(one))] or [pause])
