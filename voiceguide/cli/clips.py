"""Single clips for the command line: plays them, and writes them to files."""

from __future__ import annotations

import time
import wave
from pathlib import Path

from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip
from voiceguide.base.errors import DeviceError


def play(clip: Clip) -> None:
    """Play `clip` to its end. Raises DeviceError if there is nothing to play it on."""
    from voiceguide.outputs import open_output

    output = open_output("miniaudio", time.monotonic)
    try:
        output.start(iter([clip.pcm]))
        while not output.ended:
            if output.problem:
                raise DeviceError(output.problem)
            time.sleep(0.02)
    finally:
        output.close()


def write(clip: Clip, out: Path) -> None:
    """Write `clip` to a WAV file. Raises ExportError if that can't be done."""
    from voiceguide.base.files import atomic_file

    with atomic_file(out, len(clip.pcm)) as opened, wave.open(opened, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(FRAME_BYTES)
        file.setframerate(RATE)
        file.writeframes(clip.pcm)
