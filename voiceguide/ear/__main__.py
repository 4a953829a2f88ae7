"""The process that listens, so that nothing it does can disturb the player.

    python -m voiceguide.ear [--language en] [--call NAME] [--mic NAME] [--levels]

Standard input is what the loudspeaker is handed, as it is handed over: for each portion a line of JSON, which says how
long it is and which lines of the session are said in it, and then so many bytes of PCM, mono, 16 bit, 22,050 Hz:

    {"bytes": 2204, "says": ["Lie on your back."]}

When it ends, so does the process. Standard output has a line of JSON for each utterance and for each change of state:

    {"command": "PAUSE", "heard": "Pause.", "seconds": 0.21}    "command" is null if it was none
    {"talking": true}    somebody has begun to talk while something is played; false when they have stopped
    {"state": "listening", "microphone": "…", "why": "…"}    or    {"state": "gone", "why": "…"}
    {"level_dbfs": -43.2}    with --levels, five times a second
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from voiceguide.base.errors import DeviceError, MissingExtraError, UsageError, VoiceguideError
from voiceguide.ear.extra import CANNOT_HEAR, HAS_KEYWORDS, missing

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from voiceguide.ear.hearing import Hearing
    from voiceguide.ear.keywords import Spotter
    from voiceguide.ear.utterance import Understood, Utterance

RETRY_SECONDS = 1.0
"""How long to wait before a microphone is opened again."""

PORTIONS_WAITING = 40
"""How much of what is played is kept while there is no microphone: two seconds."""

Portion = tuple[bytes, tuple[str, ...]]
"""PCM, and the lines that are said in it."""


def main() -> int:
    """Run the program, as the module's docstring describes; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m voiceguide.ear")
    parser.add_argument("--language", default="en")
    parser.add_argument("--call")
    parser.add_argument("--mic")
    parser.add_argument("--levels", action="store_true")
    asked = parser.parse_args()
    try:
        listen(asked.language, asked.call, asked.mic, asked.levels)
    except VoiceguideError as error:
        _tell(state="gone", why=str(error))
        print(error, file=sys.stderr)  # noqa: T201
        return CANNOT_HEAR if isinstance(error, UsageError) else 1
    return 0


def listen(language: str, call: str | None, mic: str | None, levels: bool) -> None:
    """Listen until the process ends. Raises UsageError if it can't begin."""
    if package := missing():
        raise MissingExtraError("hearing spoken commands", "listen", package)
    from voiceguide.ear.hearing import Hearing
    from voiceguide.ear.understanding import Understanding

    understanding = Understanding(language, call)
    worker = ThreadPoolExecutor(1)

    def understand(utterance: Utterance) -> Future[Understood]:
        return worker.submit(understanding.of, utterance)

    hearing = Hearing(understand, _spotter())
    played: deque[Portion] = deque(maxlen=PORTIONS_WAITING)
    threading.Thread(target=_follow, args=(played,), daemon=True).start()
    while True:
        try:
            _hear(hearing, played, mic, levels)
        except (DeviceError, UsageError) as error:  # whoever is asked for by name may come back, too
            _tell(state="gone", why=str(error))
        time.sleep(RETRY_SECONDS)


def _spotter() -> Spotter | None:
    """Return the second opinion, where it can be had."""
    if not HAS_KEYWORDS:
        return None
    from voiceguide.ear.keywords import Spotter

    return Spotter()


def _hear(hearing: Hearing, played: deque[Portion], mic: str | None, levels: bool) -> None:
    """Listen to a microphone until it is gone; then raise DeviceError."""
    from voiceguide.ear.meter import Meter
    from voiceguide.ear.microphone import Microphone

    meter = Meter(levels)
    microphone = Microphone(name=mic)
    listening = talking = False
    try:
        while True:
            block = microphone.block()
            if not listening:
                listening = True
                choice = microphone.choice
                _tell(state="listening", microphone=choice.source.name, why=choice.why)
            if (level := meter.level_dbfs(block)) is not None:
                _tell(level_dbfs=level)
            while played:
                hearing.played(*played.popleft())
            for understood in hearing.heard(block):
                _tell(command=understood.command, heard=understood.heard, seconds=round(understood.seconds, 3))
            if hearing.talking != talking:
                talking = hearing.talking
                _tell(talking=talking)
    finally:
        microphone.close()


def _follow(played: deque[Portion]) -> None:
    """Take in what the loudspeaker is handed; end the process when that ends, since the player is gone then."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(sys.stdin.fileno(), os.O_BINARY)
    with os.fdopen(sys.stdin.fileno(), "rb", closefd=False) as given:
        while line := given.readline():
            portion = json.loads(line)
            played.append((given.read(portion["bytes"]), tuple(portion["says"])))
    os._exit(0)


def _tell(**line: Any) -> None:
    try:
        print(json.dumps(line), flush=True)  # noqa: T201
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
