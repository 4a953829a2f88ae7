"""The buttons of headsets, the media keys of keyboards, and the players' corner of the desktop, on each system its way.

They are a convenience: where they aren't to be had, or are lost on the way, the session goes on without a word.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from voiceguide.controls.buttons.meaning import Put, Watch
from voiceguide.playback.view import View

__all__ = ["Put", "Watch", "offered"]


@contextlib.contextmanager
def offered(put: Put) -> Iterator[Watch]:
    """While the block runs, each button is given to `put`: call what you get with every view, as the system shows it.

    `put` is called from other threads. What you get never waits and never raises.
    """
    watch: Watch = _unseen
    adapter = contextlib.ExitStack()
    with contextlib.suppress(Exception):  # Whatever it is that isn't there or doesn't work: see above.
        watch = adapter.enter_context(_adapter()(put))
    try:
        yield _quietly(watch)
    finally:
        with contextlib.suppress(Exception):
            adapter.close()


def _adapter() -> Callable[[Put], contextlib.AbstractContextManager[Watch]]:
    """The system's own; raises ImportError where its library isn't installed."""
    if sys.platform == "win32":
        from voiceguide.controls.buttons import smtc as system
    elif sys.platform == "darwin":
        from voiceguide.controls.buttons import remote_command_center as system
    else:
        from voiceguide.controls.buttons import mpris as system
    return system.offered


def _quietly(watch: Watch) -> Watch:
    def quiet(view: View) -> None:
        with contextlib.suppress(Exception):
            watch(view)

    return quiet


def _unseen(view: View) -> None:
    """Where nothing shows a session."""
