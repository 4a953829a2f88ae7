"""The ladder: what becomes of words that don't fit into an interval at their moment.

Nothing is ever cut, and no two sounds overlap. The steps, from the first that helps: the words are moved a little, as
far as they don't lose their sense; said shorter; said faster; left out, if they only tell of progress or encourage;
moved to the next gap. If there is none, the author is warned.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from voiceguide.base.moments import SECOND, format_length
from voiceguide.plan import Announcement

FASTER = 1.25
"""How much faster words may be said to fit in."""

APART_MS = 150
"""The least silence between two sounds inside an interval."""

ENCOURAGED_APART_MS = 1_000
"""The least silence between encouragement and other words: what only encourages doesn't crowd what tells something."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long each line takes to say, and each sound to ring, in milliseconds; `faster`, lines said FASTER."""

    lines: Mapping[str, int]
    sounds: Mapping[str, int]
    faster: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """Something that is heard from `start_ms` up to `end_ms`: words, or, if `is_chime`, the chime of that name."""

    start_ms: int
    end_ms: int
    text: str
    is_chime: bool = False
    faster: bool = False
    said: Announcement | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an announcement, in words; None for a `why` if it is said as it should be."""

    why: str | None = None
    warning: bool = False


class Slot:
    """The time from `start_ms` to `end_ms` of one interval, and what sounds in it, in order.

    A count is `_taken` as a whole: nothing is said between its words.
    """

    def __init__(self, start_ms: int, end_ms: int, lengths: Lengths) -> None:
        self.start_ms = start_ms
        self.end_ms = end_ms
        self.lengths = lengths
        self.sounds: list[Sound] = []
        self._taken: list[Sound] = []
        self._starts: list[int] = []

    def ring(self, sound: str) -> Outcome:
        """The chime `sound` at the beginning."""
        rung = Sound(self.start_ms, self.start_ms + self.lengths.sounds[sound], sound, is_chime=True)
        if rung.end_ms > self.end_ms:
            return Outcome("left out: it is longer than the interval")
        self._add([rung])
        return Outcome()

    def say(self, announcement: Announcement) -> Outcome:
        """The announcement's words where they fit: see the ladder."""
        sounds = self._at_moment(announcement, announcement.words, self.lengths.lines, faster=False)
        problem = self._problem(sounds)
        if problem is None:
            self._add(sounds)
            return Outcome()
        for words, faster, how in self._ways(announcement):
            lines = self.lengths.faster if faster else self.lengths.lines
            if lines is None:
                continue
            sounds = self._at_moment(announcement, words, lines, faster)
            if moved := self._moved(
                sounds, announcement.slack_ms, 0 if announcement.before_end else announcement.slack_ms
            ):
                return self._settled(moved, sounds, how, problem)
        if announcement.need not in {"answer", "asked"}:
            return Outcome(f"left out: {problem}")
        sounds = self._at_moment(announcement, announcement.words, self.lengths.lines, faster=False)
        if moved := self._moved(sounds, 0, self.end_ms - sounds[0].start_ms):
            return self._settled(moved, sounds, "", problem)
        return Outcome(f"left out: {problem}, and there is no gap after it", warning=True)

    def _add(self, sounds: Sequence[Sound]) -> None:
        for sound in sounds:
            insort(self.sounds, sound, key=_start)
        whole = _whole(sounds)
        index = bisect_left(self._starts, whole.start_ms)
        self._taken.insert(index, whole)
        self._starts.insert(index, whole.start_ms)

    def _settled(self, moved: Sequence[Sound], wanted: Sequence[Sound], how: str, problem: str) -> Outcome:
        self._add(moved)
        by = moved[0].start_ms - wanted[0].start_ms
        shift = f"{_about(abs(by))} {'later' if by > 0 else 'earlier'}" if by else ""
        return Outcome(f"{', '.join(part for part in (how, shift) if part)}: otherwise {problem}")

    @staticmethod
    def _ways(announcement: Announcement) -> Iterator[tuple[tuple[str, ...], bool, str]]:
        yield announcement.words, False, ""
        if announcement.short:
            yield (announcement.short,), False, f"said as ‘{announcement.short}’"
        if announcement.need != "encouragement":
            yield announcement.words, True, "said faster"

    def _at_moment(
        self, announcement: Announcement, words: Sequence[str], lines: Mapping[str, int], faster: bool
    ) -> list[Sound]:
        """The words at their moment; those of a count begin a second apart."""
        if announcement.before_end:
            first = self.end_ms - announcement.at_ms - lines[words[-1]] - (len(words) - 1) * SECOND
        else:
            first = self.start_ms + announcement.at_ms
        starts = (first + number * SECOND for number in range(len(words)))
        return [
            Sound(start, start + lines[word], word, faster=faster, said=announcement)
            for start, word in zip(starts, words, strict=True)
        ]

    def _problem(self, sounds: Sequence[Sound]) -> str | None:
        """Why the sounds can't be where they are, or None."""
        if sounds[0].start_ms < self.start_ms:
            return f"it would have begun {_about(self.start_ms - sounds[0].start_ms)} before the time it belongs to"
        if sounds[-1].end_ms > self.end_ms:
            return f"it would have ended {_about(sounds[-1].end_ms - self.end_ms)} after the end"
        for before, after in pairwise(sounds):
            if after.start_ms < before.end_ms + APART_MS:
                return f"‘{before.text}’ is too long to be followed by ‘{after.text}’ after a second"
        whole = _whole(sounds)
        return next((_clash(whole, other) for other in self._near(whole)), None)

    def _near(self, sound: Sound) -> Iterator[Sound]:
        """What sounds too near to `sound`, in order."""
        for other in self._taken_from(sound.start_ms):
            if other.start_ms >= sound.end_ms + ENCOURAGED_APART_MS:
                return
            apart = _apart_ms(sound, other)
            if sound.start_ms < other.end_ms + apart and other.start_ms < sound.end_ms + apart:
                yield other

    def _taken_from(self, ms: int) -> Iterator[Sound]:
        """What is there from `ms` on, and the last before it: of what began before, only that can reach so far."""
        first = max(0, bisect_left(self._starts, ms) - 1)
        return (self._taken[index] for index in range(first, len(self._taken)))

    def _moved(self, sounds: Sequence[Sound], earlier_ms: int, later_ms: int) -> list[Sound] | None:
        """A line moved to the nearest gap, not more than `earlier_ms` or `later_ms` away; a count isn't moved."""
        if len(sounds) > 1:
            return None if self._problem(sounds) else list(sounds)
        [line] = sounds
        length = line.end_ms - line.start_ms
        earliest = max(self.start_ms, line.start_ms - earlier_ms)
        latest = min(self.end_ms - length, line.start_ms + later_ms)
        starts = [min(max(line.start_ms, first), last) for first, last in self._gaps(line, earliest, latest)]
        if not starts:
            return None
        start = min(starts, key=lambda start: abs(start - line.start_ms))
        return [replace(line, start_ms=start, end_ms=start + length)]

    def _gaps(self, line: Sound, earliest: int, latest: int) -> Iterator[tuple[int, int]]:
        """The first and the last moment at which `line` could begin, for each gap from `earliest` to `latest`."""
        length = line.end_ms - line.start_ms
        first = earliest
        for other in self._taken_from(earliest):
            if first > latest:
                return
            apart = _apart_ms(line, other)
            last = min(latest, other.start_ms - apart - length)
            if first <= last:
                yield first, last
            first = max(first, other.end_ms + apart)
        if first <= latest:
            yield first, latest


def _apart_ms(sound: Sound, other: Sound) -> int:
    """The silence that has to be between two sounds; the same encouragement may follow itself closely."""
    if sound.said is None or sound.said.need != "encouragement" or other.said is None:
        return APART_MS
    return APART_MS if other.said.place == sound.said.place else ENCOURAGED_APART_MS


def _whole(sounds: Sequence[Sound]) -> Sound:
    return sounds[0] if len(sounds) == 1 else replace(sounds[0], end_ms=sounds[-1].end_ms)


def _start(sound: Sound) -> int:
    return sound.start_ms


def _clash(sound: Sound, other: Sound) -> str:
    """How two sounds come too near to each other."""
    name = "the chime" if other.is_chime else "the count" if _counts(other) else f"‘{other.text}’"
    if sound.start_ms < other.start_ms:
        over = sound.end_ms - other.start_ms
        return f"it would have ended {_apart(over, 'after', 'before')} {name} began"
    over = other.end_ms - sound.start_ms
    return f"it would have begun {_apart(over, 'before', 'after')} {name} was over"


def _apart(over_ms: int, overlapping: str, near: str) -> str:
    return f"{_about(over_ms)} {overlapping}" if over_ms > 0 else f"only {_about(max(1, -over_ms))} {near}"


def _about(ms: int) -> str:
    """A length to the tenth of a second, rounded up: what matters here is that there is one."""
    return format_length(-(-ms // 100) * 100)


def _counts(sound: Sound) -> bool:
    return sound.said is not None and len(sound.said.words) > 1
