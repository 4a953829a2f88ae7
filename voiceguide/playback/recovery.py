"""How a session survives the loss of its sound device: it stands still, and goes on once there is one again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from voiceguide.base.errors import DeviceError
from voiceguide.playback import opening
from voiceguide.playback.condition import Phase
from voiceguide.playback.stage import Stage

RETRY_SECONDS = 1.0
"""How long a lost device counts as lost at least, so that one that refuses isn't tried ten times a second."""


class Recovery:
    """Watches over the device that a session is played on."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._retry_at_seconds = stage.clock.now()

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Treat a device that raises DeviceError in the block as lost."""
        try:
            yield
        except DeviceError as error:
            self._lose(str(error))

    def update(self) -> None:
        """Notice that the device is gone, or that there is one again. Raises DeviceError."""
        problem, lost = self._stage.output.problem, self._stage.condition.lost
        if problem and not lost:
            self._lose(problem)
        elif lost and not problem and self._stage.clock.now() >= self._retry_at_seconds:
            self._go_on()

    def _lose(self, problem: str) -> None:
        stage, now = self._stage, self._stage.clock.now()
        if stage.condition.phase in {Phase.LEAVING, Phase.STOPPED}:
            stage.enter(Phase.STOPPED)
            return
        stage.stand_still(now)
        stage.condition = replace(stage.condition, lost=True)
        stage.note = f"{problem}. The session goes on by itself when there is one again."
        self._retry_at_seconds = now + RETRY_SECONDS
        stage.journal.told("device lost", now)
        stage.output.recover()

    def _go_on(self) -> None:
        """Do what the listener expects after the phase in which the device was lost."""
        stage = self._stage
        stage.condition, stage.note = replace(stage.condition, lost=False), ""
        stage.journal.told("device back", stage.clock.now())
        if stage.condition.runs:
            stage.go_on(sound_back=True)
        elif stage.condition.phase is Phase.BEFORE:
            opening.ask(stage)
