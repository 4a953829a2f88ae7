"""The buttons of headsets, media keys, and the media controls of the desktop, in each system's own way.

They are a convenience: where they aren't available, or are lost, the session goes on without a word.
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
    """Give each button to `put` while the block runs; yield what is to be called with each view of the session.

    `put` is called from other threads. What is yielded never waits and never raises.
    """
    watch: Watch = _unseen
    adapter = contextlib.ExitStack()
    with contextlib.suppress(Exception):  # whatever is missing or fails: see above
        watch = adapter.enter_context(_adapter()(put))
    try:
        yield _quietly(watch)
    finally:
        with contextlib.suppress(Exception):
            adapter.close()


def _adapter() -> Callable[[Put], contextlib.AbstractContextManager[Watch]]:
    """Return `offered` of this system's adapter. Raises ImportError if its library isn't installed."""
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
    """Do nothing, where no system shows the session."""
