"""A session on stage: its condition, what makes it sound, and how it stands still and goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from voiceguide import transport
from voiceguide.audio.clip import RATE
from voiceguide.base.moments import SECOND, ms_at
from voiceguide.outputs import Output
from voiceguide.plan import Plan, asides
from voiceguide.playback.backstage import Backstage
from voiceguide.playback.clocks import Clock
from voiceguide.playback.condition import Condition, Phase
from voiceguide.playback.deck import Deck
from voiceguide.playback.journal import Journal
from voiceguide.playback.prompter import Ear
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline, cue_at
from voiceguide.transport import Position, State


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a session begins: at which `step` (None for the start), and with how long a sound to wake loudspeakers.

    One that `asks` waits until the listener is ready, or, if there is a `limit_ms`, no longer than that. `by_voice`
    is whether the listener can say that they are ready.
    """

    step: int | None = None
    wake_ms: int = 0
    asks: bool = False
    limit_ms: int | None = None
    by_voice: bool = False


class Stage:
    """One session, one output, and what is going on there.

    `since` is when the listener last heard the session, or, before it has begun, when they began to wait for it, in
    seconds of the clock. `note` is shown to them.
    """

    def __init__(
        self, session: Session, output: Output, clock: Clock, journal: Journal, ear: Ear | None = None
    ) -> None:
        self.session = session
        self.output = output
        self.clock = clock
        self.journal = journal
        self.deck = Deck(session, output, journal, ear)
        self.backstage = Backstage(session, self.deck, clock)
        self.beginning = Beginning()
        self.condition = Condition()
        self.since = clock.now()
        self.note = ""

    @property
    def timeline(self) -> Timeline:
        """The timeline that is being played."""
        return self.deck.timeline

    @property
    def plan(self) -> Plan:
        """The plan that the timeline was laid out from."""
        return self.backstage.plan

    @property
    def ms(self) -> int:
        """How far into the timeline the session is."""
        return ms_at(self.deck.frame, RATE)

    @property
    def cue(self) -> int:
        """The index of the plan's cue that the session is in."""
        return cue_at(self.timeline, self.ms)

    @property
    def state(self) -> State:
        """The state that a command meets."""
        if state := self.condition.state:
            return state
        if self.deck.aside:
            return transport.state_at(self.deck.aside, self.deck.aside_frame)
        return transport.state_at(self.timeline, self.deck.frame)

    def enter(self, phase: Phase) -> None:
        """Go over to another phase, whether or not there is a device."""
        self.condition = replace(self.condition, phase=phase)

    def stand_still(self, since: float) -> None:
        """Fall silent, as of `since`. If the session hasn't been heard since the last pause, that pause goes on."""
        if not self.deck.alone and not self.deck.aside:
            self.since = since
        self.backstage.drop()
        self.deck.halt()

    def halt(self, since: float) -> None:
        """Pause, as of `since`, in seconds of the clock."""
        self.stand_still(since)
        self.enter(Phase.PAUSED)

    def go_on(self, sound_back: bool = False) -> None:
        """Go on with the session, after whatever has to be said first."""
        self.stand_still(self.clock.now())
        self.enter(Phase.RUNNING)
        self.note = ""
        paused_ms = int(min(self.clock.now() - self.since, 86_400) * SECOND)
        again = transport.resume(self.timeline, self.deck.frame, paused_ms)
        cue = cue_at(self.timeline, ms_at(again.position.frame, RATE))
        before = asides.resumed(self.plan, cue, again.place, again.words, sound_back, self.beginning.wake_ms)
        self.after(before, partial(self.resume, paused_ms))

    def resume(self, paused_ms: int, aside: Timeline | None) -> None:
        """Play on, after `aside`, from where the session is by now.

        While the aside was being recorded, the speed may have changed, or the session may simply have gone on.
        """
        self.play(transport.resume(self.timeline, self.deck.frame, paused_ms).position, aside)

    def play(self, position: Position, aside: Timeline | None = None) -> None:
        """Play the session from `position` on, after `aside`. Raises DeviceError."""
        self.backstage.drop()
        self.enter(Phase.RUNNING)
        self.note = ""
        self.deck.play(position, aside)

    def say(self, plan: Plan, then: Callable[[], None]) -> None:
        """Say `plan` while the session stands still, and then call `then`. Raises DeviceError."""

        def said(aside: Timeline | None) -> None:
            if aside:
                self.deck.say(aside, then)
            else:
                then()

        self.after(plan, said)

    def after(self, plan: Plan | None, then: Callable[[Timeline | None], None]) -> None:
        """Hand `plan` as an aside to `then` once it is recorded, unless the listener asks for something else first."""
        self.backstage.drop()
        if plan:
            self.backstage.aside(plan, then)
        else:
            then(None)
