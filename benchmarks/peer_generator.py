"""audio-program-generator, which makes an audio file of phrases and pauses, with espeak-ng in place of its engine.

    python benchmarks/peer_generator.py LINES.txt PAUSE_SECONDS OUT.wav

Its own engine asks a server for every phrase; here, a phrase is one espeak-ng process, and a WAV, so that none has to
be decoded. It has pauses of whole seconds, and leaves out all punctuation.
"""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from audio_program_generator import apg
from works import WORDS_A_MINUTE


class Engine:
    """What it expects of gTTS."""

    def __init__(self, phrase: str, **_: Any) -> None:
        self.phrase = phrase

    def write_to_fp(self, file: BytesIO) -> None:
        speak = ["espeak-ng", "-v", "en-us", "-s", WORDS_A_MINUTE, "--stdin", "--stdout"]
        file.write(subprocess.run(speak, input=self.phrase.encode(), capture_output=True, check=True).stdout)


def main(lines: str, pause: str, out: str) -> None:
    """The program: see the module's docstring."""
    apg.gTTS = Engine
    decoded = apg.AudioSegment.from_file
    apg.AudioSegment.from_file = lambda file, **_: decoded(file, "wav")
    phrases = "".join(
        f"{line};{round(float(pause))}\n" for line in Path(lines).read_text(encoding="utf-8").splitlines()
    )
    generator = apg.AudioProgramGenerator(StringIO(phrases), hide_progress_bar=True)
    Path(out).write_bytes(generator.invoke().getvalue())


if __name__ == "__main__":
    main(*sys.argv[1:])
