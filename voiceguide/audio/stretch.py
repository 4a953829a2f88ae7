"""Making speech longer or shorter at the same pitch."""

from __future__ import annotations

from itertools import pairwise

from voiceguide.audio.clip import RATE, Clip

UNHEARD_TEMPO = 0.002
"""How far a tempo may be from 1 without making a difference; such clips aren't changed."""


def stretched(clip: Clip, tempo: float) -> Clip:
    """Return `clip` played `tempo` times as fast, 0.5 to 2, by overlapping its waves (FFmpeg's filter atempo)."""
    if abs(tempo - 1) < UNHEARD_TEMPO or not clip.frames:
        return clip
    import av
    import numpy as np

    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="s16", layout="mono")
    filters = [source, graph.add("atempo", f"{tempo:.4f}"), graph.add("abuffersink")]
    for one, next_one in pairwise(filters):
        one.link_to(next_one)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.frombuffer(clip.pcm, "<i2").reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.pts = RATE, 0
    graph.push(frame)
    graph.push(None)
    parts = []
    try:
        while True:
            parts.append(graph.pull().to_ndarray().tobytes())
    except (av.error.BlockingIOError, av.error.EOFError):
        return Clip(b"".join(parts))
