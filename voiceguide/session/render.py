"""From a timeline and its clips to PCM, block by block, from any frame on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip, silence
from voiceguide.base.moments import frame_at
from voiceguide.timeline import Event, Timeline

BLOCK_FRAMES = RATE // 10

ClipOf = Callable[[Event], Clip]
"""Returns the sound of an audible event."""


def total_frames(timeline: Timeline) -> int:
    """Return the number of frames in a timeline's PCM."""
    return frame_at(timeline.duration_ms, RATE)


def render(
    timeline: Timeline, clip_of: ClipOf, start_frame: int = 0, finish_cut: bool = True, block_frames: int = BLOCK_FRAMES
) -> Iterator[bytes]:
    """Yield the PCM of `timeline` from `start_frame` to its end, in blocks of at most `block_frames`.

    PCM is mono, signed 16 bit, little-endian, at 22,050 Hz. A sound that has begun before `start_frame` is heard from
    there on, or, without `finish_cut`, not at all.
    """
    reached_frame = start_frame
    for event in timeline.events:
        if not event.audible or frame_at(event.end_ms, RATE) <= start_frame:
            continue
        begin_frame = frame_at(event.start_ms, RATE)
        if begin_frame < start_frame and not finish_cut:
            continue
        yield from _silence(begin_frame - reached_frame, block_frames)
        reached_frame = max(reached_frame, begin_frame)
        pcm = clip_of(event).pcm[(reached_frame - begin_frame) * FRAME_BYTES :]
        yield from _blocks(pcm, block_frames)
        reached_frame += len(pcm) // FRAME_BYTES
    yield from _silence(total_frames(timeline) - reached_frame, block_frames)


def _silence(frames: int, block_frames: int) -> Iterator[bytes]:
    quiet = silence(min(frames, block_frames)) if frames > 0 else b""
    for left in range(frames, 0, -block_frames):
        yield quiet[: left * FRAME_BYTES]


def _blocks(pcm: bytes, block_frames: int) -> Iterator[bytes]:
    for offset in range(0, len(pcm), block_frames * FRAME_BYTES):
        yield pcm[offset : offset + block_frames * FRAME_BYTES]
