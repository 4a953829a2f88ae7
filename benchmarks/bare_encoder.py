"""An encoder by itself: it encodes a WAV with voiceguide's settings, without tags, chapters, words or a timeline.

python benchmarks/bare_encoder.py SOURCE.wav OUT.mp3
"""

import sys
from pathlib import Path

import av

from voiceguide.export.coded import CODINGS


def main(source: str, target: str) -> None:
    """Decode a WAV, which costs next to nothing, and encode the result."""
    coding = CODINGS[Path(target).suffix[1:]]
    with av.open(source) as reader, av.open(target, "w", format=coding.container) as writer:
        stream = writer.add_stream(
            coding.codec,
            rate=coding.rate,
            layout="mono",
            format=coding.sample_format,
            options=dict(coding.encoder_options),
        )
        assert isinstance(stream, av.AudioStream)
        if coding.bits_per_second:
            stream.bit_rate = coding.bits_per_second["medium"]
        resampler = av.AudioResampler(coding.sample_format, "mono", coding.rate)
        for frame in reader.decode(audio=0):
            for part in resampler.resample(frame):
                writer.mux(stream.encode(part))
        for part in resampler.resample(None):
            writer.mux(stream.encode(part))
        writer.mux(stream.encode(None))


if __name__ == "__main__":
    main(*sys.argv[1:])
