"""Time: whole milliseconds on the timeline, whole frames in audio, and the one bridge between them."""

from __future__ import annotations

import re

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
"""Lengths of time in milliseconds."""

_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 1),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), SECOND),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
}
_TERM = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?\s*([a-z]+)\s*", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)", re.ASCII)

EXAMPLES = "20s, 1m30s, 2 min or 90 seconds"
"""Times as an author may write them, for messages."""


def parse_ms(text: str) -> int:
    """Return the milliseconds of a written time: `20s`, `1m30s`, `2 min`, `90 seconds`, `1.5s`, `1:30`.

    Raises ValueError for anything else; its message says what would be right.
    """
    text = text.strip()
    if clock_time := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(group or 0) for group in clock_time.groups())
        return hours * HOUR + minutes * MINUTE + seconds * SECOND
    total, position, before = 0, 0, 24 * HOUR
    while term := _TERM.match(text, position):
        whole, fraction, unit = term.groups()
        scale = _UNITS.get(unit.lower(), before)
        if scale >= before:  # no unit, or not smaller than the one before it: `1s 1s`, `30s 1m`
            break
        before = scale
        total += int(whole) * scale + int((fraction or "0").ljust(3, "0")) * scale // 1000
        position = term.end()
    if not text or position != len(text):
        raise ValueError(f"‘{text}’ is not a time; write {EXAMPLES}")
    return total


def timestamp(ms: int) -> str:
    """Return a moment as `0:01:30.000`."""
    seconds, rest = divmod(ms, SECOND)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def short_timestamp(ms: int) -> str:
    """Return a moment to the second, as a player shows it: `1:30`, or `1:02:03` from one hour on."""
    seconds = ms // SECOND
    minutes = f"{seconds // 60 % 60}:{seconds % 60:02}"
    return f"{seconds // 3600}:{minutes:0>5}" if seconds >= 3600 else minutes


def format_length(ms: int) -> str:
    """Return a length as an author would write it: `1m30s`, `20s`, `1.5s`."""
    minutes, rest = divmod(ms, MINUTE)
    seconds = f"{rest // SECOND}" + (f".{rest % SECOND:03}".rstrip("0") if rest % SECOND else "")
    return "".join((f"{minutes}m" if minutes else "", f"{seconds}s" if rest or not minutes else ""))


def frame_at(ms: int, rate: int) -> int:
    """Return the first frame of the moment `ms`, at `rate` frames a second; for positions, never for lengths."""
    return ms * rate // 1000


def ms_at(frame: int, rate: int) -> int:
    """Return the last millisecond whose frame isn't after `frame`: what begins by then has begun at `frame`."""
    return ((frame + 1) * 1000 - 1) // rate


def ms_of(frames: int, rate: int) -> int:
    """Return how many milliseconds `frames` take at `rate` frames a second, rounded up so that the sound fits."""
    return -(-frames * 1000 // rate)
