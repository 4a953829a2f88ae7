"""How soon `play` is heard and how soon a key silences it, at a PulseAudio sink, beside players of its export."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from figures import spread, verdict

from support import private_bus, sink
from voiceguide.audio.clip import RATE

NEEDED = ("pulseaudio", "parec", "pactl", "mpv", "paplay")
RUNS = 10
PROGRAM = [sys.executable, "-m", "voiceguide"]
QUIET = 30
"""The largest sample that counts as silence: a thousandth of full scale."""

LOUD = 300
PRESSES = 4
SENTENCE = ", and then again".join(["Lift your hips", *[" the other way"] * 12])
SCRIPT = f"# Long\n\n{SENTENCE}.\n\n{SENTENCE}.\n"


@dataclass
class Monitor:
    """What the sink plays, and when it was heard: the moment of each portion of some ten milliseconds, and its peak."""

    portions: list[tuple[float, int]] = field(default_factory=list)

    def first(self, above: int, since: float) -> float:
        """The seconds from `since` to the first portion that is louder than `above`; waits for it."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for at, peak in list(self.portions):
                if at > since and peak > above:
                    return at - since
            time.sleep(0.01)
        raise TimeoutError("nothing is heard")

    def last(self, since: float, until: float) -> float:
        """The seconds from `since` to the end of the last sound before `until`; 0 if there was none."""
        loud = [at for at, peak in list(self.portions) if since < at < until and peak > QUIET]
        return loud[-1] - since if loud else 0.0


METHOD = """
### How playing was measured

The sink is a PulseAudio null sink without rewinds, read at its monitor in portions of some ten milliseconds; a sound
card adds its own delay, the same to all. “First word” is the first sample above a hundredth of full scale, and silence
means that no sample is above a thousandth. The button’s time includes the start of playerctl, which sends it over D-Bus
as a desktop does. The session has two sentences of half a minute, in the system’s voice where nothing else is said;
without a cache only its title has to be recorded before it is heard, and with nothing in the cache the system’s voice
is asked what it is, too. The natural voice (joe) loads its model.
"""


@contextmanager
def monitored(environment: dict[str, str]) -> Iterator[Monitor]:
    """The sink's monitor, read as it comes."""
    command = ["parec", "-d", "n.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=5"]
    monitor = Monitor()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout

        def read(descriptor: int) -> None:
            with contextlib.suppress(OSError):  # it is closed when the block is over
                while portion := os.read(descriptor, 512):
                    samples = array("h", portion[: len(portion) // 2 * 2])
                    monitor.portions.append((time.monotonic(), max(map(abs, samples), default=0)))

        threading.Thread(target=read, args=(process.stdout.fileno(),), daemon=True).start()
        time.sleep(0.5)
        try:
            yield monitor
        finally:
            process.terminate()


def started(command: Sequence[str], environment: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    """A program at a terminal of its own, and the terminal's other end."""
    terminal, inside = pty.openpty()
    process = subprocess.Popen(command, env=environment, stdin=inside, stdout=inside, stderr=inside)
    os.close(inside)

    def drain() -> None:
        try:
            while os.read(terminal, 65_536):
                pass
        except OSError:
            pass

    threading.Thread(target=drain, daemon=True).start()
    return process, terminal


def first_sounds(
    command: Sequence[str], environment: dict[str, str], runs: int, before: Callable[[], None]
) -> list[float]:
    """The seconds from the start of a program to the first word, for each of some runs."""
    found = []
    for _ in range(runs):
        before()
        with monitored(environment) as monitor:
            began = time.monotonic()
            process, terminal = started(command, environment)
            found.append(monitor.first(LOUD, began))
            process.terminate()
            process.wait()
            os.close(terminal)
    return found


def by_key(terminal: int) -> None:
    """The space bar, in the terminal of the program."""
    os.write(terminal, b" ")


def silences(
    script: Path, environment: dict[str, str], runs: int, press: Callable[[int], object] = by_key
) -> list[float]:
    """The seconds from a press to the last sound, each in the middle of a sentence."""
    found = []
    for _ in range(runs):
        with monitored(environment) as monitor:
            process, terminal = started([*PROGRAM, "play", str(script)], environment)
            began = time.monotonic()
            monitor.first(LOUD, began)
            time.sleep(2.5)
            for again in range(PRESSES):
                pressed = time.monotonic()
                press(terminal)
                time.sleep(0.8)
                found.append(monitor.last(pressed, pressed + 0.8))
                press(terminal)
                time.sleep(0.9 + 0.13 * again)
            process.kill()
            process.wait()
            os.close(terminal)
    return found


def row(name: str, seconds: list[float], aim: float | None = None) -> str:
    met = "" if aim is None else f"{aim:g} s {verdict(max(seconds) <= aim)}"
    return f"| {name} | {spread(seconds, 3)} | {len(seconds)} | {met} |"


def measured(quick: bool) -> Iterator[str]:
    """From the start to the first word, and from a press to silence."""
    runs = 2 if quick else RUNS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script, exported = folder / "long.md", folder / "long.wav"
        script.write_text(SCRIPT)
        with sink.server(folder) as found:
            environment = {**found, "XDG_CACHE_HOME": str(folder / "cache"), "TERM": "xterm"}
            subprocess.run([*PROGRAM, "export", str(script), "-o", str(exported)], env=environment, check=True)
            play = [*PROGRAM, "play", str(script)]
            peers = {
                "mpv": ["mpv", "--no-video", "--ao=pulse", "--really-quiet", str(exported)],
                "paplay": ["paplay", str(exported)],
            }

            def nothing() -> None:
                """The cache stays."""

            def forget() -> None:
                shutil.rmtree(folder / "cache" / "voiceguide" / "lines", ignore_errors=True)

            def forget_all() -> None:
                shutil.rmtree(folder / "cache", ignore_errors=True)

            yield "| from the start of the program to the first word | s | runs | aim |\n|---|--:|--:|---|"
            without = [*play, "--pre-roll", "0s"]
            yield row("voiceguide play, lines recorded before", first_sounds(play, environment, runs, nothing))
            yield row("the same without the pre-roll of 0.5 s", first_sounds(without, environment, runs, nothing), 0.7)
            yield row("no line recorded before", first_sounds(without, environment, runs, forget))
            yield row("nothing in the cache at all", first_sounds(without, environment, runs, forget_all))
            natural = [*without, "--voice", "joe"]
            yield row("the same in the natural voice", first_sounds(natural, environment, runs, forget_all), 2.5)
            for peer, command in peers.items():
                yield row(f"peer: {peer}, the exported file", first_sounds(command, environment, runs, nothing))
            runs = max(1, runs // 2)
            yield "\n| from a press in mid-sentence to silence | s | presses | aim |\n|---|--:|--:|---|"
            yield row("the space bar", silences(script, environment, runs), 0.150)
            if not private_bus.missing():
                with private_bus.bus(folder) as (address, _):
                    on_bus = {**environment, "DBUS_SESSION_BUS_ADDRESS": address}

                    def by_button(_: int) -> None:
                        private_bus.run(address, "playerctl", "play-pause")

                    yield row("a headset's button, sent by playerctl", silences(script, on_bus, runs, by_button), 0.150)
    yield METHOD
