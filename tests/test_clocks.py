"""The clocks: what is asked for and worked on comes in its order, and nobody waits for the whole of a long work."""

from __future__ import annotations

import signal
import sys
import threading
import time

import pytest

from voiceguide.base.errors import VoiceError
from voiceguide.playback.clocks import RealClock, VirtualClock
from voiceguide.transport import Command, Request


def test_a_short_work_comes_between_the_pieces_of_a_long_one() -> None:
    """Recording a session at another speed takes seconds; who says stop meanwhile is answered after its next piece."""
    clock = RealClock()
    begun, go_on = threading.Event(), threading.Event()
    order: list[str] = []

    def long() -> str | None:
        order.append("piece")
        begun.set()
        go_on.wait(10)
        return "long" if order.count("piece") == 3 else None

    def short() -> str:
        order.append("short")
        return "short"

    one = clock.meanwhile(long)
    assert begun.wait(10)
    other = clock.meanwhile(short)
    go_on.set()
    assert (one.result(10), other.result(10)) == ("long", "short")
    assert order == ["piece", "short", "piece", "piece"]
    clock.close()


def test_a_work_that_fails_in_any_piece_has_failed() -> None:
    """Whoever waits for it must be told, on either clock."""
    for clock in (RealClock(), VirtualClock()):
        pieces = iter((None, None))

        def work() -> str | None:
            for piece in pieces:  # noqa: B023 - it is over before the next clock
                return piece
            raise VoiceError("the voice is gone")

        with pytest.raises(VoiceError):
            clock.meanwhile(work).result(10)


def test_what_is_asked_for_in_one_second_comes_in_its_order() -> None:
    """Slower and then faster is something else than faster and then slower, at the limits of both."""
    clock = VirtualClock([(2.0, Command.NEXT), (1.0, Command.SLOWER), (1.0, Command.FASTER), (1.0, Command.PAUSE)])
    wanted = (Command.SLOWER, Command.FASTER, Command.PAUSE, Command.NEXT)
    assert [clock.wait(5) for _ in wanted] == [Request(command) for command in wanted]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals on Windows")
@pytest.mark.timeout(10)
def test_a_signal_that_comes_late_ends_no_waiting_for_good() -> None:
    """A process that is continued after minutes is still in the middle of a wait of a tenth of a second."""
    clock = RealClock()
    before = signal.signal(signal.SIGUSR1, lambda *_: time.sleep(0.2))
    here = threading.get_ident()
    try:
        threading.Timer(0.05, lambda: signal.pthread_kill(here, signal.SIGUSR1)).start()
        assert clock.wait(0.1) is None
    finally:
        signal.signal(signal.SIGUSR1, before)
        clock.close()
