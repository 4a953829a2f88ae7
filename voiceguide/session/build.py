"""`open_session`: from techniques and options to a session that is ready to be laid out, played and exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike

from voiceguide.base.choices import MAX_SPEED, MIN_SPEED
from voiceguide.base.errors import ScriptError, UsageError, visible
from voiceguide.base.progress import Progress, no_progress
from voiceguide.library import techniques as library
from voiceguide.listener import config, pronunciations
from voiceguide.plan import Choices, Plan, make_plan, with_lead_in
from voiceguide.plan.fit import MAX_TRIES, TOO_LONG_MS, Values, fit
from voiceguide.recording import cache_folder
from voiceguide.recording.booth import Booth
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.script import Script
from voiceguide.session.options import Options
from voiceguide.session.session import Session
from voiceguide.spoken import Spoken
from voiceguide.voices import Voice, open_voice

MAX_FITTED_CUES = 80_000
"""How many cues may be laid out in the search for doses that fill a time."""

Technique = str | PathLike[str] | Script
"""The name of a technique that comes along, the path of a script, or a script that has been read."""


def open_session(
    techniques: Technique | Sequence[Technique],
    options: Options | None = None,
    *,
    voice: Voice | None = None,
    settings: config.Config | None = None,
    lead_in_ms: int = 0,
    progress: Progress = no_progress,
) -> Session:
    """Open the session of one technique, or of several in a row, as `options` ask for it.

    What they leave open is taken from the listener's `settings`, which are read if they aren't given. A `voice` of your
    own gets each line as it is written; otherwise one is chosen by `options`, the settings and the language.
    `lead_in_ms` is time to get down on the floor first, counted aloud. To fill a time, lines have to be recorded, and
    `progress` is called with how many are done, and of how many. Close the session when it is no longer used, or use it
    in a `with` statement.

    Raises UsageError, UnknownNameError, ConfigError or ScriptError for what can't be had, and VoiceError if a line
    can't be recorded.
    """
    options = options or Options()
    settings = settings or config.load()
    scripts = read_scripts(techniques, options.language)
    resolved = options.resolved(settings)
    choices = resolved.choices()
    plan = make_plan(*scripts, choices=choices)
    voice = voice or _voice_for(scripts, options.voice, settings.voice)
    booth = Booth(voice, ClipCache(cache_folder.folder(), settings.cache or cache_folder.USUAL_BYTES))
    try:
        speed = _speed_for(options.wpm, voice) if options.wpm else resolved.speed or 1.0
        if options.fit_ms:
            fitting = Session(plan, booth, scripts, speed)
            plan = make_plan(*scripts, choices=fitted(fitting, choices, options.fit_ms, progress))
        if lead_in_ms:
            plan = with_lead_in(plan, lead_in_ms)
        if booth.missing(plan.lines, speed):
            voice.warm_up()
        session = Session(plan, booth, scripts, speed, replace(resolved, speed=speed, wpm=None), lead_in_ms)
        if options.bed:
            from voiceguide.session import bed  # imports numpy, and few sessions have a bed

            session.bed = bed.load(options.bed)
    except BaseException:
        booth.close()
        raise
    return session


def read_scripts(techniques: Technique | Sequence[Technique], language: str | None = None) -> tuple[Script, ...]:
    """Return the scripts of `techniques`; those given by name are looked up in `language`.

    Raises UsageError, UnknownNameError or ScriptError.
    """
    several = [techniques] if isinstance(techniques, str | PathLike | Script) else techniques
    scripts = tuple(one if isinstance(one, Script) else library.load_technique(str(one), language) for one in several)
    if not scripts:
        raise UsageError("a session has at least one technique; name one")
    if twice := [name for name, count in Counter(script.file for script in set(scripts)).items() if count > 1]:
        raise UsageError(f"two different scripts are called {visible(twice[0])}; rename one of them")
    return scripts


def _voice_for(scripts: Sequence[Script], name: str | None, preferred: str | None) -> Voice:
    language = scripts[0].language
    return open_voice(name, language, preferred, Spoken(language, pronunciations.of(scripts)))


def _speed_for(wpm: float, voice: Voice) -> float:
    """Return the speed at which a voice speaks `wpm` words a minute. Raises UsageError if it can't."""
    usual_wpm = voice.words_a_minute()
    if not usual_wpm:
        raise UsageError(f"nobody knows how many words a minute {voice.name} speaks; give --speed instead")
    if not MIN_SPEED <= wpm / usual_wpm <= MAX_SPEED:
        ends = f"from {usual_wpm * MIN_SPEED:.0f} to {usual_wpm * MAX_SPEED:.0f}"
        usual = f"{voice.name} speaks {ends} words a minute, {usual_wpm:.0f} at speed 1"
        raise UsageError(f"{usual}; --wpm {wpm:g} is outside")
    return round(wpm / usual_wpm, 3)


def fitted(session: Session, choices: Choices, target_ms: int, progress: Progress = no_progress) -> Choices:
    """Return `choices` with a value for each range, so that `session` comes as close to `target_ms` as they allow.

    Raises UsageError if there are too many possibilities to try.
    """
    laid_out = 0

    def plan_with(values: Values) -> Plan:
        return make_plan(*session.scripts, choices=replace(choices, fitted=values))

    def duration_ms_of(values: Values) -> int:
        nonlocal laid_out
        try:
            plan = plan_with(values)
        except ScriptError:  # the shortest plan was made before, so this one is too long
            return TOO_LONG_MS
        laid_out += len(plan.cues)
        if laid_out > MAX_FITTED_CUES:
            raise UsageError(
                "the ranges are too wide, or the session too long, to be fitted; --dose chooses one end of each"
            )
        return session.with_plan(plan).timeline(progress=progress).duration_ms

    tries = max(1, min(MAX_TRIES, MAX_FITTED_CUES // (2 * len(session.plan.cues))))
    return replace(choices, fitted=fit(session.scripts, target_ms, duration_ms_of, tries))
