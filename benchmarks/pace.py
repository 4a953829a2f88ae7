"""How fast voices really speak, and how near speeds come to what is asked.

python benchmarks/pace.py [VOICE ...]
"""

from __future__ import annotations

import argparse

from voiceguide.audio.mastering import master
from voiceguide.library.techniques import load_technique, names
from voiceguide.plan import make_plan
from voiceguide.voices import open_voice

SPEEDS = (0.6, 0.7, 0.8, 1.0, 1.2, 1.3, 1.6)


def main() -> None:
    """The program: see the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("voices", nargs="*", default=["joe", "gmw/en-us", "gmw/en"])
    chosen = parser.parse_args()
    lines = [line for name in names() if "/" not in name for line in make_plan(load_technique(name)).lines]
    lines = list(dict.fromkeys(lines))
    words = sum(len(line.split()) for line in lines)
    for name in chosen.voices:
        voice = open_voice(name, "en")
        lasts = {speed: sum(master(clip).ms for _, clip in voice.record(lines, speed)) for speed in SPEEDS}
        voice.close()
        print(f"{name}: {60_000 * words / lasts[1.0]:.0f} words a minute at speed 1, pauses between lines apart")
        for speed, ms in lasts.items():
            print(f"  {speed:g}: {100 * (lasts[1.0] / ms / speed - 1):+.1f} %", flush=True)


if __name__ == "__main__":
    main()
