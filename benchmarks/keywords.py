"""Trains the ear's keyword network, and writes `voiceguide/ear/keywords.npz`.

    python benchmarks/keywords.py [--streams N] [--folder FOLDER] [--out FILE]

Needs the engines of `speakers.py`. Some three hundred minutes of commands, talk and words that sound like commands, in
rooms, in noise and over the guide, go through the ear's echo canceller; the voices HELD_OUT are never heard. The seeds
are fixed. What was made once is kept in FOLDER. Takes an hour, and two minutes once the streams are there; afterwards
`WEIGHTS_HASH` in `voiceguide/ear/keywords.py` has to be the one that is printed, and `make bench-listen` has to be run.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rooms import EchoPath, at_level, pitched
from speakers import LEARNT, RATE, Samples, Speaker
from streams import PHRASES, Guide, Said, babble, guide, in_a_room, microphone, noise, placed, talking, voices_at
from talk import NEAR, sentences

from voiceguide.ear.canceller import BLOCK
from voiceguide.ear.echo import Echo
from voiceguide.ear.keywords import EMBEDDINGS, STEP_BLOCKS, Embedder

STEP_SECONDS = STEP_BLOCKS * BLOCK / RATE
PORTION = 1_102
"""How many samples of the guide's are handed over at a time: 50 ms."""

SHARES = {"espeak-ng": 0.35, "flite": 0.12, "festival": 0.05, "piper": 0.1, "kokoro": 0.38}
"""How often each engine speaks: most people sound less like espeak-ng than its many voices would make of them."""

WITHIN_SECONDS = 0.42
"""For how long after its end a command is to be recognized."""

TALK_STREAMS = 3
"""Every third stream is mostly talk."""

LAYERS = (128, 64)
Stream = tuple[npt.NDArray[np.float32], npt.NDArray[np.int16]]
"""A stretch of sound: what `stream` returns."""

TECHNIQUES = ("foam-roller", "hands", "massage-balls")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir(), "voiceguide-hearing"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent / "voiceguide/ear/keywords.npz")
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True, parents=True)
    with ProcessPoolExecutor(2) as pool:
        made = list(pool.map(partial(stream, folder=asked.folder), range(asked.streams)))
    stored = trained(made)
    np.savez_compressed(asked.out, allow_pickle=False, **stored)
    print("WEIGHTS_HASH =", hashlib.sha256(asked.out.read_bytes()).hexdigest())


def stream(seed: int, folder: Path) -> Stream:
    """Two minutes as embeddings, shape (steps, 96), and what each step is to be recognized as.

    That is the index of a phrase, their number for none, or -1 where either would do.
    """
    kept = folder / f"stream-{seed}.npz"
    if kept.exists():
        with np.load(kept) as opened:
            return opened["embeddings"], opened["labels"]
    draw = random.Random(seed)
    commands = 0.75 if seed % TALK_STREAMS else 0.15
    words, said = placed((utterance(draw, commands, seed, folder) for _ in range(55)), draw, (0.25, 1.3))
    given = loudspeaker(draw, folder) if draw.random() < 0.5 else None
    mic = microphone(words, given, path(draw), seed) + surroundings(draw, words.size, seed, folder)
    embeddings = embedded(mic * np.float32(10 ** (draw.uniform(-8, 5) / 20)), given)
    labels = labelled(len(embeddings), said)
    np.savez(kept, embeddings=embeddings, labels=labels)
    return embeddings, labels


def utterance(draw: random.Random, commands: float, seed: int, folder: Path) -> tuple[Samples, str, str]:
    """A command in this share of all cases, or something else; with the command's name and phrase, if it is one."""
    chosen = draw.choices(list(SHARES), list(SHARES.values()))[0]
    voices = [voice for voice in voices_at(LEARNT) if voice.engine == chosen] or voices_at(LEARNT)
    speaker = draw.choice(voices)
    if draw.random() < commands:
        phrase, command = draw.choice(PHRASES)
        faster = chosen != "kokoro" and draw.random() < 0.4
        spoken = Speaker(speaker.engine, speaker.voice, 1.15 if faster else 1.0)
        text = f"{phrase[0].upper()}{phrase[1:]}{'!' if faster else '.'}"
    else:
        command = phrase = ""
        kept = near() if draw.random() < 0.4 else talk()
        spoken, text = draw.choice(kept if seed % TALK_STREAMS or draw.random() < 0.4 else fresh(seed))
    samples = pitched(spoken.say(text, folder), draw.uniform(0.88, 1.14))
    level = np.float32(10 ** (draw.uniform(-5, 4) / 20))
    return in_a_room(samples, draw.uniform(0.1, 0.5), draw.randrange(10**6)) * level, command, phrase


@cache
def talkers() -> list[Speaker]:
    """Voices for what is no command: those that speak without taking long."""
    return [voice for voice in voices_at(LEARNT) if voice.engine in {"espeak-ng", "flite", "piper"}]


@cache
def talk() -> list[tuple[Speaker, str]]:
    """Three hundred sentences, each in one voice."""
    return [(talkers()[number % len(talkers())], line) for number, line in enumerate(sentences(300, seed=77))]


@cache
def fresh(seed: int) -> list[tuple[Speaker, str]]:
    """Sentences that no other stream has, each in one voice."""
    lines = sentences(40, seed=1_000 + seed)
    return [(talkers()[(seed * 5 + number) % len(talkers())], line) for number, line in enumerate(lines)]


@cache
def near() -> list[tuple[Speaker, str]]:
    """The words that sound like commands, each in three voices."""
    return [(talkers()[(number * 7 + n) % len(talkers())], line) for n in range(3) for number, line in enumerate(NEAR)]


def loudspeaker(draw: random.Random, folder: Path) -> Guide:
    return _loudspeaker(draw.choice(TECHNIQUES), draw.choice(("joe", "joe", "gmw/en-US")), draw.random() < 0.2, folder)


@cache
def _loudspeaker(technique: str, voice: str, bed: bool, folder: Path) -> Guide:
    session = guide(technique, folder, voice=voice, bed="rain" if bed else None)
    return session if bed else talking(session, 150)


def path(draw: random.Random) -> EchoPath:
    if draw.random() < 0.15:
        return EchoPath(level_db=None)
    late, level, drive = draw.uniform(0.06, 0.45), draw.uniform(-15, 5), draw.choice((0.0, 1.0, 2.0, 3.0))
    return EchoPath(late, level, drive, draw.uniform(0.1, 0.4), draw.choice((0.0, 0.0, 40.0, -90.0)))


def surroundings(draw: random.Random, count: int, seed: int, folder: Path) -> Samples:
    kind = draw.choices(("clean", "pink", "babble", "speech"), (0.4, 0.25, 0.25, 0.1))[0]
    below = draw.uniform(7, 25)
    if kind == "speech":
        lines = [(voice.say(line, folder), "", "") for voice, line in draw.sample(talk(), 60)]
        return at_level(np.resize(placed(lines, draw, (0.1, 1.0))[0], count), below + 5)
    if kind == "babble":
        return at_level(babble(count, np.random.default_rng(seed), talkers()[::6], folder), below)
    return noise("clean" if kind == "clean" else f"pink {below} dB", count, seed, (), folder)


def embedded(mic: Samples, given: Guide | None) -> npt.NDArray[np.float32]:
    """What the microphone hears, as embeddings; shape (steps, 96)."""
    echo, embedder, left, made, handed = Echo(), Embedder(), [], [], 0
    for start in range(0, mic.size - BLOCK + 1, BLOCK):
        while given and handed < len(given.pcm) and handed / 2 / 22_050 <= start / RATE:
            echo.played(given.pcm[handed : handed + 2 * PORTION])
            handed += 2 * PORTION
        left.append(echo.removed(mic[start : start + BLOCK]).samples)
        if len(left) == STEP_BLOCKS:
            embedder.step(np.concatenate(left))
            made.append(embedder.embeddings()[-1])
            left = []
    return np.stack(made)


def labelled(steps: int, said: list[Said]) -> npt.NDArray[np.int16]:
    index = {phrase: number for number, (phrase, _) in enumerate(PHRASES)}
    ends = (np.arange(steps) + 1) * STEP_SECONDS
    labels = np.full(steps, len(PHRASES), np.int16)
    for one in said:
        labels[(ends > one.start + 0.15) & (ends <= one.end + WITHIN_SECONDS + 0.2)] = -1
        labels[(ends > one.end) & (ends <= one.end + WITHIN_SECONDS)] = index[one.phrase]
    return labels


def trained(made: list[Stream], epochs: int = 14) -> dict[str, npt.NDArray[Any]]:
    """The weights, by Adam and cross-entropy; commands and none weigh about the same."""
    everything = np.concatenate([embeddings for embeddings, _ in made])
    mean, scale = everything.mean(axis=0), 1 / (everything.std(axis=0) + 1e-3)
    sequences = (everything - mean) * scale
    labels = np.concatenate([labels for _, labels in made])
    firsts = np.cumsum([0, *(len(one) for _, one in made)])[:-1]
    labels[(firsts[:, np.newaxis] + np.arange(EMBEDDINGS)).reshape(-1)] = -1  # these would look into another stream
    places = np.flatnonzero(labels >= 0)
    weights_of = np.where(labels == len(PHRASES), 1.0, 3.0).astype(np.float32)
    draw = np.random.default_rng(0)
    sizes = (EMBEDDINGS * everything.shape[1], *LAYERS, len(PHRASES) + 1)
    layers = [draw.normal(0, np.sqrt(2 / one), (one, other)).astype(np.float32) for one, other in pairwise(sizes)]
    biases = [np.zeros(size, np.float32) for size in sizes[1:]]
    state = [[np.zeros_like(value), np.zeros_like(value)] for value in (*layers, *biases)]
    steps, size = 0, 256
    total = epochs * (len(places) // size)
    for epoch in range(epochs):
        draw.shuffle(places)
        lost = []
        for start in range(0, len(places) - size + 1, size):
            steps += 1
            some = places[start : start + size]
            given = sequences[some[:, np.newaxis] + np.arange(1 - EMBEDDINGS, 1)].reshape(size, -1)
            given = given + draw.normal(0, 0.1, given.shape).astype(np.float32)
            gradients, loss = gradient(given, labels[some], weights_of[some], layers, biases, draw)
            lost.append(loss)
            rate = 1e-3 * 0.5 * (1 + np.cos(np.pi * steps / total))
            for value, slope, (first, second) in zip((*layers, *biases), gradients, state, strict=True):
                first += 0.1 * (slope - first)
                second += 0.001 * (slope**2 - second)
                adapted = first / (1 - 0.9**steps) / (np.sqrt(second / (1 - 0.999**steps)) + 1e-8)
                value -= (rate * (adapted + 1e-2 * value)).astype(np.float32)
        print(f"epoch {epoch + 1}: {np.mean(lost):.4f}", flush=True)
    phrases = np.array([phrase for phrase, _ in PHRASES])
    stored: dict[str, npt.NDArray[Any]] = {"phrases": phrases, "mean": mean, "scale": scale}
    for number, (layer, bias) in enumerate(zip(layers, biases, strict=True)):
        stored |= {f"weights{number}": layer.astype(np.float16), f"biases{number}": bias.astype(np.float16)}
    return stored


def gradient(
    given: npt.NDArray[np.float32],
    wanted: npt.NDArray[np.int16],
    weight: npt.NDArray[np.float32],
    layers: list[npt.NDArray[np.float32]],
    biases: list[npt.NDArray[np.float32]],
    draw: np.random.Generator,
) -> tuple[list[npt.NDArray[np.float32]], float]:
    """The gradient for each of the layers and biases, and the loss, of one batch."""
    seen, masks = [given], []
    for number, (layer, bias) in enumerate(zip(layers, biases, strict=True)):
        given = given @ layer + bias
        if number < len(layers) - 1:
            keep = (draw.random(given.shape) > 0.2).astype(np.float32) / 0.8
            mask = (given > 0) * keep
            masks.append(mask)
            given = given * mask
            seen.append(given)
    likely = np.exp(given - given.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    rows = np.arange(len(wanted))
    loss = float(np.mean(-np.log(likely[rows, wanted] + 1e-9) * weight))
    slope = likely.copy()
    slope[rows, wanted] -= 1
    slope *= (weight / len(wanted))[:, np.newaxis]
    slopes: list[npt.NDArray[np.float32]] = []
    bias_slopes: list[npt.NDArray[np.float32]] = []
    for number in range(len(layers) - 1, -1, -1):
        slopes.insert(0, seen[number].T @ slope)
        bias_slopes.insert(0, slope.sum(axis=0))
        if number:
            slope = (slope @ layers[number].T) * masks[number - 1]
    return [*slopes, *bias_slopes], loss


if __name__ == "__main__":
    main()
