"""The process that speaks with a Piper model. Run as a program, never imported: Piper is under the GPL.

    python -m voiceguide.voices.piper_mouth MODEL CONFIG SHA256

A request is a JSON line: {"text", "slowness", "path"} has the text spoken into a WAV file at `path`, and takes
`slowness` times as long as at the voice's own pace. The answer {"path", "problem"} comes when the file is written, or
could not be; without a path, nothing can be done at all. It ends with standard input.
"""

from __future__ import annotations

import json
import os
import sys
import wave
from hashlib import sha256
from pathlib import Path
from typing import Any

KINDS = ("espeak", "text")
"""How a model may want its words: for other kinds, Piper would fetch dictionaries from the internet."""


def load(model: Path, config: Path, expected: str) -> Any:
    """The voice, from the very bytes that were checked. Raises ValueError for other ones than expected."""
    import onnxruntime
    from piper.config import PiperConfig
    from piper.voice import PiperVoice

    weights, settings = model.read_bytes(), config.read_bytes()
    if sha256(weights + settings).hexdigest() != expected:
        raise ValueError("its model isn't the one that it was; install the voice again")
    parsed = PiperConfig.from_dict(json.loads(settings))
    if parsed.phoneme_type not in KINDS:
        raise ValueError("it is a kind of model that isn't supported")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # more of them add up in another order, and the same words sound different
    options.log_severity_level = 4  # what goes wrong is told by its exception
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    return PiperVoice(session=session, config=parsed)


def speak(voice: Any, text: str, slowness: float, path: str) -> None:
    """Without noise, so that the same words always sound the same."""
    from piper import SynthesisConfig

    how = SynthesisConfig(length_scale=slowness, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(voice.config.sample_rate)
        for chunk in voice.synthesize(text, how):
            file.writeframes(chunk.audio_int16_bytes)


def main(model: str, config: str, expected: str) -> None:
    """The program: see the module's docstring."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever is printed is not an answer
    try:
        voice = load(Path(model), Path(config), expected)
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever asks is told
        print(json.dumps({"path": None, "problem": f"{type(error).__name__}: {error}"}), file=answers)
        return
    for line in sys.stdin:
        request = json.loads(line)
        problem = ""
        try:
            speak(voice, request["text"], request["slowness"], request["path"])
        except Exception as error:  # noqa: BLE001
            problem = f"{type(error).__name__}: {error}"
        print(json.dumps({"path": request["path"], "problem": problem}), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
