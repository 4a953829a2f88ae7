"""Captions: what is said, while it is said, and how much of a hold is left; as WebVTT, SubRip or LRC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from voiceguide.base.errors import visible
from voiceguide.base.moments import SECOND, short_timestamp
from voiceguide.timeline import Event, Timeline

STAY_MS = 2 * SECOND
"""How long words stay on screen when nothing follows them."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What is to be read from `start_ms` up to `end_ms`: words, and, in an interval, the seconds that are left."""

    start_ms: int
    end_ms: int
    words: str
    seconds_left: int | None = None


def captions(timeline: Timeline) -> Iterator[Caption]:
    """Yield the captions in order, without overlaps; in an interval, a new one for every second that is left.

    Words stay until the next ones, and in an interval to its end, so that a reader still knows what to hold.
    """
    words = ""
    for run in _runs(timeline):
        for start_ms, end_ms in pairwise(_cuts(run)):
            said = next((event.text for event in run.said if event.start_ms <= start_ms < event.end_ms), None)
            words = said or words
            yield Caption(start_ms, end_ms, visible(words), run.seconds_left(start_ms))


@dataclass(frozen=True, slots=True)
class _Run:
    """Words by themselves, which stay up to `end_ms`, or an interval and the words that are said in it."""

    start_ms: int
    end_ms: int
    said: tuple[Event, ...]
    interval: Event | None = None

    def seconds_left(self, ms: int) -> int | None:
        return -(-(self.end_ms - ms) // SECOND) if self.interval else None


def _runs(timeline: Timeline) -> Iterator[_Run]:
    """Yield the timeline as words and intervals, one after the other; chimes are heard, not read."""
    heads = [event for event in timeline.events if event.kind != "chime" and not event.inside]
    inside: dict[int, list[Event]] = {}
    for event in timeline.events:
        if event.inside and event.kind == "say":
            inside.setdefault(event.cue, []).append(event)
    nexts = [event.start_ms for event in heads[1:]]
    for event, following_ms in zip(heads, [*nexts, timeline.duration_ms], strict=True):
        if event.audible:
            yield _Run(event.start_ms, min(following_ms, event.end_ms + STAY_MS), (event,))
        else:
            yield _Run(event.start_ms, event.end_ms, tuple(inside.get(event.cue, ())), event)


def _cuts(run: _Run) -> list[int]:
    """Return the moments, in milliseconds, at which the text changes, including both ends."""
    cuts = {run.start_ms, run.end_ms}
    if run.interval:
        cuts |= set(range(run.end_ms - SECOND, run.start_ms, -SECOND))
        cuts |= {ms for event in run.said for ms in (event.start_ms, event.end_ms) if run.start_ms < ms < run.end_ms}
    return sorted(cuts)


def webvtt(timeline: Timeline) -> str:
    """Return the captions as a WebVTT file."""
    blocks = (
        f"{_time(one.start_ms, '.')} --> {_time(one.end_ms, '.')}\n{_lines(one, _entities)}\n"
        for one in captions(timeline)
    )
    return "\n".join((f"WEBVTT {timeline.language}\n", *blocks))


def subrip(timeline: Timeline) -> str:
    """Return the captions as an SRT file; the format can't escape tags, so nothing in it may look like one."""
    return "\n".join(
        f"{number}\n{_time(one.start_ms, ',')} --> {_time(one.end_ms, ',')}\n{_lines(one, _without_tags)}\n"
        for number, one in enumerate(captions(timeline), 1)
    )


def lrc(timeline: Timeline) -> str:
    """Return the captions as an LRC file: only the starts of lines, to 10 ms; an empty line ends the last one."""
    head = f"[ti:{_without_brackets(visible(timeline.title))}]\n[by:voiceguide]\n"
    return head + "".join(f"[{_minutes(ms)}]{words}\n" for ms, words in lyrics(timeline))


def lyrics(timeline: Timeline) -> Iterator[tuple[int, str]]:
    """Yield each caption's start in milliseconds and its words on one line; an empty line where captions leave a gap.

    The time left in an interval comes every five seconds, and in each of the last five: songs have few lines.
    """
    end_ms, words = 0, ""
    for one in captions(timeline):
        if one.start_ms > end_ms:
            yield end_ms, ""
        if one.words != words or one.seconds_left is None or one.seconds_left % 5 == 0 or one.seconds_left < 5:
            yield one.start_ms, _lines(one, _without_brackets).replace("\n", " ")
        end_ms, words = one.end_ms, one.words
    yield end_ms, ""


def as_plain_text(caption: Caption) -> str:
    """Return a caption's lines as they are, for formats without markup."""
    return _lines(caption, str)


def _lines(caption: Caption, escaped: Callable[[str], str]) -> str:
    left = "" if caption.seconds_left is None else short_timestamp(caption.seconds_left * SECOND)
    return "\n".join(line for line in (escaped(caption.words), left) if line)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _without_tags(text: str) -> str:
    return text.translate(str.maketrans("<>{}", "‹›()"))


def _without_brackets(text: str) -> str:
    return text.translate(str.maketrans("[]<>", "()‹›"))


def _time(ms: int, decimal_mark: str) -> str:
    seconds, rest = divmod(ms, SECOND)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{decimal_mark}{rest:03}"


def _minutes(ms: int) -> str:
    """Return a moment as LRC writes it, which has no hours."""
    hundredths = ms // 10
    return f"{hundredths // 6000:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"
