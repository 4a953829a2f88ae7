"""Hours of sessions with random wishes and random faults, looked at for what grows; prints it, and fails if it does.

    python tests/soak.py [--hours 100] [--minutes 30]

First so many simulated hours, on a clock where waiting takes no time, with the rules of `test_commands.py`; then one
session of so many real minutes at a PulseAudio sink, while keys are pressed, the sink is suspended and removed, the
server hangs, the program is stopped, and the process that speaks is killed. Every second, or every hundred sessions,
the program's memory, threads, files and child processes are counted.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import test_commands as commands
from support import sink
from support.runs import Run, played
from voiceguide.playback.player import Beginning
from voiceguide.transport import Command

STEPS = (
    "Lean on the spot. Stay there. [hold 20s] [release: Let it go.]",
    "Press. [hold 8s] [at 2s: Keep on breathing, in and out.]",
    "Find it. [until ready, 15s]",
    "Shake your arms. [move 4s] [rest 3s]",
    "Turn over. [settle 5s]",
    "And now the last words.",
)
GROWTH_MB = 10
"""What memory may grow from the first tenth to the last; a leak grows with every session."""

KEYS = [b"n", b"b", b"r", b"[", b"]", b"l", b"t", b" ", b"e", b"+", b"-", b"\r"]
ROUND = """## Round {n} [each side]

1. Lay your {{side}} arm across your chest, round {n}, and breathe out. [settle 4s]
2. Press the spot, and stay with it. [hold 15s] [release: Let go.]
3. Shake it out, and let it hang. [move 3s] [2 times]
"""


@dataclass(frozen=True, slots=True)
class Count:
    """What a process has: memory in megabytes, threads, open files, children."""

    megabytes: float
    threads: int
    files: int
    children: int


def count(process: int) -> Count:
    """Of a process, as Linux tells it."""
    folder = Path("/proc", str(process))
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    children = [one for task in (folder / "task").iterdir() for one in (task / "children").read_text().split()]
    files = len(list((folder / "fd").iterdir()))
    return Count(int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), files, len(children))


def simulated(hours: float) -> bool:
    """Session after session on the virtual clock; whether nothing grew."""
    chance, seconds, sessions, counts = random.Random(1), 0.0, 0, []
    while seconds < hours * 3_600:
        steps = chance.choices(STEPS, k=chance.randint(1, 4))
        wishes = [
            (chance.randint(0, 600) / 10, chance.choice(list(Command)), chance.choice(("key", "voice")))
            for _ in range(chance.randint(0, 12))
        ]
        losses = [(chance.randint(0, 600) / 10, chance.uniform(0.1, 15)) for _ in range(chance.randint(0, 2))]
        delays = [chance.choice([0.0, 0.0, 0.2, 1.0, 4.0]) for _ in range(4)]
        beginnings = (Beginning(), Beginning(wake_ms=1_000), Beginning(asks=True, limit_ms=15_000))
        heard = commands.played(steps, wishes, losses, delays, chance.choice(beginnings), chance.random() < 0.5)
        commands._it_ends(heard)
        commands._each_interval_is_as_long_as_it_is(heard)
        commands._nothing_overlaps_and_nothing_is_cut_by_itself(heard)
        commands._what_is_left_ends_when_something_else_begins(heard)
        commands._what_is_seen_is_consistent(heard)
        commands._the_condition_is_what_it_is_said_to_be(heard)
        seconds += max((entry["at"] for entry in heard.entries), default=0.0)
        sessions += 1
        if sessions % 100 == 0:
            del heard

            gc.collect()
            counts.append(count(os.getpid()))
    counts = counts or [count(os.getpid())]
    print(f"simulated: {sessions} sessions, {seconds / 3_600:.1f} hours")
    return steady(counts)


def steady(counts: list[Count]) -> bool:
    """Whether the last tenth of the counts is about what the first was, after a tenth to get warm; prints both."""
    tenth = max(1, len(counts) // 10)
    first, last = counts[tenth : 2 * tenth] or counts[:1], counts[-tenth:]
    well = True
    for what, allowed in (("megabytes", GROWTH_MB), ("threads", 2), ("files", 4), ("children", 2)):
        before, after = (max(getattr(one, what) for one in some) for some in (first, last))
        most = max(getattr(one, what) for one in counts)
        fine = after - before <= allowed
        well = well and fine
        print(f"  {what}: {before:.0f} first, {after:.0f} last, {most:.0f} at most{'' if fine else '  GROWS'}")
    return well


def _suspend(run: Run, _: subprocess.Popen[bytes]) -> None:
    run.pulse("suspend-sink", "n", "1")
    time.sleep(3)
    run.pulse("suspend-sink", "n", "0")


def _remove(run: Run, _: subprocess.Popen[bytes]) -> None:
    modules = run.pulse("list", "short", "modules").splitlines()
    run.pulse("unload-module", next(line.split()[0] for line in modules if "null" in line))
    time.sleep(3)
    run.pulse("load-module", *sink.MODULES[1].split())
    time.sleep(3)


def _hang(run: Run, _: subprocess.Popen[bytes]) -> None:
    server = int(run.environment["SINK_PROCESS"])
    os.kill(server, signal.SIGSTOP)
    time.sleep(2)
    os.kill(server, signal.SIGCONT)


def _stop(_: Run, process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGSTOP)
    time.sleep(5)
    process.send_signal(signal.SIGCONT)


def _kill_the_voice(_: Run, process: subprocess.Popen[bytes]) -> None:
    subprocess.run(["pkill", "-KILL", "-f", "-P", str(process.pid), "_program"], check=False)


FAULTS: dict[str, Callable[[Run, subprocess.Popen[bytes]], None]] = {
    "suspended": _suspend,
    "removed": _remove,
    "hung": _hang,
    "stopped": _stop,
    "voice killed": _kill_the_voice,
}


def real(minutes: float) -> bool:
    """One session at a sink, with keys and faults; whether it came to its end, and nothing grew."""
    counts: list[Count] = []
    done: Counter[str] = Counter()

    def act(run: Run, process: subprocess.Popen[bytes], press: Callable[[bytes], None]) -> None:
        chance, until = random.Random(2), time.monotonic() + 60 * minutes
        run.wait_for("say")

        def watch() -> None:
            while process.poll() is None:
                try:
                    counts.append(count(process.pid))
                except (OSError, KeyError):
                    return
                time.sleep(1)

        threading.Thread(target=watch, daemon=True).start()
        while time.monotonic() < until and process.poll() is None:
            for _ in range(chance.randint(1, 6)):
                press(chance.choice(KEYS))
                done["keys"] += 1
                time.sleep(chance.uniform(0.5, 8))
            press(b"\r")  # whatever stands still goes on
            fault = chance.choice(list(FAULTS))
            try:
                FAULTS[fault](run, process)
            except subprocess.CalledProcessError as error:  # the server's, not the program's
                print(f"  {fault}: {' '.join(error.cmd)}: {error.stderr.strip()}", flush=True)
            done[fault] += 1
        press(b"qq")

    with tempfile.TemporaryDirectory(prefix="voiceguide-soak-") as name:
        folder = Path(name)
        script = folder / "long.md"
        script.write_text("# Long\n\n" + "\n".join(ROUND.format(n=n) for n in range(1, round(2 * minutes) + 3)))
        run = played(folder / "run", folder / "cache", script, act=act)
        held = [entry for entry in run.log if entry["what"] == "held"]
    wrong = [entry for entry in held if entry["kind"] == "hold" and abs((entry["seconds"] + 0.2) % 5) > 0.4]
    print(f"real: {minutes:g} minutes, {len(held)} intervals; {', '.join(f'{n} {what}' for what, n in done.items())}")
    for entry in wrong:
        print(f"  WRONG {entry}")
    if run.status != 0:
        print(f"  status {run.status}\n{run.screen[-2_000:].decode(errors='replace')}")
    return run.status == 0 and not wrong and steady(counts)


def main() -> None:
    """The program: see the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hours", type=float, default=100, help="simulated")
    parser.add_argument("--minutes", type=float, default=30, help="at a real sink")
    chosen = parser.parse_args()
    os.environ.pop("XDG_CACHE_HOME", None)
    well = [simulated(chosen.hours)] if chosen.hours else []
    if chosen.minutes and (program := sink.missing()):
        sys.exit(f"{program} is not installed")
    well += [real(chosen.minutes)] if chosen.minutes else []
    sys.exit(not all(well))


if __name__ == "__main__":
    main()
