"""The real program at a real sink: what comes out of it, and when, recorded from its monitor.

Playing takes its time, so all sessions play at once, each into a sink of its own, and each test waits for its own.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support import sink
from support.cases import long_cases
from support.needed import need
from support.own_settings import VOICE
from support.program import PROGRAM
from support.runs import MATCH_FRAMES, SHORT, Act, Expected, Run, expectation, found_at, outputs, played
from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip
from voiceguide.audio.sounds import load
from voiceguide.recording.booth import Booth
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.spoken import Spoken
from voiceguide.voices import open_voice

pytestmark = [pytest.mark.device, pytest.mark.timeout(3_600), pytest.mark.xdist_group("alone")]

TOLERANCE_FRAMES = RATE * 20 // 1000

ROUND = """## Round {n} [each side]

1. Lay your {{side}} arm across your chest, and breathe out. [settle 4s]
2. Press the spot, and stay with it. [hold 15s] [release: Let go.]
3. Shake it out, and let it hang. [move 3s] [2 times]
"""


ONE_AND_THE_OTHERS = [outputs()[0], *long_cases(*outputs()[1:])]
"""The output that everybody has, and those that only some have."""


def _pause_in(what: str, text: str, seconds: float) -> Act:
    """Two presses of space, the first one shortly after something has begun."""

    def act(run: Run, process: object, press: Callable[[bytes], None]) -> None:
        run.wait_for(what, text)
        time.sleep(2)
        press(b" ")
        time.sleep(seconds)
        press(b" ")

    return act


def _kill_the_server(run: Run, process: object, press: object) -> None:
    run.wait_for("hold")
    time.sleep(2)
    server = int(run.environment["SINK_PROCESS"])
    os.kill(server, signal.SIGKILL)
    os.waitpid(server, 0)  # as long as it is known to the system, no other begins
    run.wait_for("device lost")
    time.sleep(3)
    with sink.server(run.folder):
        run.wait_for("say", "Let go.", 60)
        time.sleep(4)


def _remove_the_sink(*moments: tuple[str, str]) -> Act:
    def act(run: Run, process: object, press: object) -> None:
        for what, text in moments:
            run.wait_for(what, text)
            time.sleep(1)
            module = next(
                line.split()[0] for line in run.pulse("list", "short", "modules").splitlines() if "null" in line
            )
            run.pulse("unload-module", module)
            lost = len(run.all("device lost"))
            while len(run.all("device lost")) == lost and run.all("device back") == run.all("device lost"):
                time.sleep(0.1)
            time.sleep(2)
            run.pulse("load-module", *sink.MODULES[1].split())

    return act


def _stop_the_process(seconds: float) -> Act:
    def act(run: Run, process: subprocess.Popen[bytes], press: object) -> None:
        run.wait_for("hold")
        time.sleep(3)
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    return act


def _kill_the_voice(run: Run, process: subprocess.Popen[bytes], press: Callable[[bytes], None]) -> None:
    """As soon as it speaks, and once more when another speed is wanted."""
    for _ in range(2):
        found = b""
        while process.poll() is None and not found:
            found = subprocess.run(["pgrep", "-f", "-P", str(process.pid), "_program"], capture_output=True).stdout
        for child in found.split():
            os.kill(int(child), signal.SIGKILL)
        run.wait_for("say", "Lift")
        press(b"]]")


def _press_at_random(commands: int, seconds: float) -> Act:
    """All sorts of keys at all sorts of moments; a pause is always ended."""

    def act(run: Run, process: subprocess.Popen[bytes], press: Callable[[bytes], None]) -> None:
        chance = random.Random(4)
        run.wait_for("say")
        for _ in range(commands):
            time.sleep(chance.uniform(0.3, 1.7) * seconds)
            key = chance.choice([b"n", b"b", b"r", b"[", b"]", b"l", b"t", b" ", b"e"])
            if process.poll() is None:
                press(key)
            if key in b" e":
                time.sleep(chance.uniform(1, 12))
                press(b"\r")

    return act


@dataclass
class Runs:
    """Every run, begun and not yet waited for, what their sessions should sound like, and where lines are kept."""

    cache: Path
    expected: dict[str, Expected]
    futures: dict[str, Future[Run]]

    def __getitem__(self, name: str) -> Run:
        return self.futures[name].result()


def _named(items: list[pytest.Item]) -> set[str]:
    """Tell which runs are listened to by the tests that were chosen."""
    found = set()
    for item in items:
        parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        found |= {mark.args[0].format(**parameters) for mark in item.iter_markers("plays")}
    return found


START_SECONDS = 2
"""From one session to the next: a dozen programs that start at the same moment starve the sound servers."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Runs]:
    need(sink.missing())
    top = tmp_path_factory.mktemp("runs")
    short, long = top / "short.md", top / "long.md"
    short.write_text(SHORT)
    minutes: float = request.config.getoption("--minutes")
    long.write_text("# Long\n\n" + "\n".join(ROUND.format(n=n) for n in range(1, max(2, round(minutes)) + 1)))
    cache = top / "cache"
    names = _named(request.session.items)
    techniques = (["foam-roller"] if any(name.startswith("whole") for name in names) else []) + [str(short)]
    expected = {name: expectation(name, top, cache) for name in techniques}
    wanted: dict[str, tuple[Path | str, tuple[str, ...], Act | None]] = {
        "commands": (long, (), _press_at_random(round(2.5 * minutes), 20)),
        **{f"whole {name}": ("foam-roller", ("--output", name), None) for name in outputs()},
        **{f"hold {name}": (short, ("--output", name), _pause_in("hold", "", 5)) for name in outputs()},
        **{f"words {name}": (short, ("--output", name), _pause_in("say", "Lift", 5)) for name in outputs()},
        "killed server": (short, (), _kill_the_server),
        "removed sink": (short, (), _remove_the_sink(("say", "Lift"), ("hold", ""))),
        "stopped": (short, (), _stop_the_process(125)),
        "killed voice": (short, (), _kill_the_voice),
    }
    with ThreadPoolExecutor(len(wanted)) as pool:
        futures = {}
        for name in [name for name in wanted if name in names]:
            technique, options, act = wanted[name]
            folder = top / name.replace(" ", "-")
            own_cache = folder / "cache" if name == "killed voice" else cache
            futures[name] = pool.submit(played, folder, own_cache, technique, *options, act=act)
            time.sleep(START_SECONDS)
        yield Runs(cache, expected, futures)


def short_of(runs: Runs) -> Expected:
    return next(expected for name, expected in runs.expected.items() if name.endswith("short.md"))


@pytest.mark.parametrize("output", outputs())
@pytest.mark.plays("whole {output}")
@pytest.mark.long
def test_a_whole_session_is_on_time_from_its_first_to_its_last_sound(runs: Runs, output: str) -> None:
    """Every first word and chime within 20 ms of its place, through the whole session, without drift."""
    wanted, recorded = runs.expected["foam-roller"], runs[f"whole {output}"].heard
    audible = [event for event in wanted.shown["events"] if event["kind"] in {"say", "chime"}]
    origin = found_at(recorded, wanted.needle(audible[0])) - wanted.at(audible[0])
    for event in audible:
        place = origin + wanted.at(event)
        heard = found_at(recorded, wanted.needle(event), place - TOLERANCE_FRAMES)
        assert abs(heard - place) <= TOLERANCE_FRAMES, f"{event} is {(heard - place) / RATE:.3f} s off"


@pytest.mark.long
@pytest.mark.parametrize("output", ONE_AND_THE_OTHERS)
@pytest.mark.plays("hold {output}")
def test_a_pause_in_a_hold_leaves_its_rest(runs: Runs, output: str) -> None:
    """Five seconds of pause are five seconds more between the chimes, and everything after them is as it was."""
    wanted, run = short_of(runs), runs[f"hold {output}"]
    hold = wanted.first("hold")
    opened = found_at(run.heard, wanted.needle(wanted.first("chime", "start")))
    closed = found_at(run.heard, wanted.needle(wanted.first("chime", "release")), opened)
    paused = (closed - opened) / RATE - (hold["end_ms"] - hold["start_ms"]) / 1000
    assert paused == pytest.approx(run.pressed[1] - run.pressed[0], abs=0.25)
    rest = wanted.pcm[wanted.at(wanted.first("say", "Three.")) * FRAME_BYTES :].rstrip(b"\0")
    assert found_at(run.heard, rest, opened) > 0


@pytest.mark.plays("words miniaudio")
def test_a_sink_hears_words_and_in_a_pause_nothing(runs: Runs) -> None:
    """However busy the machine is, what is said reaches the device, and a pause is silent; the next test is exact."""
    heard = runs["words miniaudio"].heard.strip(b"\0")
    assert len(heard) > 10 * RATE * FRAME_BYTES
    assert bytes(4 * RATE * FRAME_BYTES) in heard


@pytest.mark.long
@pytest.mark.parametrize("output", ONE_AND_THE_OTHERS)
@pytest.mark.plays("words {output}")
def test_a_pause_in_a_sentence_says_it_again(runs: Runs, output: str) -> None:
    """Cut in the middle, silent in the pause, then whole from its beginning, and the rest of the session with it."""
    wanted, recorded = short_of(runs), runs[f"words {output}"].heard
    sentence = wanted.first("say", "Lift")
    first = found_at(recorded, wanted.needle(sentence))
    again = found_at(recorded, wanted.needle(sentence), first + 1)
    rest = wanted.pcm[wanted.at(sentence) * FRAME_BYTES :].rstrip(b"\0")
    assert found_at(recorded, rest) == again > first
    assert 5 < (again - first) / RATE < 10
    pause = recorded[(again - 4 * RATE) * FRAME_BYTES : again * FRAME_BYTES]
    assert not any(pause)


@pytest.mark.parametrize(("fault", "times"), [("killed server", 1), ("removed sink", 2)])
@pytest.mark.plays("{fault}")
@pytest.mark.long
def test_a_device_that_is_gone_is_waited_for(runs: Runs, fault: str, times: int) -> None:
    """No time passes without a device; when there is one again, the session says so and goes on to its end."""
    run = runs[fault]
    assert run.status == 0
    assert len(run.all("device lost")) == len(run.all("device back")) == times
    assert b"The sound device is gone" in run.screen
    assert run.all("say", "You can hear me again.")
    assert [entry["seconds"] for entry in run.all("held")] == [2.0, pytest.approx(12.0, abs=0.2)]
    assert run.all("say", "Let go.")


@pytest.mark.plays("stopped")
@pytest.mark.long
def test_a_process_that_was_stopped_does_not_rush(runs: Runs) -> None:
    """Two minutes without a processor in a hold: then the place, the words, and the rest of the hold."""
    run = runs["stopped"]
    assert run.status == 0
    assert run.all("say", "You are at: Short.")
    assert len(run.all("say", "Press.")) == 2
    [hold] = run.all("hold")
    [_, held] = run.all("held")
    assert held["seconds"] == pytest.approx(12.0, abs=0.2)
    assert held["at"] - hold["at"] > 130


@pytest.mark.plays("killed voice")
@pytest.mark.long
def test_a_voice_that_is_killed_loses_no_word(runs: Runs) -> None:
    """The engine is started anew, for the first lines as for those at another speed."""
    run = runs["killed voice"]
    assert run.status == 0
    assert len(run.all("asked")) >= 2
    assert run.all("say", "Let go.")


@pytest.mark.plays("commands")
@pytest.mark.long
def test_the_log_tells_what_the_sink_heard_and_when(runs: Runs) -> None:
    """Random commands: every word and chime of the log is in the recording at its time, and each hold is as long."""
    run = runs["commands"]
    assert run.status == 0
    log = run.log
    cuts = [entry["at"] for entry in log if entry["what"] == "asked"]
    sounds = [entry for entry in log if entry["what"] in {"say", "chime"}]
    whole = [entry for entry in sounds if not any(-0.2 < cut - entry["at"] < 0.4 for cut in cuts)]
    booth = Booth(open_voice(VOICE, "en", spoken=Spoken("en")), ClipCache(runs.cache / "voiceguide" / "lines"))
    chimes = load({entry["sound"]: None for entry in sounds if "sound" in entry})  # type: ignore[misc]
    origin = found_at(run.heard, _needles(whole[0], booth, chimes)[0]) / RATE - whole[0]["at"]
    off = [_off(run.heard, entry, _needles(entry, booth, chimes), origin) for entry in whole]
    booth.close()
    assert len(whole) > 40
    assert max(off) <= 0.020, max(zip(off, whole, strict=True), key=lambda pair: pair[0])
    for entry in run.all("held"):
        over = [abs((entry["seconds"] - length + 5) % 10 - 5) for length in LENGTHS[entry["kind"]]]
        assert min(over) < 0.2, entry  # a device that ran dry, with so many sessions at once, is no fault of a hold


LENGTHS = {"hold": (15,), "settle": (4, 5), "move": (3,)}
"""What the script of the random commands says; each “longer” adds ten seconds."""


def _needles(entry: dict[str, Any], booth: Booth, chimes: dict[str, Clip]) -> list[bytes]:
    """What an entry of the log may sound like: a chime, or words at any speed that was recorded."""
    if "sound" in entry:
        clips = [chimes[entry["sound"]]]
    else:
        clips = [booth.clip(entry["text"], speed) for speed in _speeds(entry["text"], booth)]
    return [clip.pcm[: MATCH_FRAMES * FRAME_BYTES] for clip in clips]


def _speeds(text: str, booth: Booth) -> list[float]:
    every = {1.0}
    for _ in range(8):
        every |= {round(min(2, max(0.5, speed * step)), 2) for speed in every for step in (1.1, 1 / 1.1)}
    every |= {speed * 1.25 for speed in every}
    return [speed for speed in every if not booth.missing([text], speed)]


def _off(heard: bytes, entry: dict[str, Any], needles: list[bytes], origin: float) -> float:
    """How far from its time, in seconds, an entry of the log is in the recording; at most one."""
    place = round((entry["at"] + origin) * RATE)
    found = [found_at(heard, needle, place - RATE // 10, place + RATE // 10) for needle in needles]
    return min((abs(frame - place) / RATE for frame in found if frame >= 0), default=1.0)


@pytest.mark.long
@pytest.mark.parametrize("paused", [False, True])
def test_a_server_that_hangs_does_not_keep_the_program(runs: Runs, tmp_path: Path, paused: bool) -> None:
    """Quit is quit, whatever the sound server is doing."""
    stopped: list[float] = []

    def act(run: Run, process: object, press: Callable[[bytes], None]) -> None:
        run.wait_for("say", "Lift")
        os.kill(int(run.environment["SINK_PROCESS"]), signal.SIGSTOP)
        if paused:
            time.sleep(2)
        press(b"qq")
        stopped.append(time.monotonic())
        assert process.wait(10) is not None  # type: ignore[attr-defined]
        stopped.append(time.monotonic())
        os.kill(int(run.environment["SINK_PROCESS"]), signal.SIGCONT)

    script = tmp_path / "short.md"
    script.write_text(SHORT)
    assert played(tmp_path / "sink", runs.cache, script, act=act).status == 0
    assert stopped[1] - stopped[0] < 5


@pytest.mark.long
def test_without_a_device_the_session_guides_on_the_screen(tmp_path: Path) -> None:
    """No sound is said loudly, and the words come all the same."""
    script = tmp_path / "own.md"
    script.write_text("# Own\n\nPress. [hold 3s]\n\nLet go.\n")
    nowhere = {**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": "unix:/nowhere"}
    done = subprocess.run([*PROGRAM, "play", str(script)], env=nowhere, capture_output=True, text=True)
    assert done.returncode == 0
    assert "NO SOUND" in done.stderr
    assert "ALSA" not in done.stderr
    assert "Let go." in done.stdout
    assert "hold 3s" in done.stdout


REOPENED = """
import gc, os, sys, time
from voiceguide.ear.microphone import Microphone
from voiceguide.base.errors import DeviceError
from voiceguide.outputs.miniaudio import MiniaudioOutput

def files(opened):
    for _ in range(5):
        try:
            opened().close()
        except DeviceError:
            print("none", file=sys.stderr)
    time.sleep(0.2)
    return len(os.listdir("/proc/self/fd"))

gc.disable()
for opened in (lambda: MiniaudioOutput(time.monotonic), Microphone):
    before = files(opened)
    print(files(opened) - before)
"""


@pytest.mark.parametrize("gone", [False, *long_cases(True)])
def test_a_device_that_is_opened_again_and_again_leaves_nothing_open(tmp_path: Path, gone: bool) -> None:
    """Four files and a client of the server were left by each device that went, and by each try to find another."""
    with sink.server(tmp_path) as environment:
        sink.plug_in(environment)
        if gone:
            for module in ("module-null-sink", "module-always-sink"):
                subprocess.run(["pactl", "unload-module", module], env=environment, capture_output=True)
        done = subprocess.run([sys.executable, "-c", REOPENED], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "0"]
    assert ("none" in done.stderr) == gone
