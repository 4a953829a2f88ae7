"""What is shown while a session plays: the card in a terminal, large enough for the floor if wanted, or plain lines."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from voiceguide.base.errors import visible
from voiceguide.base.moments import SECOND, format_length, short_timestamp
from voiceguide.controls.keyboard import HINT
from voiceguide.playback.view import View
from voiceguide.timeline import Event, begun, coming, interval_at
from voiceguide.transport import RUNNING, State

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Watch = Callable[[View], None]

BAR_CELLS = 30
JUMP_MS = 500
"""Two views that are further apart than this have a jump between them."""

FLASH_MS = 300
"""How long the card lights up with a chime, which is seldom enough for people who are sensitive to flashes."""

_VERBS = {"hold": "Hold", "move": "Move", "settle": "Get into place", "rest": "Rest", "wait": "Enter when ready"}
_BIG = {"hold": "HOLD", "move": "MOVE", "settle": "PLACE", "rest": "REST", "wait": "READY?"}
_BIG_STATES = {State.BEFORE: "READY?", State.PAUSED: "PAUSE", State.LOST: "NO SOUND", State.DONE: "END"}


@dataclass(frozen=True, slots=True)
class CardStyle:
    """How the listener wants to see a session: in big letters, lighting up with chimes, or in plain lines."""

    big: bool = False
    flash: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class CardContent:
    """A view in words; while it stays equal, nothing has to be drawn again."""

    title: str
    chapter: str
    repetition: str
    words: str
    doing: str
    left: str
    bar_cells: int
    coming: str
    position: str
    speed: str
    state: State
    note: str
    big: str
    lit: bool


def card_content(view: View) -> CardContent:
    """Return what the card says of a view."""
    timeline, ms = view.timeline, view.ms
    event = next(begun(timeline, ms), timeline.events[0])
    interval = interval_at(timeline, ms)
    said = next((other for other in begun(timeline, ms) if other.kind == "say"), None)
    following = next((other for other in coming(timeline, ms) if _new_words(other, event)), None)
    # The bar, too, has whole seconds: what changes faster than it can be read is drawn for nothing.
    left_ms = -(-(interval.end_ms - ms) // SECOND) * SECOND if interval else 0
    return CardContent(
        title=visible(timeline.title),
        chapter=visible(timeline.chapters[event.where.chapter].title),
        repetition=_repetition(event),
        words=visible(view.aside or (said.text or "" if said else "")),
        doing=_VERBS[interval.kind] if interval else "",
        left=f"{left_ms // SECOND} s" if interval else "",
        bar_cells=max(0, BAR_CELLS - BAR_CELLS * left_ms // (interval.end_ms - interval.start_ms)) if interval else 0,
        coming=visible(following.text or "") if following and view.state is not State.DONE else "",
        position=f"{short_timestamp(ms)} of {short_timestamp(timeline.duration_ms)}",
        speed=f"speech ×{view.speed:g}" + (f"   volume {view.volume_db:+} dB" if view.volume_db else ""),
        state=view.state,
        note=visible(view.note),
        big=_BIG_STATES.get(view.state) or (f"{_BIG[interval.kind]} {left_ms // SECOND}" if interval else ""),
        lit=view.state in RUNNING and any(_rings(other, ms) for other in islice(begun(timeline, ms), 3)),
    )


def _rings(event: Event, ms: int) -> bool:
    return event.kind == "chime" and ms < event.start_ms + FLASH_MS


def _new_words(event: Event, current: Event) -> bool:
    return event.kind == "say" and not event.inside and event.where.step != current.where.step


def _repetition(event: Event) -> str:
    where = event.where
    marks = (f"{where.repetition} of {where.of}" if where.of else "", f"{where.side} side" if where.side else "")
    return ", ".join(mark for mark in marks if mark)


def drawn(content: CardContent, style: CardStyle | None = None, hint: str = HINT) -> RenderableType:
    """Return the card, as Rich renders it."""
    from rich.console import Group
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    top = Table.grid(expand=True)
    top.add_column()
    top.add_column(justify="right")
    where = " · ".join(part for part in (content.chapter, content.repetition) if part)
    top.add_row(Text(where, style="bold cyan"), Text(f"{content.position}   {content.speed}", style="dim"))
    style = style or CardStyle()
    if content.state not in RUNNING:
        left = f", {content.left} left" if content.left else ""
        doing = Text(_STANDING[content.state].format(left=left), "bold yellow")
    elif content.doing:
        bar = "━" * content.bar_cells + "─" * (BAR_CELLS - content.bar_cells)
        doing = Text.assemble((f"{content.doing}  ", "bold green"), (bar, "green"), (f"  {content.left}", "bold green"))
    else:
        doing = Text("")
    lines: list[RenderableType] = [top, Text(""), Text(content.words, style="bold"), Text("")]
    lines += [_in_big_letters(content.big), Text("")] if style.big else []
    lines += [doing, Text("")]
    following = f"Next: {content.coming}" if content.coming else ""
    lines.append(Text(following, style="dim", overflow="ellipsis", no_wrap=True))
    if content.note:
        lines.append(Text(content.note, style="bold red"))
    panel_style = "reverse" if style.flash and content.lit else "none"
    return Panel(
        Group(*lines), title=Text(content.title), subtitle=Text(hint, style="dim"), padding=(1, 2), style=panel_style
    )


_STANDING = {
    State.BEFORE: "Enter when you are ready.",
    State.PAUSED: "Paused{left}. Space goes on.",
    State.LOST: "No sound device{left}.",
    State.DONE: "The end.",
}


def _in_big_letters(words: str) -> RenderableType:
    """Return `words` in letters seven lines high."""
    from pyfiglet import figlet_format
    from rich.text import Text

    # Far wider than any screen: the card crops what doesn't fit, instead of having it wrapped here.
    lines = figlet_format(words, font="banner3", width=1_000).rstrip("\n") if words else "\n" * 6
    return Text(lines.replace("#", "█"), style="bold", no_wrap=True, overflow="crop")


@contextlib.contextmanager
def shown(console: Console, style: CardStyle, hint: Callable[[], str] = lambda: HINT) -> Iterator[Watch]:
    """Yield what is to be called with each view: it draws the card in a terminal, and prints plain lines elsewhere."""
    if style.plain or not console.is_terminal or console.is_dumb_terminal:
        yield PlainLines(console.out)
        return
    from rich.live import Live

    with Live(console=console, auto_refresh=False, transient=False) as live:
        last: tuple[CardContent, str] | None = None

        def watch(view: View) -> None:
            nonlocal last
            content = card_content(view), hint()
            if content != last:
                last = content
                live.update(drawn(content[0], style, content[1]), refresh=True)

        yield watch


class PlainLines:
    """Prints a line whenever something begins: for logs, pipes and screen readers."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self.put = put
        self.last: View | None = None
        self.told_ms: int | None = None

    def __call__(self, view: View) -> None:
        before, self.last = self.last, view
        if change := _change(before.state if before else State.SPEAKING, view.state):
            self._line(view.ms, f"({change})")
        if view.aside and (before is None or view.aside != before.aside):
            self._line(view.ms, view.aside)
        if view.aside is None and view.state in RUNNING:
            self._tell_events(view)
        if view.note and (before is None or view.note != before.note):
            self.put(visible(view.note))

    def _tell_events(self, view: View) -> None:
        """Print what has begun since the last view, or, after a jump, a moment ago."""
        told_ms, self.told_ms = self.told_ms, view.ms
        no_jump = told_ms is not None and told_ms <= view.ms <= told_ms + JUMP_MS
        since_ms = told_ms if told_ms is not None and no_jump else view.ms - JUMP_MS // 2
        for event in reversed(list(takewhile(lambda event: event.start_ms > since_ms, begun(view.timeline, view.ms)))):
            if event.kind != "chime":
                length = "" if event.kind == "say" else f"{event.kind} {format_length(event.end_ms - event.start_ms)}"
                self._line(event.start_ms, event.text or length)

    def _line(self, ms: int, words: str) -> None:
        self.put(f"{short_timestamp(ms):>7}  {visible(words)}")


def _change(before: State, now: State) -> str:
    """Say in a word or two whether the session has stopped or goes on; "" if that hasn't changed."""
    if now in RUNNING:
        return "" if before in RUNNING else "going on"
    return "" if now is before else now.value
