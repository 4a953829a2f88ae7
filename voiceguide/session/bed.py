"""A bed: a sound that goes on under a whole session, without a seam, and is softer under words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voiceguide.audio import audiofile, levels
from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip
from voiceguide.audio.limiter import Samples, limited
from voiceguide.audio.mastering import amplitude, as_samples
from voiceguide.base.errors import UnknownNameError, UsageError
from voiceguide.base.moments import frame_at
from voiceguide.timeline import Timeline

Gains = npt.NDArray[np.float64]
"""A factor for each frame, or, as a spectrum, for each frequency."""

BED_LUFS = -34.0
"""How loud a bed is: half as loud, and it isn't heard; twice as loud, and it competes with the voice."""

DUCK_DB = -9.0
"""How much softer the bed is under words."""

DUCK_FRAMES = RATE * 4 // 10
"""How long before words it begins to fade, and how long after them it is back."""

FADE_FRAMES = 3 * RATE
"""How long it fades in at the beginning, and out at the end."""

JOIN_FRAMES = RATE // 20
"""How long it fades in when a session goes on in the middle, so that nothing clicks."""

LOOP_SECONDS = 24
MAX_SECONDS = 600
"""How long a sound file may be."""

_CROSS_FRAMES = RATE
_LEAST_FRAMES = 3 * RATE
_SCALE = 32_768.0


class Bed:
    """A loop whose end leads into its beginning, at BED_LUFS: mono at 22,050 Hz, shape (n,), full scale at 1."""

    def __init__(self, loop: Samples) -> None:
        lufs = levels.integrated([(0, levels.energies(loop))])
        self.loop = limited(loop * amplitude(BED_LUFS - lufs), amplitude(-6.0))

    def under(self, timeline: Timeline, blocks: Iterator[bytes], start_frame: int) -> Iterator[bytes]:
        """Yield `blocks`, the PCM of `timeline` from `start_frame` on, with the bed mixed in."""
        factors_at = _factors(timeline)
        frame = start_frame
        for block in blocks:
            count = len(block) // FRAME_BYTES
            frames = np.arange(frame, frame + count)
            bed = self.loop.take(frames, mode="wrap") * factors_at(frames)
            if start_frame:
                bed = bed * np.minimum(1.0, (frames - start_frame) / JOIN_FRAMES)
            mixed = np.frombuffer(block, "<i2") + np.rint(bed * _SCALE)
            yield mixed.clip(-32_768, 32_767).astype("<i2").tobytes()
            frame += count


def _factors(timeline: Timeline) -> Callable[[npt.NDArray[np.int64]], Gains]:
    """Return what gives the bed's factor at each of some frames: less under words, and fading at both ends."""
    end_frame = frame_at(timeline.duration_ms, RATE)
    ducked = amplitude(DUCK_DB)
    points: list[tuple[int, float]] = [(0, 1.0)]
    for event in timeline.events:
        if event.kind == "say":
            begins, ends = frame_at(event.start_ms, RATE), frame_at(event.end_ms, RATE)
            while len(points) > 1 and points[-1][0] >= begins - DUCK_FRAMES:
                points.pop()
            points += [(max(points[-1][0], begins - DUCK_FRAMES), points[-1][1]), (begins, ducked), (ends, ducked)]
            points.append((ends + DUCK_FRAMES, 1.0))
    at_frames, factors = zip(*points, strict=True)

    def factors_at(frames: npt.NDArray[np.int64]) -> Gains:
        fade = np.minimum(np.minimum(frames, end_frame - frames) / FADE_FRAMES, 1.0).clip(0.0)
        faded: Gains = np.interp(frames, at_frames, factors) * fade
        return faded

    return factors_at


def load(name: str) -> Bed:
    """Return the bed called `name`, or one made of the sound file at that path.

    Raises UnknownNameError if there is neither, AudioFileError if the file can't be read, UsageError if it is short.
    """
    if name in MADE:
        return Bed(MADE[name](np.random.default_rng(1)))
    path = Path(name)
    if not path.is_file():
        raise UnknownNameError("bed", name, MADE, f"name a sound file, or one of {', '.join(MADE)}")
    return Bed(looped(audiofile.read(path, MAX_SECONDS)))


def looped(clip: Clip) -> Samples:
    """Return a clip as a loop, its last second mixed into its first. Raises UsageError if it is short or silent."""
    samples = as_samples(clip)
    if samples.size < _LEAST_FRAMES or not samples.any():
        raise UsageError(f"a bed must have at least {_LEAST_FRAMES // RATE} seconds of sound")
    fade = np.linspace(0, np.pi / 2, _CROSS_FRAMES, dtype=np.float32)
    head = samples[:_CROSS_FRAMES] * np.sin(fade) + samples[-_CROSS_FRAMES:] * np.cos(fade)
    return np.concatenate((head, samples[_CROSS_FRAMES:-_CROSS_FRAMES]))


def _noise(random: np.random.Generator) -> Samples:
    """Return brown noise, like a distant waterfall."""
    return _periodic(random, lambda hz: 1 / np.maximum(hz, 60.0))


def _rain(random: np.random.Generator) -> Samples:
    """Return a soft hiss with drops in it."""
    hiss = _periodic(random, lambda hz: np.exp(-(((hz - 3_500) / 2_500) ** 2)) + 40 / np.maximum(hz, 200.0))
    dripping = np.sum([_drops(random, hiss.size, hz) for hz in (900, 1_300, 1_900, 2_700, 3_800)], axis=0)
    return _samples(hiss / hiss.std() + 0.5 * dripping / dripping.std())


def _drops(random: np.random.Generator, frames: int, hz: float) -> Samples:
    """Return `frames` frames of drops, eight a second, on something that rings at `hz` for a moment."""
    struck = np.zeros(frames)
    places = random.integers(0, frames, LOOP_SECONDS * 8)
    struck[places] = random.exponential(1.0, places.size)
    t = np.arange(frames) / RATE
    ring = np.exp(-t * hz / 2) * np.sin(2 * np.pi * hz * t)
    return np.fft.irfft(np.fft.rfft(struck) * np.fft.rfft(ring), frames).astype(np.float32)


def _drone(random: np.random.Generator) -> Samples:
    """Return a fifth on D: sines that swell at different times, each with a whole number of periods in the loop."""
    t = np.arange(LOOP_SECONDS * RATE) / RATE
    voices = []
    for hz, level in ((73.42, 1.0), (110.0, 0.7), (146.83, 0.6), (220.0, 0.35), (293.66, 0.18)):
        whole = round(hz * LOOP_SECONDS) / LOOP_SECONDS
        swell = 0.7 + 0.3 * np.sin(2 * np.pi * (t * random.integers(1, 4) / LOOP_SECONDS + random.random()))
        voices.append(level * swell * np.sin(2 * np.pi * whole * t))
    return _samples(np.sum(voices, axis=0))


def _periodic(random: np.random.Generator, shape: Callable[[Gains], Gains]) -> Samples:
    """Return noise whose spectrum has this `shape`; it repeats after LOOP_SECONDS, so it has no seam at all."""
    hz: Gains = np.fft.rfftfreq(LOOP_SECONDS * RATE, 1 / RATE).astype(np.float64)
    phases = np.exp(2j * np.pi * random.random(hz.size))
    made = np.fft.irfft(np.where(hz > 30, shape(hz), 0.0) * phases)
    return _samples(made)


def _samples(made: npt.NDArray[np.floating]) -> Samples:
    """Return a sound with its peak at half of full scale."""
    scaled: Samples = (made / np.abs(made).max() / 2).astype(np.float32)
    return scaled


MADE: dict[str, Callable[[np.random.Generator], Samples]] = {"rain": _rain, "noise": _noise, "drone": _drone}
"""The beds that come along, each computed, and always the same."""
