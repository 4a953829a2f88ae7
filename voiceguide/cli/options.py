"""What commands have in common: the kinds of values they take, and the options of a session."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import reduce, wraps
from typing import Any

import click
from click.shell_completion import CompletionItem

from voiceguide.base.choices import DOSES, GUIDANCE, PACES

CommandFunction = Callable[..., Any]
_ADDRESS = re.compile(r"[!#-;=?-\[\]_a-z~]{1,500}")
"""The characters that an address may contain as they are; others are written with %."""


class Technique(click.ParamType[str]):
    """A technique's name or the path of a script."""

    name = "technique"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from voiceguide.library import techniques

        known = [CompletionItem(name) for name in techniques.names() if name.startswith(incomplete)]
        return [*known, CompletionItem(incomplete, type="file")]


class Speed(click.ParamType[float]):
    """A speech speed."""

    name = "speed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from voiceguide.listener.config import read_speed

        return read_speed(str(value))


class Loudness(click.ParamType["float | None"]):
    """A session's loudness in LUFS, or None for as it is played."""

    name = "loudness"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        if value is None or str(value).lower() == "as-played":
            return None
        try:
            lufs = float(str(value).lower().removesuffix("lufs"))
        except ValueError:
            lufs = 0.0
        if not -30 <= lufs <= -9:
            self.fail(f"‘{value}’ is not a loudness; give LUFS from -30 to -9, such as -16, or ‘as-played’", param, ctx)
        return lufs


class Time(click.ParamType[int]):
    """A time such as 20s, which becomes milliseconds, from `least` to `most`, which are written in the same way."""

    name = "time"

    def __init__(self, least: str, most: str) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from voiceguide.base.moments import parse_ms

        try:
            ms = parse_ms(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not parse_ms(self.least) <= ms <= parse_ms(self.most):
            self.fail(f"it may be from {self.least} to {self.most}", param, ctx)
        return ms


class OutputName(click.ParamType[str]):
    """The name of an output."""

    name = "output"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from voiceguide.outputs import OUTPUTS

        OUTPUTS.check(str(value))
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from voiceguide.outputs import OUTPUTS

        return [CompletionItem(name) for name in OUTPUTS.names() if name.startswith(incomplete)]


class Address(click.ParamType[str]):
    """A web address as a browser copies it."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from urllib.parse import urlsplit

        text = str(value)
        try:
            parts = urlsplit(text)
            there = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # an invalid port, or an invalid address in brackets
            there = False
        if not there or not _ADDRESS.fullmatch(text):
            self.fail("write an address as a browser copies it, such as https://example.org/roller", param, ctx)
        return text


def example(*lines: str) -> str:
    """Return the end of a help text: calls that can be copied."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


techniques_argument = click.argument("techniques", metavar="TECHNIQUE...", nargs=-1, required=True, type=Technique())
microphone_option = click.option(
    "--mic", metavar="NAME", help="Which microphone hears you: a part of its name; ‘voiceguide doctor’ lists them."
)

_SESSION = (
    click.option("--speed", type=Speed(), help="Speech speed, 0.5 to 2.0; holds keep their length."),
    click.option("--voice", help="The voice; ‘voiceguide voices’ lists them."),
    click.option("--language", help="Use a translation of the technique, such as es."),
    click.option(
        "--guidance",
        type=click.Choice(GUIDANCE),
        help="How much is said: everything; short reminders; or only chimes, counts and safety lines.",
    ),
    click.option("--pace", type=click.Choice(PACES), help="How long settling, moving and resting take; not holds."),
    click.option(
        "--dose", type=click.Choice(DOSES), help="Which end of each range (30s-90s) to use; low if not given."
    ),
    click.option(
        "--fit",
        "fit_ms",
        type=Time("30s", "24h"),
        help="Fill this total time, such as 10m, within the ranges.",
    ),
    click.option(
        "--wpm", type=click.FloatRange(40, 600), help="Speech speed in words a minute, such as 120, whatever the voice."
    ),
    click.option("--bed", metavar="FILE|rain|noise|drone", help="A soft sound under the whole session."),
)

_SEVERAL = (
    click.option(
        "--speed",
        "speeds",
        type=Speed(),
        multiple=True,
        help="Speech speed, 0.5 to 2.0; holds keep their length. With --all, give several for several files.",
    ),
    click.option("--voice", "voices", multiple=True, help="The voice; with --all, several may be given."),
)


def gathered(
    options: Sequence[CommandFunction], kind: Callable[[], type], name: str
) -> Callable[[CommandFunction], CommandFunction]:
    """Return a decorator that adds `options` and passes their values to the command as one object, called `name`.

    `kind` returns the object's class, a dataclass, and isn't called before the command runs, so that help is quick.
    """

    def decorate(command: CommandFunction) -> CommandFunction:
        @wraps(command)
        def with_gathered(**values: Any) -> Any:
            gathered_kind = kind()
            chosen = {field.name: values.pop(field.name) for field in fields(gathered_kind) if field.name in values}
            return command(**values, **{name: gathered_kind(**chosen)})

        return reduce(lambda decorated, option: option(decorated), reversed(options), with_gathered)

    return decorate


def _options() -> type:
    from voiceguide.session.options import Options

    return Options


session_options = gathered(_SESSION, _options, "options")
"""The decorator for a command that takes the options of a session: it is passed them as `options`."""

options_for_several = gathered(_SEVERAL + _SESSION[2:], _options, "options")
"""The decorator for a command that makes several sessions: it is passed `speeds` and `voices` as well."""
