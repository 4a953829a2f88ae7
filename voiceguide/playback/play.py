"""`play_session`: a session is played, from its first word to its last."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from voiceguide.outputs import OUTPUTS, OpenOutput
from voiceguide.playback.clocks import Clock, RealClock
from voiceguide.playback.journal import Journal
from voiceguide.playback.player import Beginning, Player
from voiceguide.playback.prompter import Ear
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
    ear: Ear | None = None,
) -> bool:
    """Play a session, and return whether it was heard to its end; it begins while later lines are still being recorded.

    `output` is the name of an output, or what opens one, given the session's clock. `timelines` are the session's, each
    longer than the one before, if some have been laid out already. Commands come from the `clock`. `watch` is called
    about ten times a second with what there is to see, and `when_over` with the player at the end, even after an error.
    An `ear` is given whatever is played, with the words that are in it; while it hears somebody talk, the session is
    softer.

    Raises UnknownNameError if there is no such output, DeviceError if there is nothing to play on, and VoiceError if a
    line can't be recorded.
    """
    beginning = beginning or Beginning()
    open_output: OpenOutput = OUTPUTS.load(output) if isinstance(output, str) else output
    with contextlib.ExitStack() as stack:
        if clock is None:
            clock = stack.enter_context(contextlib.closing(RealClock()))
        opened = stack.enter_context(contextlib.closing(open_output(clock.now)))
        player = Player(session, opened, clock, watch, journal, ear)
        stack.callback(when_over, player)
        return player.run(timelines or beginning_of(session, beginning), beginning)


def beginning_of(session: Session, beginning: Beginning) -> Iterator[Timeline]:
    """Return the session's timelines: growing ones, or, to begin at a step, which may be a late one, the whole."""
    return session.growing() if beginning.step is None else iter([session.timeline()])
