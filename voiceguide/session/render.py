"""A timeline and its clips become PCM, block by block, from any frame on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip, silence
from voiceguide.base.moments import frame_at
from voiceguide.timeline import Event, Timeline

BLOCK_FRAMES = RATE // 10

ClipOf = Callable[[Event], Clip]


def total_frames(timeline: Timeline) -> int:
    """Return how many frames a timeline's PCM has."""
    return frame_at(timeline.duration_ms, RATE)


def render(
    timeline: Timeline, clip_of: ClipOf, start_frame: int = 0, finish_cut: bool = True, block_frames: int = BLOCK_FRAMES
) -> Iterator[bytes]:
    """Yield the session's PCM from `start_frame` to its end, in blocks of at most `block_frames`.

    What sounds across `start_frame` is heard from there on, or, without `finish_cut`, not at all.
    """
    now = start_frame
    for event in timeline.events:
        if not event.audible or frame_at(event.end_ms, RATE) <= start_frame:
            continue
        begins = frame_at(event.start_ms, RATE)
        if begins < start_frame and not finish_cut:
            continue
        yield from _silence(begins - now, block_frames)
        now = max(now, begins)
        pcm = clip_of(event).pcm[(now - begins) * FRAME_BYTES :]
        yield from _blocks(pcm, block_frames)
        now += len(pcm) // FRAME_BYTES
    yield from _silence(total_frames(timeline) - now, block_frames)


def _silence(frames: int, block_frames: int) -> Iterator[bytes]:
    quiet = silence(min(frames, block_frames)) if frames > 0 else b""
    for left in range(frames, 0, -block_frames):
        yield quiet[: left * FRAME_BYTES]


def _blocks(pcm: bytes, block_frames: int) -> Iterator[bytes]:
    for offset in range(0, len(pcm), block_frames * FRAME_BYTES):
        yield pcm[offset : offset + block_frames * FRAME_BYTES]
