"""The command that records the lines of a technique in the listener's own voice."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from voiceguide.audio.clip import RATE, Clip
from voiceguide.base.choices import GUIDANCE, Guidance
from voiceguide.base.errors import DeviceError, visible
from voiceguide.cli import clips
from voiceguide.cli.options import example, microphone_option, techniques_argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voiceguide.session.options import Options
    from voiceguide.voices.recorded import Recordings

DISTORTED_AMPLITUDE = 32_700
MAX_DISTORTED_SAMPLES = 20
"""The amplitude, of 32,767, at which a sample counts as distorted, and how many of those a recording may have."""


@click.command(
    epilog=example(
        "voiceguide record foam-roller --as anna",
        "voiceguide play foam-roller --voice anna",
        "voiceguide record foam-roller --as anna --list > for-the-studio.tsv",
    )
)
@techniques_argument
@click.option("--as", "name", default="my-voice", show_default=True, help="What to call the voice.")
@click.option("--list", "only_list", is_flag=True, help="Print the lines and the files they belong in, for a studio.")
@click.option("--again", metavar="WORDS", help="Record the lines with these words, even if they are recorded already.")
@click.option("--language", help="Use a translation of the technique, such as es.")
@click.option("--guidance", type=click.Choice(GUIDANCE), help="The lines for this guidance; teach if not given.")
@microphone_option
def record(
    techniques: Sequence[str],
    name: str,
    only_list: bool,
    again: str | None,
    language: str | None,
    guidance: Guidance | None,
    mic: str | None,
) -> None:
    """Record the lines of a technique in your own voice.

    Each line is shown, and recorded from the microphone. You can stop at any time and go on later with the lines that
    are missing; until then, another voice says them.
    """
    from voiceguide.listener import config
    from voiceguide.session.options import Options
    from voiceguide.voices.recorded import begun

    lines, tag = lines_of(techniques, Options(language=language, guidance=guidance))
    voice = begun(name, list(dict.fromkeys((tag.lower(), tag.lower().split("-")[0]))))
    if only_list:
        for line in lines:
            click.echo(f"{voice.file(line).name}\t{visible(line)}")
        click.echo(f"{_how_many(voice, lines)}; they belong in {voice.folder}", err=True)
        return
    mic = mic or config.load().mic
    wanted = [line for line in lines if again.casefold() in line.casefold()] if again else voice.missing(lines)
    if wanted:
        _tell_of_microphone(mic)
    for number, line in enumerate(wanted, start=1):
        click.echo(f"\n{number} of {len(wanted)}\n\n    {visible(line)}\n")
        if not _record(voice, line, mic):
            break
    click.echo(f"\n{_how_many(voice, lines)}; ‘--voice {voice.card.name}’ plays them")


def lines_of(techniques: Sequence[str], options: Options) -> tuple[list[str], str]:
    """Return every line that may be heard in a session, in order, and the session's language."""
    from voiceguide.plan import asides, make_plan
    from voiceguide.session.build import read_scripts

    plan = make_plan(*read_scripts(techniques, options.language), choices=options.choices())
    return list(dict.fromkeys((*plan.lines, *asides.likely(plan, by_voice=False)))), plan.language


def _how_many(voice: Recordings, lines: Sequence[str]) -> str:
    missing = len(voice.missing(lines))
    return f"{len(lines) - missing} of {len(lines)} lines are recorded"


def _tell_of_microphone(name: str | None) -> None:
    """Print which microphone is recorded from, if it isn't the obvious one. Raises DeviceError if there is none."""
    from voiceguide.ear import microphones

    choice = microphones.choose(microphones.available(), name)
    if not choice.expected:
        click.echo(f"voiceguide: {choice}", err=True)


def _record(voice: Recordings, line: str, mic: str | None) -> bool:
    """Record one line, as often as it takes; return False if the listener wants to stop."""
    answer = _asked("Enter records it, s skips it, q ends: ")
    while answer != "q":
        if answer == "s":
            return True
        clip = _recorded(mic)
        if problem := _problem(clip):
            click.echo(problem)
            answer = _asked("Enter records it again, s skips it, q ends: ")
            continue
        answer = "p"
        while answer == "p":
            answer = _asked(
                f"{clip.ms / 1000:.1f} s. Enter keeps it, p plays it, r records it again, s skips it, q ends: "
            )
            if answer == "p":
                clips.play(clip)
        if answer not in {"r", "s", "q"}:
            clips.write(clip, voice.file(line))
            return True
    return False


def _asked(question: str) -> str:
    """Return the first letter of the answer, or q at the end of the input."""
    click.echo(question, nl=False)
    sys.stdout.flush()
    answer = sys.stdin.readline()
    return answer.strip().lower()[:1] if answer else "q"


def _recorded(mic: str | None) -> Clip:
    """Return what the microphone hears until Enter is pressed. Raises DeviceError if there is none."""
    with _listening(mic) as heard:
        _asked("recording; Enter ends it: ")
    return heard()


@contextmanager
def _listening(mic: str | None) -> Iterator[Callable[[], Clip]]:
    """Record while the block runs; yield what then returns the recording, or raises DeviceError."""
    from voiceguide.ear.microphone import Microphone

    microphone, parts, ended = Microphone(RATE, mic), [b""], threading.Event()
    problems: list[DeviceError] = []

    def listen() -> None:
        try:
            while not ended.is_set():
                parts.append(microphone.block().tobytes())
        except DeviceError as error:
            problems.append(error)

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()

    def heard() -> Clip:
        for problem in problems:
            raise problem
        return Clip(b"".join(parts))

    try:
        yield heard
    finally:
        ended.set()
        listening.join()
        microphone.close()


def _problem(clip: Clip) -> str:
    """Return what is wrong with a recording, in words, or an empty string."""
    from voiceguide.voices.recorded import LEAST_PEAK

    samples = memoryview(clip.pcm).cast("h")
    if max(map(abs, samples), default=0) < LEAST_PEAK:
        return "nothing was heard: is the microphone on, and near enough?"
    if sum(abs(sample) >= DISTORTED_AMPLITUDE for sample in samples) > MAX_DISTORTED_SAMPLES:
        return "it is distorted: turn the microphone down, or move away from it"
    return ""


COMMANDS = (record,)
