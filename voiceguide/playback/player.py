"""The player: the one place that waits. It has the deck play what the transport's rules say, and takes commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from voiceguide import transport
from voiceguide.audio.clip import RATE
from voiceguide.base.errors import DeviceError
from voiceguide.base.moments import SECOND, ms_at
from voiceguide.outputs import Output
from voiceguide.plan import Plan, asides, edits
from voiceguide.playback.backstage import Backstage
from voiceguide.playback.clocks import Clock
from voiceguide.playback.deck import Deck
from voiceguide.playback.journal import Journal, to_nowhere
from voiceguide.playback.view import View
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline, begun, cue_at, interval_at, interval_of
from voiceguide.transport import Action, Command, Position, Request, State

TICK_SECONDS = 0.1
"""How often the player looks at the clock, and the card is drawn."""

ASK_AGAIN_MS = 20 * SECOND
"""How long a listener may take to say that they are ready before they are asked again."""

RETRY_SECONDS = 1.0
"""Between two tries to go on when there was no device."""

ANSWER_AFTER_MS = 400
"""From a question inside an interval to its answer: time enough to lay it out."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a session begins: at which step, with how much of a sound that wakes loudspeakers, asking first or not.

    Who `asks` waits for the listener to be ready, or, if there is a `limit_ms`, only so long. `by_voice` tells whether
    the listener can say so.
    """

    step: int | None = None
    wake_ms: int = 0
    asks: bool = False
    limit_ms: int | None = None
    by_voice: bool = False


class Player:
    """Plays one session through one output; `run` returns when it is over.

    It rests BEFORE it begins, while PAUSED and when DONE, else it doesn't; whether there is a device to be heard on is
    another question.
    """

    def __init__(
        self,
        session: Session,
        output: Output,
        clock: Clock,
        watch: Callable[[View], None],
        journal: Journal | None = None,
    ) -> None:
        self.session = session
        self.output = output
        self.clock = clock
        self.watch = watch
        self.journal = journal or to_nowhere()
        self.note = ""
        self.finished = False
        self._rest: State | None = None
        self._lost = False
        self._over = False
        self._furthest = 0, 0
        self._since = self._last_look = self._retry_at = clock.now()
        self._does: dict[Action, Callable[[Command], None]] = {
            Action.PASS: lambda _: None,
            Action.ASK: lambda _: self._ask(),
            Action.BEGIN: lambda _: self._begin(),
            Action.HALT: lambda _: self._halt(clock.now()),
            Action.GO_ON: lambda _: self._go_on(),
            Action.END_WAIT: lambda _: self._play(transport.end_of_wait(self.timeline, self.deck.frame)),
            Action.JUMP: self._jump,
            Action.SPEED: lambda command: self.backstage.change_speed(command),
            Action.VOLUME: self._change_volume,
            Action.LONGER: lambda _: self._longer(),
            Action.EASE_OFF: lambda _: self._ease_off(),
            Action.TELL: lambda _: self._tell(),
            Action.END: lambda _: self._end(),
        }

    def run(self, timelines: Timeline | Iterator[Timeline], beginning: Beginning | None = None) -> bool:
        """Plays a session; true if it was heard to its end, false if it was stopped.

        `timelines` is its timeline, or several, each of more of it. Raises VoiceError if a line is lost.
        """
        coming = iter((timelines,)) if isinstance(timelines, Timeline) else timelines
        self.beginning = beginning or Beginning()
        likely = asides.likely(self.session.plan, self.beginning.by_voice)
        self.deck = Deck(self.session, self.output, next(coming), self.journal)
        self.backstage = Backstage(self.session, self.deck, self.clock, likely)
        try:
            self.backstage.grow(coming)
            self._first()
            while not self._over:
                if request := self.clock.wait(TICK_SECONDS):
                    self._obey(request)
                self._update()
                self.watch(self.view())
        finally:
            self.deck.halt()
        return self.finished

    @property
    def timeline(self) -> Timeline:
        """What is being played."""
        return self.deck.timeline

    @property
    def is_whole(self) -> bool:
        """Whether all of the session has been laid out."""
        return self.backstage.is_whole

    @property
    def reached_ms(self) -> int:
        """How far the listener has got; 0 if they have heard nothing."""
        cue, ms = self._furthest
        return self.timeline.starts[min(cue, len(self.timeline.starts) - 1)] + ms if any(self._furthest) else 0

    @property
    def state(self) -> State:
        if self._lost:
            return State.LOST
        if self._rest:
            return self._rest
        if self.deck.aside:
            return transport.state_at(self.deck.aside, self.deck.aside_frame)
        return transport.state_at(self.timeline, self.deck.frame)

    def view(self) -> View:
        """What there is to see now."""
        aside, words = self.deck.aside, None
        if aside:
            said = begun(aside, ms_at(self.deck.aside_frame, RATE))
            words = next((event.text for event in said if event.text), "")
        volume = self.output.volume_db
        return View(self.timeline, self._ms(), self.state, self.backstage.speed, self.note, volume, words)

    @property
    def _plan(self) -> Plan:
        return self.backstage.plan

    @property
    def _runs(self) -> bool:
        return self._rest is None and not self._lost

    def _ms(self) -> int:
        return ms_at(self.deck.frame, RATE)

    def _cue(self) -> int:
        return cue_at(self.timeline, self._ms())

    # What comes about by itself

    def _first(self) -> None:
        begins = self.beginning
        if begins.asks:
            self._rest = State.BEFORE
            self._ask_until = self.clock.now() + (begins.limit_ms or 0) / SECOND
            self._ask()
        else:
            self._begin()

    def _update(self) -> None:
        now, before = self.clock.now(), self._last_look
        self._last_look = now
        if self._runs and (now - before) * SECOND > transport.WORDS_AGAIN_MS:
            self._halt(before)  # the machine slept, and nobody has heard anything
            self._go_on()
        self._look_for_device(now)
        self.deck.update()
        if problem := self.backstage.update():
            self.note = problem
        if self.output.ended:
            self._end_of_stream()
        if self._runs:
            cue = self._cue()
            self._furthest = max(self._furthest, (cue, self._ms() - self.timeline.starts[cue]))

    def _look_for_device(self, now: float) -> None:
        problem = self.output.problem
        if problem and not self._lost:
            self._lose(problem, now)
        elif self._lost and not problem and now >= self._retry_at:
            self._lost, self.note = False, ""
            self.journal.told("device back", now)
            if self._rest is None:
                self._go_on(sound_back=True)
            elif self._rest is State.BEFORE:
                self._ask()

    def _lose(self, problem: str, now: float) -> None:
        """The device is gone: time stands still until there is one again."""
        if self._rest is State.DONE:
            self._leave()
            return
        self._stand_still(now)
        self._lost = True
        self._retry_at = now + RETRY_SECONDS
        self.note = f"{problem}. The session goes on by itself when there is one again."
        self.journal.told("device lost", now)
        self.output.recover()

    def _end_of_stream(self) -> None:
        if self.deck.alone:
            then = self.deck.then
            self.deck.halt()
            then()
        elif self.backstage.plays_whole:
            self._rest, self._over, self.finished = State.DONE, True, True

    # What the listener asks for

    def _obey(self, request: Request) -> None:
        state = self.state
        action = transport.TABLE[state, request.command]
        self.journal.asked(request, state, action, self.clock.now())
        if request.by == "voice":
            self.output.overlay(self.session.sound("unsure" if action is Action.PASS else "heard").pcm)
        self._does[action](request.command)

    def _ask(self) -> None:
        def asked_again() -> None:
            if self.beginning.limit_ms is not None and self.clock.now() >= self._ask_until:
                self._begin()
            else:
                self._ask()

        begins = self.beginning
        self._say(asides.asked_ready(self._plan, begins.by_voice, ASK_AGAIN_MS, begins.wake_ms), asked_again)

    def _begin(self) -> None:
        begins = self.beginning
        self._stand_still(self.clock.now())
        if begins.step is not None:
            self._since = float("-inf")
            self.deck.spot = transport.step_start(self.timeline, begins.step)
            self._go_on()
        else:
            self._since = self.clock.now()
            self._rest = None
            self._after(asides.woken(self._plan, begins.wake_ms), partial(self._play, Position(0)))

    def _stand_still(self, since: float) -> None:
        """Silence. A pause in which the session hasn't been heard since the one before is still the same pause."""
        if not self.deck.alone and not self.deck.aside:
            self._since = since
        self.backstage.drop()
        self.deck.halt()

    def _halt(self, since: float) -> None:
        self._stand_still(since)
        self._rest = State.PAUSED

    def _go_on(self, sound_back: bool = False) -> None:
        self._stand_still(self.clock.now())
        self._rest, self.note = None, ""
        paused_ms = int(min(self.clock.now() - self._since, 86_400) * SECOND)
        again = transport.resume(self.timeline, self.deck.frame, paused_ms)
        cue = cue_at(self.timeline, ms_at(again.spot.frame, RATE))
        before = asides.resumed(self._plan, cue, again.place, again.words, sound_back, self.beginning.wake_ms)
        self._after(before, partial(self._resume, paused_ms))

    def _resume(self, paused_ms: int, aside: Timeline | None) -> None:
        """Where the session is by now: it may have another speed, or have gone on, since that was asked for."""
        self._play(transport.resume(self.timeline, self.deck.frame, paused_ms).spot, aside)

    def _jump(self, command: Command) -> None:
        def recorded() -> bool:
            if self.is_whole or command is not Command.NEXT:
                return True
            return not transport.in_last_step(self.timeline, self.backstage.whole, self.deck.frame)

        def jump() -> None:
            spot = transport.jump(self.timeline, self.backstage.whole, self.deck.frame, command)
            self.deck.halt()
            self.backstage.undo()
            self._play(spot)

        self.backstage.as_soon_as(recorded, jump)

    def _change_volume(self, command: Command) -> None:
        self.output.volume_db = transport.new_volume(self.output.volume_db, command)

    def _longer(self) -> None:
        cue = self._cue()
        if not self.deck.aside:  # whose time to get back into place is none of the session's
            self.backstage.edit(lambda plan: edits.longer(plan, cue, transport.LONGER_MS))

    def _ease_off(self) -> None:
        self._halt(self.clock.now())
        self._say(asides.eased_off(self._plan, self._cue(), self.beginning.by_voice))

    def _tell(self) -> None:
        """How long it is still: inside an interval without stopping it, if there is room."""
        here = interval_at(self.timeline, self._ms())
        if self._rest is None and self.deck.aside:
            return  # the guide is just telling where the session is
        if self._rest is not None or here is None:
            self._tell_beside()
            return
        cue, answer = here.cue, ""

        def answered(plan: Plan) -> Plan:
            nonlocal answer
            ms, here = self._ms(), interval_of(self.timeline, cue)
            answer = asides.left(plan, self.timeline.duration_ms - ms, here.end_ms - ms if here else 0)
            return edits.answered(plan, cue, ms - self.timeline.starts[cue] + ANSWER_AFTER_MS, answer)

        def has_room(timeline: Timeline) -> bool:
            said = (event.start_ms for event in timeline.events if event.text == answer and event.cue == cue)
            if any(start_ms >= self._ms() for start_ms in said):
                return True
            self._tell_beside()
            return False

        self.backstage.edit(answered, has_room)

    def _tell_beside(self) -> None:
        answer = asides.told(self._plan, self._cue(), asides.left(self._plan, self.timeline.duration_ms - self._ms()))
        if self._rest is None:
            self._since = self.clock.now()
            self._after(answer, partial(self._resume, 0))
        else:
            self._say(answer, self._ask if self._rest is State.BEFORE else lambda: None)

    def _end(self) -> None:
        """The end before the end: at once, and then how to come away from the tool; asked for again, without it."""
        safely = asides.stopped(self._plan, self._cue())
        begun_it = self._rest in {None, State.PAUSED} and self._plan.cues[self._cue()].where.step >= 0
        self._stand_still(self.clock.now())
        self._rest = State.DONE
        if begun_it and not self._lost:
            self._say(safely, self._leave)
        else:
            self._leave()

    def _leave(self) -> None:
        self._over = True

    # What is heard

    def _after(self, plan: Plan | None, then: Callable[[Timeline | None], None]) -> None:
        """Does something with an aside as soon as it can be heard, unless something else is asked for by then."""
        self.backstage.drop()
        if plan:
            self.backstage.aside(plan, then)
        else:
            then(None)

    def _play(self, spot: Position, aside: Timeline | None = None) -> None:
        """The session from `spot` on, after `aside`."""
        self.backstage.drop()
        self._rest, self.note = None, ""
        try:
            self.deck.play(spot, aside)
        except DeviceError as error:
            self._lose(str(error), self.clock.now())

    def _say(self, plan: Plan, then: Callable[[], None] = lambda: None) -> None:
        """Only an aside, and `then` whatever is to come."""

        def say(aside: Timeline | None) -> None:
            if aside:
                try:
                    self.deck.say(aside, then)
                except DeviceError as error:
                    self._lose(str(error), self.clock.now())
            else:
                then()

        self._after(plan, say)
