"""Commands for voices: list them, hear one, add and remove one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voiceguide.base.errors import UsageError, visible
from voiceguide.cli import clips
from voiceguide.cli.options import example

if TYPE_CHECKING:
    from voiceguide.voices import VoiceCard


@click.group(
    invoke_without_command=True,
    epilog=example(
        "voiceguide voices --language en",
        "voiceguide voices --preview joe",
        "voiceguide voices add ~/Downloads/en_GB-alba-medium.onnx --name alba",
    ),
)
@click.option("--language", help="List only the voices that speak this language, such as en.")
@click.option("--preview", metavar="NAME", help="Hear a voice say something.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="With --preview: write it to a WAV file instead.")
@click.pass_context
def voices(ctx: click.Context, language: str | None, preview: str | None, out: Path | None) -> None:
    """List the voices, natural ones first; hear or add one."""
    if out and not preview:
        raise click.UsageError("-o goes with --preview")
    if ctx.invoked_subcommand:
        if language or preview:
            raise click.UsageError(f"--language and --preview don’t go with ‘{ctx.invoked_subcommand}’")
    elif preview:
        _preview(preview, out)
    else:
        _list(language)


@voices.command(epilog=example("voiceguide voices add ~/Downloads/en_GB-alba-medium.onnx --name alba"))
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", help="What to call it; the file’s name if not given.")
def add(path: Path, name: str | None) -> None:
    """Add a Piper voice from its file.

    Its config, FILE.onnx.json, has to be beside it. A MODEL_CARD or LICENSE beside it is kept with the voice.
    """
    from voiceguide.voices import models
    from voiceguide.voices.piper import sample_ms

    if not models.installed():
        raise UsageError(f"Piper isn’t installed; for {models.ADVICE}")
    model = models.add(path, name, sample_ms)
    click.echo(f"{model.card.name}: added ({', '.join(model.card.languages)}); ‘--voice {model.card.name}’ chooses it")


@voices.command(epilog=example("voiceguide voices remove alba"))
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don’t ask first, even if it has your own recordings.")
def remove(name: str, yes: bool) -> None:
    """Remove a voice that was added or recorded."""
    from voiceguide.voices import own_voices
    from voiceguide.voices.recorded import recordings

    if not yes and (recorded := recordings(name)):
        click.confirm(f"{name}: {recorded.card.description}; remove them for good?", abort=True)
    own_voices.remove(name)
    click.echo(f"{name}: removed")


def _list(language: str | None) -> None:
    """Print a row for each voice as soon as its pace is known."""
    from voiceguide.voices import available

    wanted = (language or "").lower()
    for card in available():
        if not wanted or any(wanted in (tag, tag.split("-")[0]) for tag in card.languages):
            kind = "natural" if card.natural else ""
            pace, languages = _pace(card), " ".join(card.languages)
            click.echo(f"{card.name:28} {card.engine:12} {languages:18} {kind:8} {pace:8} {card.description}")


def _pace(card: VoiceCard) -> str:
    from voiceguide.voices import open_voice

    words = open_voice(card.name, card.languages[0] if card.languages else "en").words_a_minute()
    return f"{words:.0f} wpm" if words else ""


def _preview(name: str, out: Path | None) -> None:
    from voiceguide.audio.mastering import master
    from voiceguide.voices import card_of, open_voice
    from voiceguide.voices.sample_texts import shown

    voice = open_voice(name, "en")
    try:
        clip = master(next(iter(voice.record([shown(card_of(name).languages)], 1.0)))[1])
    finally:
        voice.close()
    if out:
        clips.write(clip, out)
        click.echo(f"{visible(str(out))}: {clip.ms / 1000:.1f} s")
    else:
        clips.play(clip)


COMMANDS = (voices,)
