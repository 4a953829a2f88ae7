"""How a test gets a session."""

from __future__ import annotations

from collections.abc import Callable

from voiceguide.session.session import Session

MakeSession = Callable[[str], Session]
"""What the fixture `hummed` is: a script's text to its session, in the humming voice."""
