"""The ladder: what happens to words that don't fit into an interval at their moment.

Nothing is ever cut off, and no two sounds overlap. Of these steps, the first that helps is taken: the words are moved a
little, as far as they keep their sense; said shorter; said faster; left out, if they only announce or encourage; moved
to the next gap. If there is none, the author is warned.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from voiceguide.base.moments import SECOND, format_length
from voiceguide.plan import Announcement

FASTER = 1.25
"""The factor by which words may be said faster to fit in."""

APART_MS = 150
"""The least silence between two sounds inside an interval."""

ENCOURAGED_APART_MS = 1_000
"""The least silence between encouragement and other words, so that it doesn't crowd what matters more."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many milliseconds each line takes to say, each sound to ring, and, in `faster`, each line said FASTER."""

    lines: Mapping[str, int]
    sounds: Mapping[str, int]
    faster: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """Something that is heard from `start_ms` up to `end_ms`: words or, if `is_chime`, the sound called `text`."""

    start_ms: int
    end_ms: int
    text: str
    is_chime: bool = False
    faster: bool = False
    said: Announcement | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an announcement: `why` it isn't said as it should be, or None if it is."""

    why: str | None = None
    warning: bool = False


class Slot:
    """The time from `start_ms` to `end_ms` of one interval, and what sounds in it, in order.

    In `_taken`, a count is one sound: nothing is said between its words.
    """

    def __init__(self, start_ms: int, end_ms: int, lengths: Lengths) -> None:
        self.start_ms = start_ms
        self.end_ms = end_ms
        self.lengths = lengths
        self.sounds: list[Sound] = []
        self._taken: list[Sound] = []
        self._starts: list[int] = []

    def ring(self, sound: str) -> Outcome:
        """Put the chime `sound` at the beginning; return what became of it."""
        rung = Sound(self.start_ms, self.start_ms + self.lengths.sounds[sound], sound, is_chime=True)
        if rung.end_ms > self.end_ms:
            return Outcome("left out: it is longer than the interval")
        self._add([rung])
        return Outcome()

    def say(self, announcement: Announcement) -> Outcome:
        """Put the announcement's words where they fit, by the steps of the ladder; return what became of them."""
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
        by_ms = moved[0].start_ms - wanted[0].start_ms
        shift = f"{_about(abs(by_ms))} {'later' if by_ms > 0 else 'earlier'}" if by_ms else ""
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
        """Return the words at their moment; those of a count begin a second apart."""
        if announcement.before_end:
            first_ms = self.end_ms - announcement.at_ms - lines[words[-1]] - (len(words) - 1) * SECOND
        else:
            first_ms = self.start_ms + announcement.at_ms
        starts_ms = (first_ms + number * SECOND for number in range(len(words)))
        return [
            Sound(start_ms, start_ms + lines[word], word, faster=faster, said=announcement)
            for start_ms, word in zip(starts_ms, words, strict=True)
        ]

    def _problem(self, sounds: Sequence[Sound]) -> str | None:
        """Return why the sounds can't be where they are, or None."""
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
        """Yield what sounds too close to `sound`, in order."""
        for other in self._taken_from(sound.start_ms):
            if other.start_ms >= sound.end_ms + ENCOURAGED_APART_MS:
                return
            apart_ms = _apart_ms(sound, other)
            if sound.start_ms < other.end_ms + apart_ms and other.start_ms < sound.end_ms + apart_ms:
                yield other

    def _taken_from(self, ms: int) -> Iterator[Sound]:
        """Yield what begins from `ms` on, after the last that began before: only that one can reach so far."""
        first = max(0, bisect_left(self._starts, ms) - 1)
        return (self._taken[index] for index in range(first, len(self._taken)))

    def _moved(self, sounds: Sequence[Sound], earlier_ms: int, later_ms: int) -> list[Sound] | None:
        """Move a line to the nearest gap within reach, or return None; a count can only stay where it is."""
        if len(sounds) > 1:
            return None if self._problem(sounds) else list(sounds)
        [line] = sounds
        length_ms = line.end_ms - line.start_ms
        earliest_ms = max(self.start_ms, line.start_ms - earlier_ms)
        latest_ms = min(self.end_ms - length_ms, line.start_ms + later_ms)
        gaps = self._gaps(line, earliest_ms, latest_ms)
        starts_ms = [min(max(line.start_ms, first_ms), last_ms) for first_ms, last_ms in gaps]
        if not starts_ms:
            return None
        start_ms = min(starts_ms, key=lambda ms: abs(ms - line.start_ms))
        return [replace(line, start_ms=start_ms, end_ms=start_ms + length_ms)]

    def _gaps(self, line: Sound, earliest_ms: int, latest_ms: int) -> Iterator[tuple[int, int]]:
        """Yield the first and the last moment at which `line` could begin in each gap between the two moments."""
        length_ms = line.end_ms - line.start_ms
        first_ms = earliest_ms
        for other in self._taken_from(earliest_ms):
            if first_ms > latest_ms:
                return
            apart_ms = _apart_ms(line, other)
            last_ms = min(latest_ms, other.start_ms - apart_ms - length_ms)
            if first_ms <= last_ms:
                yield first_ms, last_ms
            first_ms = max(first_ms, other.end_ms + apart_ms)
        if first_ms <= latest_ms:
            yield first_ms, latest_ms


def _apart_ms(sound: Sound, other: Sound) -> int:
    """Return the least silence between two sounds; an encouragement may follow itself closely."""
    if sound.said is None or sound.said.need != "encouragement" or other.said is None:
        return APART_MS
    return APART_MS if other.said.place == sound.said.place else ENCOURAGED_APART_MS


def _whole(sounds: Sequence[Sound]) -> Sound:
    return sounds[0] if len(sounds) == 1 else replace(sounds[0], end_ms=sounds[-1].end_ms)


def _start(sound: Sound) -> int:
    return sound.start_ms


def _clash(sound: Sound, other: Sound) -> str:
    """Say how two sounds come too close to each other."""
    name = "the chime" if other.is_chime else "the count" if _counts(other) else f"‘{other.text}’"
    if sound.start_ms < other.start_ms:
        over_ms = sound.end_ms - other.start_ms
        return f"it would have ended {_apart(over_ms, 'after', 'before')} {name} began"
    over_ms = other.end_ms - sound.start_ms
    return f"it would have begun {_apart(over_ms, 'before', 'after')} {name} was over"


def _apart(over_ms: int, overlapping: str, near: str) -> str:
    return f"{_about(over_ms)} {overlapping}" if over_ms > 0 else f"only {_about(max(1, -over_ms))} {near}"


def _about(ms: int) -> str:
    """Return a length to the tenth of a second, rounded up so that it is never 0."""
    return format_length(-(-ms // 100) * 100)


def _counts(sound: Sound) -> bool:
    return sound.said is not None and sound.said.counts
