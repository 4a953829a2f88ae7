"""The booth: it records each distinct line once, brings it to the common loudness, and keeps it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from hashlib import sha256

from voiceguide.audio.clip import Clip
from voiceguide.base.errors import VoiceError, visible
from voiceguide.base.progress import Progress, no_progress
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.voices import Voice

MASTERING = 4
"""The version of `mastering`: it goes up when the same recording comes to sound different."""

AT_ONCE = 16
"""How many lines a process records before another one that wants the same lines gets its turn."""


class Booth:
    """A voice with its cache. Several threads may use it."""

    def __init__(self, voice: Voice, cache: ClipCache) -> None:
        self.voice = voice
        self.cache = cache
        self._recording = threading.Lock()
        self._lengths_ms: dict[str, int] = {}

    def record(self, lines: Iterable[str], speed: float, progress: Progress = no_progress) -> dict[str, int]:
        """Return the length of each line in milliseconds, after recording those that aren't in the cache.

        Raises VoiceError if a line can't be recorded.
        """
        wanted = {line: self._key(line, speed) for line in lines}
        if missing := self.missing(wanted, speed):
            progress(0, len(missing))
            done = 0
            for several in (missing[start : start + AT_ONCE] for start in range(0, len(missing), AT_ONCE)):
                with self._recording, self.cache.lock(f"{self.voice.name} {speed:.3f}"):
                    unrecorded = self.missing(several, speed)  # another process may have come first
                    done += len(several) - len(unrecorded)
                    for line, clip in self._recorded(unrecorded, speed):
                        self._lengths_ms[wanted[line]] = clip.ms
                        done += 1
                        progress(done, len(missing))
        return {line: self._lengths_ms[key] for line, key in wanted.items()}

    def missing(self, lines: Iterable[str], speed: float) -> list[str]:
        """Return those of `lines` that haven't been recorded at `speed`."""
        keys = {line: self._key(line, speed) for line in lines}
        return [line for line, key in keys.items() if key not in self._lengths_ms and not self._is_cached(key)]

    def _is_cached(self, key: str) -> bool:
        clip = self.cache.get(key)
        if clip:
            self._lengths_ms[key] = clip.ms
        return clip is not None

    def clip(self, line: str, speed: float) -> Clip:
        """Return the clip of a line, recording it if need be. Raises VoiceError if it can't be recorded."""
        if clip := self.cache.get(self._key(line, speed)):
            return clip
        with self._recording:
            return next(clip for _, clip in self._recorded([line], speed))

    def close(self) -> None:
        """End the voice's processes, and bring the cache within its bounds."""
        self.voice.close()
        self.cache.prune()

    def _recorded(self, lines: list[str], speed: float) -> Iterable[tuple[str, Clip]]:
        from voiceguide.audio.mastering import master  # imports numpy, which only new lines need

        for line, raw in self.voice.record(lines, speed):
            clip = master(raw)
            if not clip.frames:
                raise VoiceError(f"the voice {self.voice.name} is silent at ‘{visible(line[:60])}’")
            self.cache.put(self._key(line, speed), clip)
            yield line, clip

    def _key(self, line: str, speed: float) -> str:
        parts = (str(MASTERING), f"{speed:.3f}", self.voice.identity_of(line))
        return sha256("\0".join(parts).encode()).hexdigest()
