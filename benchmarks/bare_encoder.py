"""The MP3 encoder by itself: a WAV through PyAV's LAME, as voiceguide sets it, without tags, chapters or timeline.

python benchmarks/bare_encoder.py SOURCE.wav OUT.mp3
"""

import sys

import av


def main(source: str, target: str) -> None:
    """Decodes a WAV, which costs next to nothing, and encodes what comes."""
    with av.open(source) as reader, av.open(target, "w") as writer:
        options = {"compression_level": "7"}
        stream = writer.add_stream("libmp3lame", rate=22_050, layout="mono", format="s16p", options=options)
        stream.bit_rate = 64_000
        for frame in reader.decode(audio=0):
            writer.mux(stream.encode(frame))
        writer.mux(stream.encode(None))


if __name__ == "__main__":
    main(*sys.argv[1:])
