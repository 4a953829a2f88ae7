"""The player: the one place that waits. It has the deck play what the transport's rules say, and takes commands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from voiceguide import transport
from voiceguide.backstage import Backstage
from voiceguide.clip import RATE
from voiceguide.clocks import Clock
from voiceguide.deck import Deck
from voiceguide.errors import DeviceError
from voiceguide.journal import Journal, to_nowhere
from voiceguide.moments import SECOND, ms_at
from voiceguide.outputs import Output
from voiceguide.plan import Plan, asides, edits
from voiceguide.session import Session
from voiceguide.timeline import Timeline, begun, cue_at, interval_at
from voiceguide.transport import Action, Command, Request, Spot, State
from voiceguide.voices import MAX_SPEED, MIN_SPEED

TICK_SECONDS = 0.1
"""How often the player looks at the clock, and the card is drawn."""

ASK_AGAIN_MS = 20 * SECOND
"""How long a listener may take to say that they are ready before they are asked again."""

RETRY_SECONDS = 1.0
"""Between two tries to go on when there was no device."""

ANSWER_AFTER_MS = 400
"""From a question inside an interval to its answer: time enough to lay it out."""


@dataclass(frozen=True, slots=True)
class View:
    """What there is to see at one moment: where in its timeline the session is, and what is being said beside it.

    `aside` is None as long as the session itself is heard.
    """

    timeline: Timeline
    ms: int
    state: State
    speed: float
    note: str = ""
    volume_db: int = 0
    aside: str | None = None


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

    `whole` is the session's timeline at the present speed; what is played may differ by what the listener has changed
    about the interval they are in.
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
        self.reached_ms = 0
        self.finished = False
        self._plan = session.plan
        self._rest: State | None = None
        self._lost_from: State | None = None
        self._over = False
        self._after: Callable[[], None] | None = None
        self._backstage = Backstage(clock)
        self._era = 0
        self._going_on = -1
        self._since = self._last_look = self._retry_at = clock.now()
        self._does: dict[Action, Callable[[Command], None]] = {
            Action.PASS: lambda _: None,
            Action.ASK: lambda _: self._ask(),
            Action.BEGIN: lambda _: self._begin(),
            Action.HALT: lambda _: self._halt(State.PAUSED, clock.now()),
            Action.GO_ON: lambda _: self._go_on(),
            Action.END_WAIT: lambda _: self._play(transport.end_of_wait(self.timeline, self.deck.frame)),
            Action.JUMP: self._jump,
            Action.SPEED: self._change_speed,
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
        self.whole = next(coming)
        self.speed = self.whole.speed
        self.beginning = beginning or Beginning()
        self.deck = Deck(self.session, self.output, self.whole, self.journal)
        try:
            self._grow(coming)
            self._first()
            while not self._over:
                if request := self.clock.wait(TICK_SECONDS):
                    self._obey(request)
                self._look()
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
        return len(self.whole.starts) == len(self.session.plan.cues)

    @property
    def state(self) -> State:
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
        return View(self.timeline, self._ms(), self.state, self.speed, self.note, self.output.volume_db, words)

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

    def _look(self) -> None:
        now, before = self.clock.now(), self._last_look
        self._last_look = now
        if self._rest is None and (now - before) * SECOND > transport.WORDS_AGAIN_MS:
            self._halt(State.PAUSED, before)  # the machine slept, and nobody has heard anything
            self._go_on()
        self._look_for_device(now)
        self.deck.look()
        if problem := self._backstage.look():
            self.note = problem
        if self.output.ended:
            self._end_of_stream()
        if self._rest is None:
            self.reached_ms = max(self.reached_ms, self._ms())

    def _look_for_device(self, now: float) -> None:
        problem = self.output.problem
        if problem and self._rest is State.DONE:
            self._over = True
        elif problem and self._rest is not State.LOST:
            self._lose(problem, now)
        elif self._rest is State.LOST and not problem and now >= self._retry_at:
            self.note, self._rest = "", self._lost_from
            self.journal.told("device back", now)
            if self._rest is None:
                self._rest = State.PAUSED
                self._go_on(sound_back=True)
            elif self._rest is State.BEFORE:
                self._ask()

    def _lose(self, problem: str, now: float) -> None:
        """The device is gone: time stands still until there is one again."""
        self._lost_from = None if self._going_on == self._era else self._rest
        self._halt(State.LOST, now if self._rest is None else self._since)
        self._retry_at = now + RETRY_SECONDS
        self.note = f"{problem}. The session goes on by itself when there is one again."
        self.journal.told("device lost", now)
        self.output.recover()

    def _end_of_stream(self) -> None:
        if self.deck.alone:
            after, self._after = self._after, None
            if after:
                after()
        elif len(self.timeline.starts) == len(self._plan.cues):
            self._rest, self._over, self.finished = State.DONE, True, True

    # What is laid out and recorded meanwhile

    def _between_words(self) -> bool:
        if self.deck.aside:
            return False
        return self._rest is not None or not transport.speaking(self.timeline, self.deck.frame)

    def _grow(self, coming: Iterator[Timeline]) -> None:
        """Goes over to more and more of the session, until it is whole."""
        if self.is_whole:
            self._record_ahead()
            return

        def grown(timeline: Timeline) -> None:
            if timeline.speed == self.whole.speed and len(timeline.starts) > len(self.whole.starts):
                self.whole = timeline
                # What the listener has changed was laid out to its end, and stays as it is.
                if len(timeline.starts) > len(self.timeline.starts):
                    self.deck.go_over(timeline, Spot)
                self._grow(coming)

        self._backstage.later(
            partial(next, coming), lambda: self.deck.aside is None or self.deck.alone, grown, vital=True
        )

    def _record_ahead(self) -> None:
        """What the listener may ask for next, so that they needn't wait for it."""
        slower, faster = (
            transport.new_speed(self.speed, command, MIN_SPEED, MAX_SPEED)
            for command in (Command.SLOWER, Command.FASTER)
        )
        likely = asides.likely(self.session.plan, self.beginning.by_voice)
        self.clock.ahead(self.session.recorded_ahead(likely, self.speed, (slower, faster)))

    def _beside(self, plan: Plan | None, then: Callable[[Timeline | None], None]) -> None:
        """Does something with an aside as soon as it can be heard, unless something else has been asked for by then.

        Without one if it can't be recorded: whoever can't be told must not be left lying there either.
        """
        self._era += 1
        era = self._era
        if plan is None:
            then(None)
            return

        def unless_late(aside: Timeline | None = None) -> None:
            if era == self._era:
                then(aside)

        lay = partial(self.session.with_plan(plan).timeline, self.timeline.speed)
        self._backstage.later(lay, lambda: True, unless_late, without=unless_late)

    # What the listener asks for

    def _obey(self, request: Request) -> None:
        state = self.state
        action = transport.TABLE[state, request.command]
        self.journal.asked(request, state, action, self.clock.now())
        if request.by == "voice":
            self.output.lay_over(self.session.sound("unsure" if action is Action.PASS else "heard").pcm)
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
        if begins.step is None:
            self._rest = None
            self._beside(asides.woken(self._plan, begins.wake_ms), partial(self._play, Spot(0)))
        else:
            self._rest, self._since = State.PAUSED, float("-inf")
            self.deck.spot = transport.step_start(self.timeline, begins.step)
            self._go_on()

    def _halt(self, rest: State, since: float) -> None:
        self._era += 1
        self._after = None
        self.deck.halt()
        self._rest, self._since = rest, since

    def _go_on(self, sound_back: bool = False) -> None:
        paused_ms = int(min(self.clock.now() - self._since, 86_400) * SECOND)
        again = transport.resume(self.timeline, self.deck.frame, paused_ms)
        cue = cue_at(self.timeline, ms_at(again.spot.frame, RATE))
        before = asides.resumed(self._plan, cue, again.place, again.words, sound_back, self.beginning.wake_ms)
        self._beside(before, partial(self._resume, paused_ms))
        self._going_on = self._era  # until something else is asked for, also if the device is lost before that

    def _resume(self, paused_ms: int, aside: Timeline | None) -> None:
        """Where the session is by now: it may have another speed, or have gone on, since that was asked for."""
        self._play(transport.resume(self.timeline, self.deck.frame, paused_ms).spot, aside)

    def _jump(self, command: Command) -> None:
        spot = transport.jump(self.timeline, self.whole, self.deck.frame, command)
        self.deck.halt()
        self.deck.timeline, self._plan = self.whole, self.session.plan
        self._play(spot)

    def _change_speed(self, command: Command) -> None:
        """Once the lines are recorded at the new speed, goes over to them, but not in the middle of words."""
        self.speed = speed = transport.new_speed(self.speed, command, MIN_SPEED, MAX_SPEED)
        laid = self.clock.meanwhile(partial(self.session.timeline, speed))

        def sped(timeline: Timeline) -> None:
            if speed == self.speed:
                self.whole = laid.result()
                self._go_over(timeline)
                self._record_ahead()

        def left_as_it_is() -> None:
            if speed == self.speed:
                self.speed = self.timeline.speed

        lay = partial(self.session.with_plan(self._plan).timeline, speed)
        self._backstage.later(lay, self._between_words, sped, without=left_as_it_is)

    def _change_volume(self, command: Command) -> None:
        self.output.volume_db = transport.new_volume(self.output.volume_db, command)

    def _longer(self) -> None:
        if not self.deck.aside:  # whose time to get back into place is none of the session's
            self._edit(edits.longer(self._plan, self._cue(), transport.LONGER_MS))

    def _ease_off(self) -> None:
        self._halt(State.PAUSED, self.clock.now())
        self._say(asides.eased_off(self._plan, self._cue(), self.beginning.by_voice))

    def _edit(self, plan: Plan, then: Callable[[Timeline], bool] = lambda _: True) -> None:
        """Changes the interval that is going on, unless it is over by the time that this is laid out."""
        cue, self._plan = self._cue(), plan
        era = self._era

        def edited(timeline: Timeline) -> None:
            here = interval_at(self.timeline, self._ms())
            if era == self._era and here and here.cue == cue and then(timeline):
                self._go_over(timeline)

        self._backstage.later(partial(self.session.with_plan(plan).timeline, self.speed), self._between_words, edited)

    def _go_over(self, timeline: Timeline) -> None:
        self.deck.go_over(timeline, partial(transport.moved, self.timeline, timeline))

    def _tell(self) -> None:
        """How long it is still: inside an interval without stopping it, if there is room."""
        here, before = interval_at(self.timeline, self._ms()), self._plan
        if self._rest is None and self.deck.aside:
            return  # the guide is just telling where the session is
        if self._rest is not None or here is None:
            self._tell_beside()
            return
        answer = asides.left(before, self.timeline.duration_ms - self._ms(), here.end_ms - self._ms())

        def has_room(timeline: Timeline) -> bool:
            said = (event.start_ms for event in timeline.events if event.text == answer and event.cue == here.cue)
            if any(start_ms >= self._ms() for start_ms in said):
                return True
            self._plan = before
            self._tell_beside()
            return False

        at_ms = self._ms() - here.start_ms + ANSWER_AFTER_MS
        self._edit(edits.answered(before, here.cue, at_ms, answer), has_room)

    def _tell_beside(self) -> None:
        answer = asides.told(self._plan, self._cue(), asides.left(self._plan, self.timeline.duration_ms - self._ms()))
        if self._rest is None:
            self._beside(answer, partial(self._resume, 0))
        else:
            self._say(answer, self._ask if self._rest is State.BEFORE else None)

    def _end(self) -> None:
        """The end before the end: at once, and then how to come away from the tool; asked for again, without it."""
        safely = asides.stopped(self._plan, self._cue())
        begun_it = self._rest in {None, State.PAUSED} and self._plan.cues[self._cue()].where.step >= 0
        self._over = not begun_it
        self._halt(State.DONE, self.clock.now())
        if begun_it:
            self._say(safely, self._leave)

    def _leave(self) -> None:
        self._over = True

    # What is heard

    def _play(self, spot: Spot, aside: Timeline | None = None) -> None:
        """The session from `spot` on, after `aside`."""
        self._era += 1
        self._rest, self._after, self.note = None, None, ""
        try:
            self.deck.play(spot, aside)
        except DeviceError as error:
            self._lose(str(error), self.clock.now())

    def _say(self, plan: Plan, after: Callable[[], None] | None = None) -> None:
        """Only an aside, and `after` it whatever is to come."""

        def say(aside: Timeline | None) -> None:
            if aside:
                self._after = after
                with contextlib.suppress(DeviceError):
                    self.deck.say(aside)
            elif after:
                after()

        self._beside(plan, say)
