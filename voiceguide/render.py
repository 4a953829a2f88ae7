"""A timeline and its clips become PCM, block by block, from any frame on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voiceguide.clip import FRAME_BYTES, RATE, Clip, silence
from voiceguide.moments import frame_at
from voiceguide.timeline import Event, Timeline

BLOCK_FRAMES = RATE // 10

ClipOf = Callable[[Event], Clip]


def total_frames(timeline: Timeline) -> int:
    return frame_at(timeline.duration_ms, RATE)


def render(timeline: Timeline, clip_of: ClipOf, start: int = 0, finish_cut: bool = True) -> Iterator[bytes]:
    """The session's PCM from frame `start` to its end, in blocks of at most BLOCK_FRAMES.

    What sounds across `start` is heard from there on, or, without `finish_cut`, not at all.
    """
    now = start
    for event in timeline.events:
        if not event.audible or frame_at(event.end_ms, RATE) <= start:
            continue
        begins = frame_at(event.start_ms, RATE)
        if begins < start and not finish_cut:
            continue
        yield from _silence(begins - now)
        now = max(now, begins)
        pcm = clip_of(event).pcm[(now - begins) * FRAME_BYTES :]
        yield from _blocks(pcm)
        now += len(pcm) // FRAME_BYTES
    yield from _silence(total_frames(timeline) - now)


_QUIET = silence(BLOCK_FRAMES)


def _silence(frames: int) -> Iterator[bytes]:
    while frames > 0:
        yield _QUIET[: frames * FRAME_BYTES]
        frames -= BLOCK_FRAMES


def _blocks(pcm: bytes) -> Iterator[bytes]:
    for offset in range(0, len(pcm), BLOCK_FRAMES * FRAME_BYTES):
        yield pcm[offset : offset + BLOCK_FRAMES * FRAME_BYTES]
