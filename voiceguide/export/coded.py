"""FLAC, MP3, Opus and AAC from FFmpeg's encoders, through PyAV, with tags, a cover, chapters and the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import chain
from typing import IO, Any

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Disposition

from voiceguide.audio.clip import FRAME_BYTES, RATE
from voiceguide.base.errors import ExportError
from voiceguide.base.progress import Progress
from voiceguide.export import captions, tags
from voiceguide.export.artwork import cover
from voiceguide.export.job import ExportJob
from voiceguide.picture.cover import SIDE

TAG_BYTES = 128_000
"""About what tags, words and a cover add to a file."""

_MS = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Coding:
    """How one format is written. `bits_per_second` are by quality; empty for a lossless format.

    `rate` is in frames a second. Chapters and captions that a container has no place for go into its comments; with
    `stream_tags`, comments belong to the stream, not to the container.
    """

    container: str
    codec: str
    sample_format: str
    bits_per_second: dict[str, int]
    rate: int = RATE
    encoder_options: tuple[tuple[str, str], ...] = ()
    muxer_options: tuple[tuple[str, str], ...] = ()
    has_chapters: bool = False
    has_captions: bool = False
    stream_tags: bool = False


def _aac(brand: str) -> Coding:
    return Coding(
        "mp4",
        "aac",
        "fltp",
        {"low": 40_000, "medium": 56_000, "high": 96_000},
        encoder_options=(("aac_coder", "fast"),),  # a fifth of the time that the default takes
        muxer_options=(("brand", brand),),
        has_chapters=True,
        has_captions=True,
    )


CODINGS = {
    "flac": Coding("flac", "flac", "s16", {}),
    "mp3": Coding(
        "mp3",
        "libmp3lame",
        "s16p",
        {"low": 40_000, "medium": 64_000, "high": 96_000},
        # LAME's quick setting: a quarter less time than the default, and just as close to the original at these rates.
        encoder_options=(("compression_level", "7"),),
        muxer_options=(("id3v2_version", "3"),),  # the version that every player reads
        has_chapters=True,
    ),
    "opus": Coding(
        "opus",
        "libopus",
        "s16",
        {"low": 20_000, "medium": 28_000, "high": 48_000},
        rate=48_000,
        encoder_options=(("compression_level", "5"),),
        muxer_options=(("fflags", "+bitexact"),),  # otherwise the stream's serial number is random
        stream_tags=True,
    ),
    "m4b": _aac("M4B "),
    "m4a": _aac("M4A "),
}


def size(job: ExportJob) -> int:
    bits_per_second = _bits_per_second(job) or RATE * FRAME_BYTES * 8
    return job.timeline.duration_ms * bits_per_second // 8_000 + TAG_BYTES


def write(job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
    """Write the whole session as it is encoded. Raises ExportError, or OSError if the file can't take it."""
    coding = CODINGS[job.format]
    try:
        with av.open(file, "w", format=coding.container, options=dict(coding.muxer_options)) as container:
            values = _tags(job, coding)
            stream = _stream(container, coding, _bits_per_second(job), values["language"])
            (stream if coding.stream_tags else container).metadata.update(values)
            packets = _audio(stream, coding, job.blocks(progress))
            if coding.stream_tags:
                stream.metadata["METADATA_BLOCK_PICTURE"] = tags.picture_block(cover(job.timeline), SIDE)
            else:
                packets = chain([_cover(container, job)], packets)
            if coding.has_chapters:
                container.set_chapters(_chapters(job))
            if coding.has_captions:
                packets = merge(packets, _texts(container, job), key=_seconds)
            for packet in packets:
                container.mux(packet)
    except av.error.FFmpegError as error:
        if isinstance(error, OSError) and error.errno:
            raise OSError(error.errno, error.strerror) from None
        raise ExportError(f"the {job.format} encoder failed ({error})") from None


def _bits_per_second(job: ExportJob) -> int:
    return CODINGS[job.format].bits_per_second.get(job.options.quality, 0)


def _stream(container: OutputContainer, coding: Coding, bits_per_second: int, language: str) -> AudioStream:
    stream: Any = container.add_stream(
        coding.codec,
        rate=coding.rate,
        layout="mono",
        format=coding.sample_format,
        options=dict(coding.encoder_options),
    )
    if bits_per_second:
        stream.bit_rate = bits_per_second
    stream.metadata["language"] = language
    found: AudioStream = stream
    return found


def _tags(job: ExportJob, coding: Coding) -> dict[str, str]:
    timeline = job.timeline
    chapters = {} if coding.has_chapters else tags.chapter_comments(timeline)
    words = {} if coding.has_captions else {"lyrics": captions.lrc(timeline)}
    days = {"date": max(script.day or "" for script in job.session.scripts)} if job.session.scripts else {}
    return {name: value for name, value in {**tags.tags(timeline), **days, **chapters, **words}.items() if value}


def _chapters(job: ExportJob) -> list[Any]:
    return [
        {"id": number, "start": start_ms, "end": end_ms, "time_base": _MS, "metadata": {"title": title}}
        for number, (start_ms, end_ms, title) in enumerate(tags.chapters(job.timeline))
    ]


def _audio(stream: AudioStream, coding: Coding, blocks: Iterator[bytes]) -> Iterator[av.Packet[Any]]:
    """Yield the encoded packets of PCM blocks, resampled to the format's rate."""
    resampler = av.AudioResampler(coding.sample_format, "mono", coding.rate)
    for frame in _frames(blocks):
        for part in resampler.resample(frame):
            yield from stream.encode(part)
    for part in resampler.resample(None):
        yield from stream.encode(part)
    yield from stream.encode(None)


def _frames(blocks: Iterator[bytes]) -> Iterator[av.AudioFrame]:
    start_frame = 0
    for block in blocks:
        samples = len(block) // FRAME_BYTES
        frame = av.AudioFrame(format="s16", layout="mono", samples=samples, align=1)
        frame.planes[0].update(block)
        frame.sample_rate = RATE
        frame.pts = start_frame
        frame.time_base = Fraction(1, RATE)
        start_frame += samples
        yield frame


def _texts(container: OutputContainer, job: ExportJob) -> Iterator[av.Packet[Any]]:
    """Add a track of timed text, which players show as subtitles, and return its packets.

    Not a generator, since the track has to be there before the first packet of any track is written.
    """
    track: Any = container.add_mux_stream("mov_text", time_base=_MS)
    track.metadata["language"] = tags.tags(job.timeline)["language"]
    return (_text(track, one) for one in captions.captions(job.timeline))


def _text(track: Any, caption: captions.Caption) -> av.Packet[Any]:
    """Return a packet of 3GPP timed text (TS 26.245): the length of the words in bytes, two of them, and the words."""
    words = captions.as_plain_text(caption).encode()
    packet = av.Packet(len(words).to_bytes(2, "big") + words)
    packet.stream = track
    packet.time_base = _MS
    packet.pts = packet.dts = caption.start_ms
    packet.duration = caption.end_ms - caption.start_ms
    return packet


def _cover(container: OutputContainer, job: ExportJob) -> av.Packet[Any]:
    """Add a track for the cover, and return its only packet: FFmpeg takes pictures as tracks."""
    track: Any = container.add_mux_stream("png", width=SIDE, height=SIDE, time_base=_MS)
    track.disposition = Disposition.attached_pic
    packet = av.Packet(cover(job.timeline))
    packet.stream = track
    packet.time_base = _MS
    packet.pts = packet.dts = 0
    packet.is_keyframe = True
    return packet


def _seconds(packet: av.Packet[Any]) -> Fraction:
    return (packet.dts or 0) * packet.time_base
