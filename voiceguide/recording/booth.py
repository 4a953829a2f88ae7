"""The booth: each distinct line is recorded once, made alike, and kept."""

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
"""Goes up when `mastering` makes another sound of the same recording."""

AT_ONCE = 16
"""Lines that a process records before another one that wants the same may have a turn."""


class Booth:
    """One voice and its cache. Several threads may use it."""

    def __init__(self, voice: Voice, cache: ClipCache) -> None:
        self.voice = voice
        self.cache = cache
        self._recording = threading.Lock()
        self._lengths: dict[str, int] = {}

    def record(self, lines: Iterable[str], speed: float, progress: Progress = no_progress) -> dict[str, int]:
        """The length in milliseconds of each line, recording those that aren't in the cache. Raises VoiceError."""
        wanted = {line: self._key(line, speed) for line in lines}
        if missing := self.missing(wanted, speed):
            progress(0, len(missing))
            done = 0
            for several in (missing[start : start + AT_ONCE] for start in range(0, len(missing), AT_ONCE)):
                with self._recording, self.cache.lock(f"{self.voice.name} {speed:.3f}"):
                    unrecorded = self.missing(several, speed)  # by another process, since it was looked for
                    done += len(several) - len(unrecorded)
                    for line, clip in self._recorded(unrecorded, speed):
                        self._lengths[wanted[line]] = clip.ms
                        done += 1
                        progress(done, len(missing))
        return {line: self._lengths[key] for line, key in wanted.items()}

    def missing(self, lines: Iterable[str], speed: float) -> list[str]:
        """The lines that aren't recorded yet."""
        keys = {line: self._key(line, speed) for line in lines}
        return [line for line, key in keys.items() if key not in self._lengths and not self._is_cached(key)]

    def _is_cached(self, key: str) -> bool:
        clip = self.cache.get(key)
        if clip:
            self._lengths[key] = clip.ms
        return clip is not None

    def clip(self, line: str, speed: float) -> Clip:
        """The clip of a line, recorded if need be. Raises VoiceError."""
        if clip := self.cache.get(self._key(line, speed)):
            return clip
        with self._recording:
            return next(clip for _, clip in self._recorded([line], speed))

    def close(self) -> None:
        self.voice.close()
        self.cache.prune()

    def _recorded(self, lines: list[str], speed: float) -> Iterable[tuple[str, Clip]]:
        from voiceguide.audio.mastering import master  # numpy: only a line that is new needs it

        for line, raw in self.voice.record(lines, speed):
            clip = master(raw)
            if not clip.frames:
                raise VoiceError(f"the voice {self.voice.name} is silent at ‘{visible(line[:60])}’")
            self.cache.put(self._key(line, speed), clip)
            yield line, clip

    def _key(self, line: str, speed: float) -> str:
        parts = (str(MASTERING), f"{speed:.3f}", self.voice.identity_of(line))
        return sha256("\0".join(parts).encode()).hexdigest()
