"""How long voices take to read their sample texts, kept on disk: needed at each start, and never different."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

from voiceguide.audio.clip import Clip
from voiceguide.base import paths
from voiceguide.base.errors import VoiceError
from voiceguide.base.files import write_atomically

MAX_LENGTHS = 2_000
"""How many lengths are kept before the file begins anew: those of all of espeak-ng's voices at a dozen speeds."""


def sample_ms(key: str, read: Callable[[], list[Clip]]) -> int | None:
    """Return the milliseconds of speech in the clips that `read` records, or as kept under `key`.

    `key` has to name everything that the length depends on. Returns None if the voice can't read its sample: not every
    voice knows numbers.
    """
    there = _kept()
    if key not in there:
        from voiceguide.audio.mastering import master

        try:
            there[key] = sum(master(clip).ms for clip in read())
        except VoiceError:
            return None
        _keep({key: there[key]})
    return there[key]


def _kept() -> dict[str, int]:
    try:
        there = json.loads(_file().read_text(encoding="utf-8"))
        return {str(key): ms for key, ms in there.items() if isinstance(ms, int) and ms > 0}
    except (OSError, ValueError, AttributeError):
        return {}


def _keep(new: dict[str, int]) -> None:
    """Add `new` to the file; what another process adds at the same time may be lost, and is measured again."""
    there = _kept() | new
    with contextlib.suppress(OSError):
        write_atomically(_file(), json.dumps(there if len(there) <= MAX_LENGTHS else new).encode())


def _file() -> Path:
    return paths.cache_folder() / "readings.json"
