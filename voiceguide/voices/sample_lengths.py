"""How long voices take for their samples, kept on disk: it is asked for at each start, and a voice never changes it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

from voiceguide.audio.clip import Clip
from voiceguide.base import paths
from voiceguide.base.errors import VoiceError
from voiceguide.base.files import write_atomically

MAX_READINGS = 2_000
"""All voices of espeak-ng at a dozen speeds; when there are more, it begins anew."""


def sample_ms(key: str, read: Callable[[], list[Clip]]) -> int | None:
    """The milliseconds of speech in what `read` reads, by the `key` of all that they depend on.

    None if it can't read it: not every voice knows numbers.
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
    """What another process keeps at the same time may be lost, and is measured again."""
    there = _kept() | new
    with contextlib.suppress(OSError):
        write_atomically(_file(), json.dumps(there if len(there) <= MAX_READINGS else new).encode())


def _file() -> Path:
    return paths.cache_folder() / "readings.json"
