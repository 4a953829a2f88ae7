"""Sounds from anywhere: what isn't one is refused in a sentence, soon; what is one comes as it should."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.audio import audiofile, sounds
from voiceguide.audio.audiofile import AudioFileError
from voiceguide.audio.clip import RATE
from voiceguide.base.errors import Place, ScriptError
from voiceguide.script import parse

LIMIT_SECONDS = 1
FLOATS, INTEGERS = 3, 1


def wav(
    data: bytes,
    kind: int = INTEGERS,
    channels: int = 1,
    rate: int = RATE,
    bits: int = 16,
    align: int | None = None,
    claimed: int | None = None,
) -> bytes:
    """A WAV file with the header that was asked for, whether it is true or not."""
    align = channels * bits // 8 if align is None else align
    size = len(data) if claimed is None else claimed
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", size + 36 & 0xFFFFFFFF) + head + data


def tone(seconds: float, rate: int, hertz: float = 440) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def as_16(samples: np.ndarray) -> bytes:
    return bytes((samples * 32_767).astype("<i2").tobytes())


SOUND = as_16(tone(0.5, RATE))

NO_SOUND = {
    "empty": b"",
    "four bytes": b"RIFF",
    "text": b"This is no sound.\n" * 100,
    "a header and nothing else": wav(b"")[:20],
    "no channels": wav(SOUND, channels=0, align=2),
    "no rate": wav(SOUND, rate=0),
    "four thousand million frames a second": wav(SOUND, rate=4_000_000_000),
    "200 million frames a second": wav(SOUND[:100], rate=201_348_642),
    "one frame a second": wav(SOUND[:100], rate=1),
    "no bits": wav(SOUND, bits=0, align=2),
    "an unknown coding": wav(SOUND, kind=0x7777),
    "chunks without a length": b"RIFF\xff\xff\xff\xffWAVE" + b"JUNK\x00\x00\x00\x00" * 50_000,
    "a list of files": b"ffconcat version 1.0\nfile 'secret.wav'\n",
    "a list for streaming": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsecret.wav\n#EXT-X-ENDLIST\n",
    "a call to listen in on": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
}


@pytest.mark.parametrize("name", NO_SOUND)
@pytest.mark.parametrize("suffix", ["wav", "mp3", "m3u8"])
def test_what_is_no_sound_is_refused_soon(tmp_path: Path, name: str, suffix: str) -> None:
    """Whatever lies in the folder of sounds: a sentence that names it, and no other file is opened in its place."""
    (tmp_path / "secret.wav").write_bytes(wav(SOUND))
    file = tmp_path / f"start.{suffix}"
    file.write_bytes(NO_SOUND[name])
    began = time.process_time()
    with pytest.raises(AudioFileError, match=rf"start\.{suffix}: not a sound that can be read"):
        audiofile.read(file)
    assert time.process_time() - began < LIMIT_SECONDS


@pytest.mark.parametrize(
    "content",
    [
        wav(SOUND, bits=17),
        wav(SOUND, bits=64),
        wav(SOUND, bits=24, align=0),
        wav(SOUND, channels=65_535),
        b"RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xff" + bytes(1_000),
    ],
)
def test_an_odd_header_is_a_sound_or_a_sentence(tmp_path: Path, content: bytes) -> None:
    """What a decoder makes of it may be anything, but soon, and nothing else."""
    file = tmp_path / "start.wav"
    file.write_bytes(content)
    began = time.process_time()
    with contextlib.suppress(AudioFileError):
        assert audiofile.read(file).frames < RATE
    assert time.process_time() - began < LIMIT_SECONDS


def test_a_header_without_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of megabytes of empty chunks keep a decoder busy for a minute, and would keep a listener waiting."""
    monkeypatch.setattr(audiofile, "OPEN_SECONDS", LIMIT_SECONDS / 2)
    file = tmp_path / "start.wav"
    with file.open("wb") as opened:
        opened.write(wav(b"", rate=48_000, claimed=4)[:-8])
        opened.truncate(500_000_000)
    began = time.process_time()
    with pytest.raises(AudioFileError, match="not a sound that can be read"):
        audiofile.read(file)
    assert time.process_time() - began < LIMIT_SECONDS


@given(data=st.data())
def test_any_damage_is_a_sound_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever a disk or a download does to a file."""
    content = bytearray(wav(SOUND[:4_000]))
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=6)):
        content[place] = value
    file = tmp_path_factory.getbasetemp() / "damaged.wav"
    file.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(AudioFileError):
        audiofile.read(file)


def _socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(file))


NO_FILE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda file: None,
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a device": lambda file: file.symlink_to("/dev/zero"),
    "a socket": _socket,
    "a link to itself": lambda file: file.symlink_to(file),
}


@pytest.mark.parametrize("kind", NO_FILE)
def test_what_is_no_file_is_not_opened(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe waits for ever, a device never ends; a sound of that name that comes along is taken instead."""
    monkeypatch.chdir(tmp_path)  # a socket's path may not be long
    file = Path("start.wav")
    NO_FILE[kind](file)
    with pytest.raises(AudioFileError, match="not a sound file"):
        audiofile.read(file)
    folder = sounds.own_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(tmp_path)
    assert sounds.load({"start": Place("x.md", 1, 1)})["start"].frames > 0


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "~/secret", "a/b", "C:\\x", "\\\\host\\x", "x.wav", "http://h/x", "Bell", "-x"]
)
def test_a_name_leads_nowhere(name: str) -> None:
    """A script from anywhere says which sound, never which file."""
    with pytest.raises(ScriptError, match="is not a sound's name"):
        parse(f"# T\n\n- Go. [chime {name}]\n", "x.md")


def test_a_file_that_claims_more_than_it_has_is_what_it_has(tmp_path: Path) -> None:
    """A download that broke off, and a header that claims four gigabytes: what is there is heard."""
    file = tmp_path / "start.wav"
    for content in (wav(SOUND, claimed=0xFFFFFFF0), wav(SOUND, claimed=len(SOUND) + 7) + b"\x01"):
        file.write_bytes(content)
        assert abs(audiofile.read(file).frames - RATE // 2) <= 1


def test_what_is_no_number_is_silent_and_what_is_too_loud_is_full(tmp_path: Path) -> None:
    """Floats may be anything; nothing of it may come out as the loudest sound there is."""
    file = tmp_path / "start.wav"
    samples = np.concatenate([np.full(500, value, np.float32) for value in (0.25, np.nan, 2.0, -1e30, np.inf)])
    file.write_bytes(wav(samples.tobytes(), FLOATS, bits=32))
    heard = np.frombuffer(audiofile.read(file).pcm, "<i2")
    assert [round(float(value) / 32_768, 3) for value in heard[250::500]] == [0.25, 0.0, 1.0, -1.0, 1.0]


def test_a_sound_of_hours_is_refused_without_being_read(tmp_path: Path) -> None:
    """Ten hours as a chime: a sentence within a second, not gigabytes."""
    file = tmp_path / "start.wav"
    with file.open("wb") as opened:
        opened.write(wav(b"", channels=2, rate=48_000, claimed=3_000_000_000))
        opened.truncate(3_000_000_000)
    began = time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(AudioFileError, match="longer than 60 seconds"):
        audiofile.read(file)
    assert time.process_time() - began < LIMIT_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_and_any_number_of_channels_sounds_the_same(tmp_path: Path, rate: int, channels: int) -> None:
    """A studio's file, a phone's, a film's: as long, as high and about as loud as it was."""
    samples = np.repeat(tone(1.0, rate)[:, None], channels, axis=1)
    file = tmp_path / "start.wav"
    file.write_bytes(wav(as_16(samples), channels=channels, rate=rate))
    heard = np.frombuffer(audiofile.read(file).pcm, "<i2").astype(float) / 32_768
    assert heard.size == pytest.approx(RATE, abs=RATE // 100)
    assert np.argmax(np.abs(np.fft.rfft(heard * np.hanning(heard.size)))) * RATE / heard.size == pytest.approx(
        440, 0.01
    )
    assert 0.3 < np.abs(heard).max() < 1.01


def test_nothing_is_asked_of_a_network(tmp_path: Path) -> None:
    """A bed may be any file that a listener names; a list in it that leads to a server leads nowhere."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.5)
    address = f"http://127.0.0.1:{server.getsockname()[1]}/a.mp3"
    file = tmp_path / "rain.m3u8"
    file.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n")
    script = tmp_path / "s.md"
    script.write_text("# T\n\nLie down. [hold 5s]\n")
    for bed in (str(file), address):
        play = [sys.executable, "-m", "voiceguide", "play", str(script), "--voice", "hum", "--bed", bed]
        done = subprocess.run([*play, "--output", "silent", "--no-wait"], capture_output=True, text=True)
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
    with pytest.raises(TimeoutError):
        server.accept()
    server.close()
