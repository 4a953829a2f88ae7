"""The player, the one place that waits: it takes commands, and has the deck play what the transport's rules say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voiceguide import transport
from voiceguide.audio.clip import RATE
from voiceguide.base.moments import SECOND, ms_at
from voiceguide.outputs import Output
from voiceguide.plan import edits
from voiceguide.playback import answers, opening
from voiceguide.playback.clocks import Clock
from voiceguide.playback.condition import Phase
from voiceguide.playback.journal import Journal, to_nowhere
from voiceguide.playback.prompter import Ear
from voiceguide.playback.recovery import Recovery
from voiceguide.playback.stage import Beginning, Stage
from voiceguide.playback.view import View
from voiceguide.session.session import Session
from voiceguide.timeline import Timeline, begun
from voiceguide.transport import Action, Command, Request

__all__ = ["Beginning", "Player"]

TICK_SECONDS = 0.1
"""How often the player looks at the clock, and the card is drawn."""


class Player:
    """Plays one session through one output; `run` returns when it is over."""

    def __init__(
        self,
        session: Session,
        output: Output,
        clock: Clock,
        watch: Callable[[View], None],
        journal: Journal | None = None,
        ear: Ear | None = None,
    ) -> None:
        self._stage = Stage(session, output, clock, journal or to_nowhere(), ear)
        self._recovery = Recovery(self._stage)
        self._watch = watch
        self._last_look_seconds = clock.now()
        self._furthest = 0, 0  # a cue, and milliseconds into it

    def run(self, timelines: Timeline | Iterator[Timeline], beginning: Beginning | None = None) -> bool:
        """Play the session; return whether it was heard to its end, rather than stopped.

        `timelines` is its timeline, or several, each longer than the one before. Raises VoiceError if a line can't be
        recorded.
        """
        stage = self._stage
        try:
            self._begin(iter((timelines,)) if isinstance(timelines, Timeline) else timelines, beginning or Beginning())
            while not stage.condition.over:
                if request := stage.clock.wait(TICK_SECONDS):
                    self._obey(request)
                self._update()
                self._watch(self._view())
        finally:
            stage.deck.halt()
        return stage.condition.phase is Phase.FINISHED

    @property
    def timeline(self) -> Timeline:
        """The timeline that is being played."""
        return self._stage.timeline

    @property
    def is_whole(self) -> bool:
        """Whether all of the session has been laid out."""
        return self._stage.backstage.is_whole

    @property
    def reached_ms(self) -> int:
        """How far the listener has ever got in the present timeline; 0 if they have heard nothing."""
        cue, ms = self._furthest
        return self.timeline.starts_ms[min(cue, len(self.timeline.starts_ms) - 1)] + ms if any(self._furthest) else 0

    def _begin(self, timelines: Iterator[Timeline], beginning: Beginning) -> None:
        stage = self._stage
        stage.beginning, stage.since = beginning, stage.clock.now()
        stage.backstage.open(timelines, beginning.by_voice)
        with self._recovery.guarding():
            if beginning.asks:
                opening.ask(stage)
            else:
                opening.begin(stage)

    def _obey(self, request: Request) -> None:
        stage = self._stage
        state = stage.state
        action = transport.TABLE[state, request.command]
        stage.journal.asked(request, state, action, stage.clock.now())
        unheeded = action is Action.PASS
        if request.by == "voice" and not (unheeded and request.command is Command.OUTCRY):  # which asks for no answer
            stage.output.overlay(stage.session.sound("unsure" if unheeded else "heard").pcm)
        with self._recovery.guarding():
            _DOES[action](stage, request.command)

    def _update(self) -> None:
        """Catch up with everything that has happened by itself since the last look."""
        stage = self._stage
        with self._recovery.guarding():
            self._notice_sleep()
            self._recovery.update()
            stage.deck.update()
            self._tell_of_ducking()
            stage.note = stage.backstage.update() or stage.note
            if stage.output.ended:
                self._end_of_stream()
        if stage.condition.runs:
            self._furthest = max(self._furthest, (stage.cue, stage.ms - stage.timeline.starts_ms[stage.cue]))

    def _notice_sleep(self) -> None:
        """Treat the time that the machine slept as a pause, since nobody has heard anything."""
        stage, before = self._stage, self._last_look_seconds
        self._last_look_seconds = stage.clock.now()
        if stage.condition.runs and (self._last_look_seconds - before) * SECOND > transport.WORDS_AGAIN_MS:
            stage.halt(before)
            stage.go_on()

    def _tell_of_ducking(self) -> None:
        """Note in the journal how long the session was ducked for somebody who talked."""
        stage = self._stage
        while stage.deck.prompter.ducked_seconds:
            seconds = stage.deck.prompter.ducked_seconds.popleft()
            stage.journal.told("ducked", stage.clock.now(), seconds=round(seconds, 3))

    def _end_of_stream(self) -> None:
        """Do what follows an aside, or end the session, unless more of it is still being recorded."""
        stage = self._stage
        if stage.deck.alone:
            then = stage.deck.then
            stage.deck.halt()
            then()
        elif stage.backstage.plays_whole:
            stage.enter(Phase.FINISHED)

    def _view(self) -> View:
        stage, aside, words = self._stage, self._stage.deck.aside, None
        if aside:
            said = begun(aside, ms_at(stage.deck.aside_frame, RATE))
            words = next((event.text for event in said if event.text), "")
        return View(
            stage.timeline, stage.ms, stage.state, stage.backstage.speed, stage.note, stage.output.volume_db, words
        )


def _jump(stage: Stage, command: Command) -> None:
    """Go to another step; to the next one, as soon as it is recorded."""

    def recorded() -> bool:
        if stage.backstage.is_whole or command is not Command.NEXT:
            return True
        return not transport.in_last_step(stage.timeline, stage.backstage.whole, stage.deck.frame)

    def jump() -> None:
        position = transport.jump(stage.timeline, stage.backstage.whole, stage.deck.frame, command)
        stage.deck.halt()
        stage.backstage.undo()
        stage.play(position)

    stage.backstage.as_soon_as(recorded, jump)


def _change_volume(stage: Stage, command: Command) -> None:
    stage.output.volume_db = transport.new_volume(stage.output.volume_db, command)


def _longer(stage: Stage) -> None:
    """Make the interval longer, unless it is an aside's: time to get back into place isn't part of the session."""
    cue = stage.cue
    if not stage.deck.aside:
        stage.backstage.edit(lambda plan: edits.longer(plan, cue, transport.LONGER_MS))


_DOES: dict[Action, Callable[[Stage, Command], None]] = {
    Action.PASS: lambda stage, _: None,
    Action.ASK: lambda stage, _: opening.ask(stage),
    Action.BEGIN: lambda stage, _: opening.begin(stage),
    Action.HALT: lambda stage, _: stage.halt(stage.clock.now()),
    Action.GO_ON: lambda stage, _: stage.go_on(),
    Action.END_WAIT: lambda stage, _: stage.play(transport.end_of_wait(stage.timeline, stage.deck.frame)),
    Action.JUMP: _jump,
    Action.SPEED: lambda stage, command: stage.backstage.change_speed(command),
    Action.VOLUME: _change_volume,
    Action.LONGER: lambda stage, _: _longer(stage),
    Action.EASE_OFF: lambda stage, _: answers.ease_off(stage),
    Action.CHECK: lambda stage, _: answers.check(stage),
    Action.TELL: lambda stage, _: answers.tell(stage),
    Action.END: lambda stage, _: answers.say_farewell(stage),
}
"""What carries out each of the transport's actions."""
