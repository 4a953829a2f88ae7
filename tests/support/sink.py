"""A PulseAudio server with a sink of its own, and a recorder at the sink's monitor."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.own_settings import prefer_the_system
from voiceguide.audio.clip import RATE

MODULES = (
    "module-native-protocol-unix",
    # Without norewinds the sink works in blocks of two seconds, and every timing is an artefact of that.
    "module-null-sink sink_name=n norewinds=1 rate=22050 channels=1",
)

MICROPHONE = "module-null-sink sink_name=m norewinds=1 rate=16000 channels=1"
REMAPPED = "module-remap-source master=m.monitor source_name=mic source_properties=device.description=Desk"
"""A second sink, and a source that hears what is played into it, but isn't called its monitor."""

FIRST = ["nice", "-n", "-15"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
"""What lets a program go first where that is allowed: tests on the other cores are no reason for a gap in a sound."""

ALSA_TO_PULSE = "pcm.!default pulse\nctl.!default pulse\n"


def missing() -> str | None:
    """The program that is not installed, if one is."""
    return next((name for name in ("pulseaudio", "parec", "pactl") if not shutil.which(name)), None)


@contextmanager
def server(folder: Path) -> Iterator[dict[str, str]]:
    """A running server; yields the environment in which programs find it."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (folder / ".asoundrc").write_text(ALSA_TO_PULSE)
    prefer_the_system(folder / "config")
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "PULSE_SERVER": f"unix:{runtime}/pulse/native",
    }
    loads = [option for module in MODULES for option in ("-L", module)]
    command = [*FIRST, "pulseaudio", "-n", "--exit-idle-time=-1", "--disable-shm=yes", "--realtime=no", *loads]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_until(lambda: subprocess.run(["pactl", "info"], env=environment, capture_output=True).returncode == 0)
            yield {**environment, "SINK_PROCESS": str(process.pid)}
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()


@contextmanager
def recording(environment: dict[str, str], file: Path) -> Iterator[None]:
    """Everything that the sink plays while the block runs, as raw PCM in `file`."""
    command = [
        *FIRST,
        "parec",
        "-d",
        "n.monitor",
        f"--rate={RATE}",
        "--channels=1",
        "--format=s16le",
        "--latency-msec=20",
    ]
    with file.open("wb") as target, subprocess.Popen(command, env=environment, stdout=target) as process:
        try:
            _wait_until(lambda: file.stat().st_size > 0)
            yield
        finally:
            time.sleep(0.3)  # what is still on its way through the server
            process.terminate()


def plug_in(environment: dict[str, str]) -> str:
    """A microphone named “Desk”, made the default source; returns the number by which it is pulled out."""
    number = pactl(environment, "load-module", *MICROPHONE.split())
    pactl(environment, "load-module", *REMAPPED.split())
    pactl(environment, "set-default-source", "mic")
    pactl(environment, "set-default-sink", "n")
    return number


def pactl(environment: dict[str, str], *arguments: str) -> str:
    """What the server answers."""
    asked = ["pactl", *arguments]
    return subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def pull_out(environment: dict[str, str], number: str) -> None:
    """The microphone is gone, and every stream from it ends."""
    pactl(environment, "unload-module", number)


def say_into(environment: dict[str, str], file: Path) -> float:
    """Plays a WAV into the microphone; returns `time.monotonic` at its end."""
    subprocess.run(["paplay", "-d", "m", "--latency-msec=30", str(file)], env=environment, check=True)
    return time.monotonic()


def samples(file: Path) -> array[int]:
    recorded = array("h")
    recorded.frombytes(file.read_bytes()[: file.stat().st_size // 2 * 2])
    return recorded


def _wait_until(condition: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError("the PulseAudio server doesn't answer")
        time.sleep(0.02)
