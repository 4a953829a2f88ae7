"""A guide that is in the microphone, too: spoken to while it talks, left to its own words, and what listening costs.

The sink that the program plays to goes, late and at the listener's own level, into what the microphone hears.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from support import floor, sink
from support.needed import need
from support.program import PROGRAM
from voiceguide.ear import extra, grammar

pytestmark = [
    pytest.mark.device,
    pytest.mark.voice,
    pytest.mark.long,
    pytest.mark.xdist_group("alone"),
    pytest.mark.usefixtures("_everything_is_there"),
]

LATE_MS = 150
"""From the loudspeaker to the microphone."""

IN_THE_ROOM_DB = -10
"""How loud the guide is in the microphone: about as loud as the listener, and both together aren't clipped."""

ATTEMPTS = 6
"""How often a command is said at the most: one in five is missed over the guide, and this has to pass every time."""

AGAIN_SECONDS = 2.0
"""Who isn't obeyed by then says it again, once."""

LATEST_SECONDS = 1.5
CLEAR_SECONDS = 1.6
"""What the guide itself has said so recently is not taken for the listener's."""

TALKING_SECONDS = 1.4
"""How much longer the guide still talks, at least, when a command begins that is said over it."""

TALKATIVE = """# Shoulders

1. Stand tall with both of your feet under your hips, and loosen your knees.
   Feel how the whole weight of your body comes to rest on your feet, and how the ground is holding all of it.
   Let both arms hang beside your body as if they were two heavy and very old ropes in an empty harbour.
   Notice whether one of your shoulders is higher than the other one, and do nothing about it for the moment.
2. Draw one wide circle after another with both of your shoulders, up toward the ears and down behind your body.
   Make the circles as large as you comfortably can, and let your upper arms follow them wherever they want to move.
   If something in there is crackling a little, that is perfectly fine unless it begins to hurt you somewhere.
   Breathe in while your shoulders rise toward the ears, and breathe out while they are sinking down behind you.
3. Shake out both of your arms, from your fingertips up to the shoulders, like a dog that climbs out of the water.
   Let the shaking run down your back and into both of your legs, until nothing in you is holding anything any longer.
   Then let it become smaller and smaller, and listen to what is left of it when you seem to be standing quite quietly.
4. Put both of your hands on your lower ribs, with the thumbs behind you and the other fingers around the sides.
   Feel how the ribs move apart when you breathe in, and how they sink together when the air is leaving you again.
   Leave everything exactly as it happens, and only watch it, like somebody who is sitting beside a river in summer.
5. Let your head become heavy, and draw a very small circle with the tip of your nose, and another one, and another.
   Make them smaller with each breath, until they are so small that only you can tell that there is a circle at all.
"""
SECOND = "Feel how the whole"
"""How the sentence begins over which the first command is said: by then, the ear has heard the guide for a while."""

COMMANDS = """# Own words

1. Stop at once if it hurts. Ease off. Wait. Go on breathing. Back onto your heels. Let go. Next step.
2. Press. [hold 8s] [release: Let go.]
3. Stop. Wait. Ease off. Enough.
4. Rest. [hold 60s] [quiet]
"""
COUNTED = {"Three.", "Two.", "One."}

CHATTER = (
    "We met them at the station.",
    "She wore a green coat.",
    "It has rained for a week.",
    "He sold the old boat.",
)

QUIET_SECONDS, TALK_SECONDS = 4.0, 6.0
MAX_MEGABYTES = 350


@pytest.fixture
def _everything_is_there() -> None:
    need(extra.missing(), "it comes with the extra ‘listen’")
    need(sink.missing())


@pytest.fixture(scope="module")
def voice() -> floor.Say:
    return floor.system_voice()


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server whose microphone “Desk” hears what is said into the sink m, and nothing else yet."""
    with sink.server(tmp_path) as environment:
        sink.plug_in(environment)
        yield environment


class Session:
    """One session that is played, somebody in the same room, and what came of it."""

    def __init__(self, environment: dict[str, str], folder: Path, log: floor.Log, process: subprocess.Popen[bytes]):
        self.log = log
        self.process = process
        self.told: list[str] = []
        self._environment = environment
        self._file = folder / "said.wav"

    def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Waits until something is so."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline and self.process.poll() is None, self.story()
            time.sleep(0.01)

    def talks(self) -> bool:
        """Whether the guide talks, and does for a while yet."""
        return self.log.silent() < -TALKING_SECONDS

    def is_silent(self) -> bool:
        return self.log.silent() > CLEAR_SECONDS

    def has_paused(self) -> bool:
        """Whether what was said before a pause has died away; the log has only when it would have ended."""
        return time.monotonic() - self.log.asked(0)[-1][0] > CLEAR_SECONDS

    def say(self, samples: floor.Samples, into: str = "m") -> float:
        """Says it into a sink; returns when the last of it was there."""
        floor.wav(samples, self._file)
        subprocess.run(["paplay", "-d", into, "--latency-msec=30", str(self._file)], env=self._environment, check=True)
        return time.monotonic()

    def command(self, name: str, voice: floor.Say, when: Callable[[], bool], into: str = "m") -> None:
        """Says a command in its first phrase as soon as it is `when`, again and again until it is obeyed."""
        phrase = grammar.ENGLISH[name][0]
        before = None
        for _ in range(ATTEMPTS):
            self.until(when)
            before, began = len(self.log.entries) if before is None else before, time.monotonic()
            over = self.log.silent() < 0
            ended = self.say(voice(f"{phrase[0].upper()}{phrase[1:]}."), into)
            while not (asked := self.log.asked(before)) and time.monotonic() < ended + AGAIN_SECONDS:
                time.sleep(0.01)
            after = f"{asked[0][1]['command']} after {asked[0][0] - ended:.2f} s" if asked else "nothing"
            self.told.append(f"{phrase}{' over the guide' if over else ''} ({ended - began:.2f} s): {after}")
            if asked:
                assert asked[0][1]["command"] == name.lower(), self.story()
                assert asked[0][0] - ended < LATEST_SECONDS, self.story()
                return
        raise AssertionError(self.story())

    def has_said(self, text: str) -> bool:
        """Whether the guide has begun to say what begins like this."""
        return any(entry.get("text", "").startswith(text) for _, entry in self.log.entries)

    def obeyed(self) -> list[tuple[str, str]]:
        """What was asked for, and by what."""
        return [(entry["command"], entry["by"]) for _, entry in self.log.asked(0)]

    def ducked(self) -> list[tuple[float, float]]:
        """From when to when the guide spoke softly, in seconds of the session."""
        entries = [entry for _, entry in self.log.entries if entry["what"] == "ducked"]
        return [(entry["at"] - entry["seconds"], entry["at"]) for entry in entries]

    def story(self) -> str:
        """What was said by whom, and what the log has of it."""
        return "\n".join([*self.told, *(f"{at:.2f} {entry}" for at, entry in self.log.entries)])


@contextmanager
def playing(environment: dict[str, str], folder: Path, text: str, *options: str) -> Iterator[Session]:
    """The program, playing a script and listening to its microphone, as soon as it does both."""
    script, file = folder / "script.md", folder / "log.jsonl"
    script.write_text(text)
    command = [*sink.FIRST, *PROGRAM, "play", str(script), "--listen", "--plain", "--log", str(file), *options]
    with (folder / "screen").open("wb") as screen:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=screen, stderr=screen)
    log = floor.Log(file)
    session = Session(environment, folder, log, process)
    try:
        session.until(lambda: any(entry["what"] == "say" for _, entry in log.entries))
        session.until(lambda: '"voiceguide"' in sink.pactl(environment, "list", "source-outputs"))
        yield session
    finally:
        _tell("\n".join(session.told), f"ducked for {sum(end - begin for begin, end in session.ducked()):.1f} s")
        process.kill()
        process.wait()
        log.close()


def put_into_the_room(environment: dict[str, str]) -> None:
    """The microphone hears the loudspeaker."""
    loopback = f"module-loopback source=n.monitor sink=m latency_msec={LATE_MS} adjust_time=0"
    number = sink.pactl(environment, "load-module", *loopback.split())
    for stream in sink.pactl(environment, "list", "sink-inputs").split("Sink Input #")[1:]:
        if f"Owner Module: {number}\n" in stream:
            sink.pactl(environment, "set-sink-input-volume", stream.split()[0], f"{IN_THE_ROOM_DB}dB")


def test_a_whole_session_is_steered_over_the_guide(
    environment: dict[str, str], tmp_path: Path, voice: floor.Say
) -> None:
    """Whoever is in pain doesn't wait for the end of a sentence, and the guide may be as loud as they are."""
    put_into_the_room(environment)
    with playing(environment, tmp_path, TALKATIVE, "--start-when-ready") as session:
        session.command("READY", voice, session.is_silent)
        session.command("PAUSE", voice, lambda: session.has_said(SECOND) and session.talks())
        session.command("GO_ON", voice, session.has_paused)
        for name in ("NEXT", "LOUDER", "HOW_LONG", "STOP"):
            session.command(name, voice, session.talks)
        assert session.process.wait(20) == 0
    names = ("ready", "pause", "go_on", "next", "louder", "how_long", "stop")
    assert session.obeyed() == [(name, "voice") for name in names], session.story()
    assert session.ducked(), session.story()


@pytest.mark.parametrize("hears", ["the room", "the loudspeaker itself"])
def test_the_guide_does_not_obey_itself(
    environment: dict[str, str], tmp_path: Path, voice: floor.Say, hears: str
) -> None:
    """A session must not end because the guide says “stop at once if it hurts”, not even in its first seconds."""
    if hears == "the room":
        put_into_the_room(environment)
    else:
        sink.pactl(environment, "unload-module", "module-remap-source")
        sink.pactl(environment, "load-module", *sink.REMAPPED.replace("m.monitor", "n.monitor").split())
    with playing(environment, tmp_path, COMMANDS) as session:
        session.until(lambda: bool(session.obeyed()) or (session.has_said("Rest.") and session.is_silent()), 60)
        assert session.obeyed() == [], session.story()
        session.command("STOP", voice, session.is_silent, "m" if hears == "the room" else "n")  # it does hear
    counts = [(entry["at"], entry["at"] + entry["lasts"]) for _, entry in session.log.entries if _counts(entry)]
    assert len(counts) == len(COUNTED), session.story()
    for begins, ends in session.ducked():
        assert not [1 for first, last in counts if begins < last and first < ends], session.story()


def _counts(entry: dict[str, object]) -> bool:
    return entry["what"] == "say" and entry.get("text") in COUNTED


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
def test_listening_costs_little(environment: dict[str, str], tmp_path: Path, voice: floor.Say) -> None:
    """A session runs for an hour on an old laptop, beside everything else that is open there."""
    put_into_the_room(environment)
    with playing(environment, tmp_path, TALKATIVE, "--start-when-ready") as session:
        ear = _ear_of(session.process.pid)
        session.until(session.is_silent)
        before = _cpu_seconds(ear)
        time.sleep(QUIET_SECONDS)
        quiet = (_cpu_seconds(ear) - before) / QUIET_SECONDS
        session.command("READY", voice, session.is_silent)
        session.until(session.talks)
        before, began = _cpu_seconds(ear), time.monotonic()
        while time.monotonic() < began + TALK_SECONDS:
            for line in CHATTER:
                session.say(np.concatenate([voice(line), np.zeros(floor.RATE // 2, np.float32)]))
        talk = (_cpu_seconds(ear) - before) / (time.monotonic() - began)
        status = dict(line.split(":", 1) for line in Path(f"/proc/{ear}/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1_024
    _tell(f"the ear takes {quiet:.0%} of a core in silence, {talk:.0%} in talk, and {peak:.0f} MB at its peak")
    assert peak < MAX_MEGABYTES
    assert session.obeyed() == [("ready", "voice")], session.story()


def _tell(*figures: str) -> None:
    """Prints what is measured but not asserted; pytest -s shows it."""
    print("", *figures, sep="\n")  # noqa: T201


def _ear_of(player: int) -> int:
    """The process that listens for the one that plays."""
    children = Path(f"/proc/{player}/task").glob("*/children")
    for number in " ".join(child.read_text() for child in children).split():
        if b"voiceguide.ear" in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0"):
            return int(number)
    raise AssertionError("nothing listens")


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
