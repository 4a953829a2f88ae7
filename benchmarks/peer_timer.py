"""What a script does that sleeps until each sound is due, and then plays it.

    python benchmarks/peer_timer.py SESSION.wav SPANS.json sleep|deadline

`sleep` plays a sound with simpleaudio, waits for its end, and sleeps for the pause. `deadline` sleeps until the moment
at which the next sound should begin, counted from the first one, and starts and stops one device of miniaudio's.
"""

from __future__ import annotations

import json
import sys
import time
import wave
from collections.abc import Generator
from pathlib import Path


def sleep(sounds: list[bytes], starts: list[float], ends: list[float]) -> None:
    import simpleaudio

    for sound, end, following in zip(sounds, ends, [*starts[1:], ends[-1]], strict=True):
        simpleaudio.play_buffer(sound, 1, 2, 22_050).wait_done()
        time.sleep(following - end)


def deadline(sounds: list[bytes], starts: list[float], ends: list[float]) -> None:
    import miniaudio

    def played(sound: bytes) -> Generator[bytes, int, None]:
        wanted = yield b""
        while sound:
            wanted, sound = (yield sound[: 2 * wanted]), sound[2 * wanted :]

    device = miniaudio.PlaybackDevice(nchannels=1, sample_rate=22_050, backends=[miniaudio.Backend.PULSEAUDIO])
    began = time.monotonic() - starts[0]
    for sound, start, end in zip(sounds, starts, ends, strict=True):
        time.sleep(max(0.0, began + start - time.monotonic()))
        requests = played(sound)
        next(requests)
        device.start(requests)
        time.sleep(end - start + 0.3)
        device.stop()
    device.close()


def main(session: str, spans: str, way: str) -> None:
    """The program: see the module's docstring."""
    with wave.open(session) as opened:
        pcm = opened.readframes(opened.getnframes())
    cues = json.loads(Path(spans).read_text())
    sounds = [pcm[2 * start : 2 * end] for start, end in cues]
    starts, ends = ([cue[side] / 22_050 for cue in cues] for side in (0, 1))
    {"sleep": sleep, "deadline": deadline}[way](sounds, starts, ends)


if __name__ == "__main__":
    main(*sys.argv[1:])
