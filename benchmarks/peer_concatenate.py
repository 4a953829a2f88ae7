"""A session put together by hand: one espeak-ng process a line, then lines and silence joined into one WAV.

    python benchmarks/peer_concatenate.py wave|sox|ffmpeg|pydub LINES.txt PAUSE_SECONDS OUT.wav

This is what `export.py` compares voiceguide with: no timing by script, no checks, no equal loudness, no cache.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable, Iterable
from pathlib import Path

from works import WORDS_A_MINUTE


def spoken(lines: Iterable[str], folder: Path) -> list[Path]:
    """A WAV for each line, in `folder`."""
    files = []
    for number, line in enumerate(lines):
        files.append(folder / f"{number}.wav")
        speak = ["espeak-ng", "-v", "en-us", "-s", WORDS_A_MINUTE, "-w", str(files[-1]), "--stdin"]
        subprocess.run(speak, input=line.encode(), check=True)
    return files


def join_wave(files: list[Path], pause: float, out: Path) -> None:
    """Joined by Python's `wave`."""
    with wave.open(str(files[0]), "rb") as first:
        form = first.getparams()
    silence = bytes(round(pause * form.framerate) * form.nchannels * form.sampwidth)
    with wave.open(str(out), "wb") as joined:
        joined.setparams(form)
        for file in files:
            with wave.open(str(file), "rb") as line:
                joined.writeframes(line.readframes(line.getnframes()))
            joined.writeframes(silence)


def join_sox(files: list[Path], pause: float, out: Path) -> None:
    """Joined by one call of SoX, which holds all files open at once."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    silence = _silence(files, pause)
    subprocess.run(["sox", *(str(part) for file in files for part in (file, silence)), str(out)], check=True)


def join_ffmpeg(files: list[Path], pause: float, out: Path) -> None:
    """Joined by one call of FFmpeg, which reads the files from a list and copies the samples as they are."""
    silence = _silence(files, pause)
    listed = silence.with_name("list.txt")
    listed.write_text("".join(f"file '{part}'\n" for file in files for part in (file, silence)))
    read = ["ffmpeg", "-v", "error", "-nostdin", "-f", "concat", "-safe", "0", "-i", str(listed)]
    subprocess.run([*read, "-c", "copy", "-y", str(out)], check=True)


def join_pydub(files: list[Path], pause: float, out: Path) -> None:
    """Joined by pydub, as its manual shows: one segment added to the other."""
    from pydub import AudioSegment

    joined = AudioSegment.empty()
    for file in files:
        joined += AudioSegment.from_wav(file) + AudioSegment.silent(round(pause * 1000), 22_050)
    joined.export(out, format="wav")


def _silence(files: list[Path], pause: float) -> Path:
    """A file of silence, made by SoX beside the lines."""
    silence = files[0].with_name("silence.wav")
    make = ["sox", "-n", "-r", "22050", "-b", "16", "-c", "1", str(silence), "trim", "0", str(pause)]
    subprocess.run(make, check=True)
    return silence


JOINERS: dict[str, Callable[[list[Path], float, Path], None]] = {
    "wave": join_wave,
    "sox": join_sox,
    "ffmpeg": join_ffmpeg,
    "pydub": join_pydub,
}


def main(joiner: str, lines: str, pause: str, out: str) -> None:
    """The program: see the module's docstring."""
    with tempfile.TemporaryDirectory() as folder:
        files = spoken(Path(lines).read_text(encoding="utf-8").splitlines(), Path(folder))
        JOINERS[joiner](files, float(pause), Path(out))


if __name__ == "__main__":
    main(*sys.argv[1:])
