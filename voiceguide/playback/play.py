"""`play_session`: a session is heard, from its first word to its last."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from voiceguide.outputs import OUTPUTS, OpenOutput
from voiceguide.playback.clocks import Clock, RealClock
from voiceguide.playback.journal import Journal
from voiceguide.playback.player import Beginning, Player
from voiceguide.playback.view import View
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline


def play_session(
    session: Session,
    output: str | OpenOutput = "miniaudio",
    *,
    timelines: Iterator[Timeline] | None = None,
    clock: Clock | None = None,
    watch: Callable[[View], None] = lambda _: None,
    journal: Journal | None = None,
    beginning: Beginning | None = None,
    when_over: Callable[[Player], None] = lambda _: None,
) -> bool:
    """Play a session, and tell whether it was heard to its end; it begins while its last lines are still recorded.

    `output` is the name of one, or what opens one when it is given the session's clock. `timelines` are the session's,
    each of more of it, where some are laid out already. Commands come from the `clock`. `watch` is called with what
    there is to see, some ten times a second. `when_over` is called with the player at the end, even if it is an error.

    Raises DeviceError if there is nothing to play on, and VoiceError if a line can't be recorded.
    """
    beginning = beginning or Beginning()
    open_output: OpenOutput = OUTPUTS.load(output) if isinstance(output, str) else output
    with contextlib.ExitStack() as stack:
        if clock is None:
            clock = stack.enter_context(contextlib.closing(RealClock()))
        opened = stack.enter_context(contextlib.closing(open_output(clock.now)))
        player = Player(session, opened, clock, watch, journal)
        stack.callback(when_over, player)
        return player.run(timelines or beginning_of(session, beginning), beginning)


def beginning_of(session: Session, beginning: Beginning) -> Iterator[Timeline]:
    """Yield the session's timelines for this beginning: the step to go on at may be among the last to be recorded."""
    return session.growing() if beginning.step is None else iter([session.timeline()])
