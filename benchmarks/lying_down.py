"""Lying down: sessions played by voice alone, with the real program at a sound server; writes LYING_DOWN.md.

    python benchmarks/lying_down.py [--rounds N] [--folder FOLDER]

A round is a whole session in one voice: fifteen commands, from “ready” to “stop”, and takes a bit more than a minute.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from hearing import machine
from speakers import Speaker

from support import floor, sink
from voiceguide.ear import grammar

HERE = Path(__file__).parent
VOICES = (
    Speaker("piper", "joe", 1.0),
    Speaker("festival", "voice_kal_diphone", 0.8),
    Speaker("espeak-ng", "en-us", 0.8),
    Speaker("flite", "rms", 1.0),
    Speaker("festival", "voice_ked_diphone", 1.0),
    Speaker("espeak-ng", "en-gb", 1.25),
    Speaker("piper", "joe", 0.8),
    Speaker("espeak-ng", "en-us+f3", 1.0),
)

Spoken = tuple[str, floor.Spoken]


def rounds(count: int, folder: Path, kept: Path) -> list[Spoken]:
    """So many sessions at one server, each in the next voice."""
    spoken: list[Spoken] = []
    with sink.server(folder) as environment:
        sink.plug_in(environment)
        for number in range(count):
            voice = VOICES[number % len(VOICES)]
            name = f"{voice.engine} {voice.voice} at {voice.speed:g}"
            with floor.lying(folder / str(number), environment) as listener:
                said = floor.session(listener, partial(voice.say, folder=kept))
            spoken += [(name, one) for one in said]
            print(name, *said, sep="\n  ", file=sys.stderr, flush=True)
    return spoken


def report(spoken: list[Spoken]) -> str:
    said = [one for _, one in spoken]
    by_voice = {voice: [one for name, one in spoken if name == voice] for voice, _ in spoken}
    by_command = {phrases[0]: [one for one in said if one.wanted == name] for name, phrases in grammar.ENGLISH.items()}
    head = "| said | understood | mistaken | missed | median s | most s |\n|---|--:|--:|--:|--:|--:|--:|"
    rows = [
        f"| {title} | {_row(some)} |" for title, some in (*by_voice.items(), *by_command.items(), ("**all**", said))
    ]
    wrong = [f"- {name}, {one}" for name, one in spoken if one.result != "understood"]
    parts = ["# Lying down", machine(), "    python benchmarks/lying_down.py"]
    parts += ["\n".join([f"|  {head}", *rows])]
    parts += ["## What was not understood\n\n" + "\n".join(wrong)] if wrong else []
    return "\n\n".join([*parts, METHOD]) + "\n"


def _row(spoken: list[floor.Spoken]) -> str:
    results, late = Counter(one.result for one in spoken), [one.seconds for one in spoken if one.asked]
    share = f"{results['understood']} ({100 * results['understood'] / len(spoken):.0f} %)"
    times = f"{median(late):.2f} | {max(late):.2f}" if late else "– | –"
    return f"{len(spoken)} | {share} | {results['mistaken']} | {results['missed']} | {times}"


METHOD = """## How it was measured

The program, `voiceguide play --listen --start-when-ready --log`, plays into one null sink of a PulseAudio server; the
monitor of another sink is its microphone. Nobody touches a key: “ready” starts the session, and after the last command,
“stop”, it has ended by itself. Each command is said in its first phrase, at -23 dBFS, while the guide is silent in a
hold, or after a pause. Seconds are from the last sample of the words at the microphone’s monitor, to within some 20 ms,
to the moment at which the command is in the log. “Ready” and “stop” are said again if they are missed, up to three
times, and each time counts. Nothing from the loudspeaker reaches the microphone here; that is measured in HEARING.md.
All voices are synthetic."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir(), "voiceguide-hearing"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = report(rounds(asked.rounds, Path(folder), asked.folder))
    print(text)
    (HERE / "LYING_DOWN.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
