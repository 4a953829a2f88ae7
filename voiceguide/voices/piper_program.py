"""The engine process for a Piper model. Run as a program, never imported: Piper is under the GPL.

    python -m voiceguide.voices.piper_program MODEL CONFIG SHA256

A request is a line of JSON: {"text", "slowness", "path"} has the text spoken into a WAV file at `path`, taking
`slowness` times as long as at the voice's own pace. The answer {"path", "problem"} comes once the file has been written
or has failed; if its path is null, no request can be met at all. The program ends with standard input.
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
"""The phoneme types that are supported: for others, Piper would fetch dictionaries from the internet."""

BREATH_SECONDS = 0.15
"""The pause after a sentence, on top of the silence that it ends in."""

PEAK_AMPLITUDE = 0.9
"""The peak of each line, where full scale is 1: mastering comes later, and this only makes use of all 16 bits."""


def load(model: Path, config: Path, expected: str) -> Any:
    """Load a voice from the very bytes that were checked. Raises ValueError if their SHA-256 isn't `expected`."""
    # It reports its use to its makers unless this is set before it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    from piper.config import PiperConfig
    from piper.voice import PiperVoice

    weights, settings = model.read_bytes(), config.read_bytes()
    if sha256(weights + settings).hexdigest() != expected:
        raise ValueError("its model isn't the one that was installed; install the voice again")
    parsed = PiperConfig.from_dict(json.loads(settings))
    if parsed.phoneme_type not in KINDS:
        raise ValueError("it is a kind of model that isn't supported")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # with more, sums come in another order, and the same words sound different
    options.log_severity_level = 4  # an exception says what goes wrong
    # Rebuilding the model takes longer than it saves in a session.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    return PiperVoice(session=session, config=parsed)


def speak(voice: Any, text: str, slowness: float, path: str) -> None:
    """Write `text` as speech into a WAV file, without noise, so that the same words always sound the same.

    Raises ValueError if there is nothing to hear.
    """
    import numpy as np
    from piper import SynthesisConfig

    how = SynthesisConfig(length_scale=slowness, noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    breath = np.zeros(int(BREATH_SECONDS * voice.config.sample_rate), np.float32)
    sentences = [chunk.audio_float_array for chunk in voice.synthesize(text, how)] or [breath]
    samples = np.concatenate([part for sentence in sentences for part in (sentence, breath)])
    peak = float(np.abs(samples).max())
    if not np.isfinite(peak) or not peak:
        raise ValueError("it is silent")
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(voice.config.sample_rate)
        file.writeframes((samples * (PEAK_AMPLITUDE * 32_767 / peak)).astype("<i2").tobytes())


def main(model: str, config: str, expected: str) -> None:
    """Run the program, as the module's docstring describes."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever else is printed is not an answer
    try:
        voice = load(Path(model), Path(config), expected)
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer says so
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
