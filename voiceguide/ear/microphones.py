"""Which device is listened to: a microphone, not what the machine plays, and a headset's only if there is no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import miniaudio

from voiceguide.audio.devices import Source, sources
from voiceguide.base.errors import DeviceError, UsageError, shortened, visible

_MONITOR = re.compile(
    r"^monitor of |stereo ?mix|what u hear|wave ?out mix|\bloopback\b|blackhole|soundflower|^cable output|vb-audio",
    re.IGNORECASE,
)
"""The names of devices that record what is played: by the system, or by a program that passes it on to others."""

_BLUETOOTH = re.compile(r"^headset \(|hands-?free|airpods|\bbluetooth\b", re.IGNORECASE)
"""How a Bluetooth headset is named where its id doesn't tell; wired ones do no harm."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The microphone that is listened to, why this one, and whether that is what everybody would expect."""

    source: Source
    why: str
    expected: bool = True

    def __str__(self) -> str:
        return f"the microphone is {quoted([self.source])}, since {self.why}"


def is_monitor(source: Source) -> bool:
    """Tell whether a device records what the machine plays."""
    return source.id.endswith(".monitor") or bool(_MONITOR.search(source.name))


def is_bluetooth(source: Source) -> bool:
    """Tell whether a device belongs to a Bluetooth headset, which sounds like a telephone while it is recorded from."""
    if source.id.startswith(("bluez_", "alsa_")):  # PulseAudio and PipeWire tell them apart
        return source.id.startswith("bluez_")
    return bool(_BLUETOOTH.search(source.name))


def available() -> list[Source]:
    """Return all that can be recorded from, monitors as well. Raises DeviceError if there is no sound system."""
    try:
        return sources()
    except miniaudio.MiniaudioError as error:
        raise DeviceError(f"no microphone can be looked for ({error.args[0]})") from None


def choose(listed: Sequence[Source], name: str | None = None) -> Choice:
    """Return the microphone to listen to: the one with `name` in its name, or else the most suitable one.

    Raises DeviceError if there is no microphone, and UsageError if `name` is that of none, of several, or of a monitor.
    """
    if name:
        return Choice(_named(listed, name), "it was asked for")
    real = _microphones(listed)
    if not real:
        only = f", only what this machine plays: {quoted(listed)}" if listed else ""
        raise DeviceError(f"there is no microphone{only}")
    best = min(real, key=lambda source: (is_bluetooth(source), not source.is_default))
    default = next((source for source in listed if source.is_default), best)
    if is_bluetooth(best):
        why = "there is no other; the headset sounds like a telephone meanwhile, so connect another one if you can"
        return Choice(best, why, expected=False)
    if is_monitor(default):
        return Choice(best, f"{quoted([default])}, the default, is only what this machine plays", expected=False)
    if default is not best:
        why = f"{quoted([default])}, the default, would sound like a telephone; --mic NAME uses it all the same"
        return Choice(best, why, expected=False)
    return Choice(best, "it is the default" if best.is_default else "it is the first")


def quoted(listed: Iterable[Source]) -> str:
    """Return the names of devices as a message shows them: “Desk Mic”, “Webcam”."""
    return ", ".join(dict.fromkeys(f"“{visible(source.name)}”" for source in listed))


def _microphones(listed: Iterable[Source]) -> list[Source]:
    return [source for source in listed if not is_monitor(source)]


def _named(listed: Sequence[Source], name: str) -> Source:
    found = [source for source in listed if name.casefold() in source.name.casefold()]
    real = _microphones(found)
    exact = [source for source in real if name.casefold() == source.name.casefold()]
    for only in (exact, real):
        if len(only) == 1:
            return only[0]
    if real:
        raise UsageError(f"several microphones have ‘{shortened(name)}’ in their names: {quoted(real)}")
    there = quoted(_microphones(listed))
    right = f"there are: {there}" if there else "there is none"
    if found:
        raise UsageError(f"{quoted(found[:1])} is no microphone, but what this machine plays; {right}")
    raise UsageError(f"no microphone has ‘{shortened(name)}’ in its name; {right}")
