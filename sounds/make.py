"""The sounds of a session, synthesised from the table below and written beside this file.

Run it with ``python sounds/make.py``; it needs numpy. Each run writes the same bytes: 22 050 Hz, mono, 16-bit PCM.
All notes come from one D major pentatonic scale (A4 = 440 Hz), so the sounds are a family; what tells them apart is
the way they move: ``start`` climbs, ``release`` sinks, ``switch`` rocks between two notes, ``bell`` stays on one,
``end`` opens into a chord and ``tick`` is wood. ``heard`` and ``unsure`` answer a listener who has asked for something;
``wake`` is for sleeping loudspeakers, too soft for ears.
"""

import math
import wave
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]
Timbre = tuple[tuple[float, float], ...]

RATE = 22_050
FADE_MS = 10

D3, A3, D4, FS4, A4, B4, D5, FS5 = (440 * 2 ** (n / 12) for n in (-19, -12, -7, -3, 0, 2, 5, 9))

# A timbre lists partials as (ratio to the note's frequency, gain). The near-unisons beat slowly, as a bowl does.
CHIME: Timbre = ((1, 1), (2, 0.22), (3.01, 0.09), (4.1, 0.03))
BELL: Timbre = ((0.5, 0.18), (1, 1), (1.003, 0.25), (2.0, 0.3), (2.76, 0.2), (4.07, 0.06))
BOWL: Timbre = ((1, 1), (1.004, 0.5), (2.0, 0.25), (2.71, 0.28), (2.718, 0.14), (5.15, 0.05))
WOOD: Timbre = ((1, 1), (2.57, 0.35), (3.93, 0.12))


class Note(NamedTuple):
    """One strike: the decay is the time in which its fundamental falls to 1/e."""

    hz: float
    start_ms: float
    decay_ms: float
    gain: float = 1


class Sound(NamedTuple):
    """One file: how long, how gently struck, how loud at its peak, of what material, and which notes."""

    length_ms: int
    attack_ms: float
    peak_dbfs: float
    timbre: Timbre
    notes: tuple[Note, ...]


# The peaks differ a little because the ear does not judge by peak: these make the tones about equally loud.
SOUNDS = {
    "start": Sound(700, 10, -4.5, CHIME, (Note(A4, 0, 95, 0.8), Note(D5, 105, 95, 0.9), Note(FS5, 210, 95))),
    "release": Sound(
        1100, 10, -4, CHIME, (Note(D5, 0, 150), Note(A4, 130, 150), Note(FS4, 270, 145), Note(D4, 430, 135))
    ),
    "switch": Sound(
        900, 10, -5, CHIME, (Note(FS5, 0, 80), Note(B4, 170, 80), Note(FS5, 340, 75, 0.9), Note(B4, 510, 75, 0.9))
    ),
    "tick": Sound(120, 3, -7, WOOD, (Note(D5, 0, 17),)),
    "end": Sound(
        2500,
        14,
        -3.5,
        BOWL,
        (Note(D3, 0, 500, 0.4), Note(D4, 0, 480), Note(A3, 140, 460, 0.5), Note(FS4, 300, 440), Note(A4, 480, 420)),
    ),
    "bell": Sound(1600, 8, -4, BELL, (Note(A4, 0, 320),)),
    "heard": Sound(170, 4, -11, CHIME, (Note(B4, 0, 40), Note(FS5, 60, 40))),
    "unsure": Sound(260, 5, -10, CHIME, (Note(D4, 0, 50), Note(D4, 120, 50))),
    "wake": Sound(500, 250, -50, CHIME, (Note(A3, 0, 250),)),
}


def rise(frames: int) -> Samples:
    """Half a raised cosine, from exactly 0 to exactly 1."""
    return np.asarray(0.5 - 0.5 * np.cos(np.linspace(0, math.pi, frames)), dtype=np.float64)


def frames_in(ms: float) -> int:
    """How many frames last that long."""
    return round(ms * RATE / 1000)


def ring(note: Note, timbre: Timbre, attack_ms: float, frames: int) -> Samples:
    """One struck note over so many frames: high partials die sooner, as they do in metal and wood."""
    time = np.arange(frames) / RATE
    sound = np.zeros(frames)
    for ratio, gain in timbre:
        decay = np.exp(-time * 1000 * max(ratio, 1) / note.decay_ms)
        sound += note.gain * gain * decay * np.sin(2 * math.pi * note.hz * ratio * time)
    attack = rise(frames_in(attack_ms))
    sound[: len(attack)] *= attack
    return sound


def render(sound: Sound) -> Samples:
    """The whole sound, brought to its peak and faded to exact silence."""
    mix = np.zeros(frames_in(sound.length_ms))
    for note in sound.notes:
        first = frames_in(note.start_ms)
        mix[first:] += ring(note, sound.timbre, sound.attack_ms, len(mix) - first)
    fade = rise(frames_in(FADE_MS))[::-1]
    mix[-len(fade) :] *= fade
    return mix * (10 ** (sound.peak_dbfs / 20) / float(np.abs(mix).max()))


def write(path: Path, samples: Samples) -> None:
    """Write 16-bit mono PCM."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(np.rint(samples * 32767).astype("<i2").tobytes())


def main() -> None:
    """Write every sound of the table."""
    here = Path(__file__).resolve().parent
    for name, sound in SOUNDS.items():
        write(here / f"{name}.wav", render(sound))


if __name__ == "__main__":
    main()
