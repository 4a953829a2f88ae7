"""Commands that show what there is and what is kept: techniques, settings, history."""

from __future__ import annotations

import click

from voiceguide.base.errors import visible
from voiceguide.cli.options import Time, example
from voiceguide.cli.status import OTHER


@click.command(name="list", epilog=example("voiceguide list"))
def list_techniques() -> None:
    """List the techniques that come with voiceguide."""
    from voiceguide import phrases
    from voiceguide.library import techniques

    for name in techniques.names():
        script = techniques.load_technique(name)
        pack = phrases.pack(script.language)
        tools = pack.tools.format(tools=script.tools).rstrip(".") if pack and script.tools else ""
        daily = f"up to {script.daily} times a day" if script.daily else ""
        facts = (script.title, tools[:1].lower() + tools[1:], daily)
        click.echo(f"{name:16} {visible('; '.join(fact for fact in facts if fact))}")


@click.command(
    epilog=example("voiceguide config speed 0.8", "voiceguide config history off", "voiceguide config --unset speed")
)
@click.argument("key", required=False)
@click.argument("value", required=False)
@click.option("--unset", is_flag=True, help="Remove the setting, so that the program's default applies.")
def config(key: str | None, value: str | None, unset: bool) -> None:
    """Show or change your settings.

    The keys are speed, voice, guidance and pace, which are defaults for sessions; mic, a part of the name of the
    microphone that hears you; cache, the most space that recorded lines may take; and history, on or off. Without a
    key, print all settings, and where they are kept.
    """
    from voiceguide.listener import config as settings
    from voiceguide.voices import open_voice

    current = settings.load()
    if key is None:
        for name in settings.KEYS:
            click.echo(f"{name} = {getattr(current, name) or 'default'}")
        click.echo(f"({settings.file()})")
        return
    if unset == (value is not None):
        raise click.UsageError(f"give a value for {key}, or --unset")
    changed = settings.cleared(current, key) if value is None else settings.changed(current, key, value)
    if changed.voice != current.voice:
        open_voice(changed.voice, "en")
    if changed.mic != current.mic and changed.mic:
        _check_microphone(changed.mic)
    settings.save(changed)


def _check_microphone(name: str) -> None:
    from voiceguide.ear import microphones

    microphones.choose(microphones.available(), name)


@click.command(epilog=example("voiceguide history", "voiceguide history --clear"))
@click.option("--clear", is_flag=True, help="Delete the history.")
def history(clear: bool) -> None:
    """Show what has been played, and when.

    The history is kept only on this machine. It is used to warn you once you have done a technique as often in a day as
    its script advises. ‘voiceguide config history off’ turns it off.
    """
    from voiceguide.base.moments import SECOND, short_timestamp
    from voiceguide.listener import history as kept

    if clear:
        kept.clear()
        return
    entries = kept.entries()
    for entry in entries:
        lasted = short_timestamp(entry.seconds * SECOND)
        click.echo(f"{entry.at[:16].replace('T', ' ')}  {lasted:>8}  {visible(entry.technique)}")
    if not entries:
        click.echo("nothing has been played yet")


@click.command(epilog=example("voiceguide doctor", "voiceguide doctor --hear"))
@click.option(
    "--hear",
    "hear_ms",
    is_flag=False,
    flag_value="20s",
    type=Time("1s", "1h"),
    metavar="[TIME]",
    help="Listen to the microphone for 20s, or as long as given; show how loud it is, and what is understood.",
)
def doctor(hear_ms: int | None) -> None:
    """Check that everything a session needs is there.

    Looks for a voice, a sound device, a microphone, a cache and more, and says what to do if something is missing.
    """
    from voiceguide.cli.doctor import examine

    if hear_ms is not None:
        from voiceguide.cli.hear import hear
        from voiceguide.listener import config as settings

        hear(hear_ms, settings.load().mic)
        return
    well = True
    for finding in examine():
        click.echo(f"{'ok ' if finding.well else 'NO '} {finding.thing:11} {visible(finding.what)}")
        if not finding.well:
            well = False
            click.echo(f"{'':15} → {finding.remedy}")
    click.get_current_context().exit(0 if well else OTHER)


@click.command(epilog=example('eval "$(voiceguide completion bash)"'))
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what completes commands in a shell.

    It completes commands, options and the names of techniques.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found:
        click.echo(
            found(click.get_current_context().find_root().command, {}, "voiceguide", "_VOICEGUIDE_COMPLETE").source()
        )


COMMANDS = (list_techniques, config, history, doctor, completion)
