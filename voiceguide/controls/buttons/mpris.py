"""The session as a media player on the desktop (MPRIS 2.2), for media keys, headsets, lock screens and playerctl.

https://specifications.freedesktop.org/mpris-spec/2.2/
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from voiceguide.controls.buttons.bus import Call, Refused, Signal, Values, shared
from voiceguide.controls.buttons.meaning import Button, ButtonSession, NowPlaying, Put, Seen, Watch
from voiceguide.playback.view import View
from voiceguide.transport import Command

PATH = "/org/mpris/MediaPlayer2"
NAME = "org.mpris.MediaPlayer2.voiceguide.instance{pid}"
TRACK = "/voiceguide/session"

ROOT = "org.mpris.MediaPlayer2"
PLAYER = "org.mpris.MediaPlayer2.Player"
PROPERTIES = "org.freedesktop.DBus.Properties"
INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"
PEER = "org.freedesktop.DBus.Peer"

METHODS: dict[str, dict[str, tuple[str, str]]] = {
    ROOT: {"Raise": ("", ""), "Quit": ("", "")},
    PLAYER: {
        **dict.fromkeys(("PlayPause", "Play", "Pause", "Stop", "Next", "Previous"), ("", "")),
        "Seek": ("x", ""),
        "SetPosition": ("ox", ""),
        "OpenUri": ("s", ""),
    },
    PROPERTIES: {"Get": ("ss", "v"), "GetAll": ("s", "a{sv}"), "Set": ("ssv", "")},
    INTROSPECTABLE: {"Introspect": ("", "s")},
    PEER: {"Ping": ("", ""), "GetMachineId": ("", "s")},
}
"""The methods of each interface, with the types of their arguments, each a single letter, and of what they return."""

SIGNALS: dict[str, dict[str, tuple[str, ...]]] = {
    PLAYER: {"Seeked": ("x",)},
    PROPERTIES: {"PropertiesChanged": ("s", "a{sv}", "as")},
}
"""The signals of each interface, with the types of their arguments."""

SETTABLE = ("Volume", "Rate")
_ANYWHERE = (INTROSPECTABLE, PEER)
"""The interfaces that every path has, so that the object can be found from the root."""

_BUTTONS = {
    "PlayPause": Button.PLAY_PAUSE,
    "Play": Button.PLAY,
    "Pause": Button.PAUSE,
    "Stop": Button.STOP,
    "Next": Button.NEXT,
    "Previous": Button.PREVIOUS,
}
_MACHINE_ID = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))

Typed = tuple[str, object]


@contextlib.contextmanager
def offered(put: Put) -> Iterator[Watch]:
    """Offer the session as a player on the bus while the block runs; yield what is to be called with each view."""
    import jeepney  # noqa: F401 - raises ImportError here if it is missing

    player = MediaPlayer(put)
    with shared(player, NAME.format(pid=os.getpid())):
        yield player.see


class MediaPlayer:
    """The object on the bus. `see` may be called from any thread, all else from one."""

    path = PATH

    def __init__(self, put: Put) -> None:
        self._buttons = ButtonSession(put)
        self._stepped: Seen | None = None

    def see(self, view: View) -> None:
        """Take in a view."""
        self._buttons.see(view, time.monotonic())

    def answer(self, call: Call) -> Values:
        """Return the values that answer a call. Raises Refused."""
        interface = call.interface or _interface_of(call.member)
        if call.path != PATH and interface not in _ANYWHERE:
            raise Refused("UnknownObject", f"there is nothing at {call.path}")
        if interface not in METHODS:
            raise Refused("UnknownInterface", f"there is no interface {interface}")
        if call.member not in METHODS[interface]:
            raise Refused("UnknownMethod", f"{interface} has no method {call.member}")
        takes, gives = METHODS[interface][call.member]
        if call.signature != takes:
            raise Refused("InvalidArgs", f"{call.member} takes ‘{takes}’, not ‘{call.signature}’")
        return Values(gives, self._done(interface, call))

    def signals(self) -> Iterator[Signal]:
        """Yield what has changed since the last time."""
        now = time.monotonic()
        if (news := self._buttons.news(now)) is None:
            return
        seen, before, jumped = news
        old, new = _changing(before), _changing(seen.facts)
        if changed := {name: value for name, value in new.items() if old.get(name) != value}:
            yield Signal(PROPERTIES, "PropertiesChanged", Values("sa{sv}as", (PLAYER, changed, [])))
        if jumped:
            yield Signal(PLAYER, "Seeked", Values("x", (self._buttons.position_ms(now) * 1_000,)))

    def _done(self, interface: str, call: Call) -> tuple[object, ...]:
        match interface, call.member, call.body:
            case _, "Quit", _:
                self._buttons.ask(Command.STOP)
            case _, "Get", (str(of), str(name)):
                return (_one_of(self._properties(of), of, name),)
            case _, "GetAll", (str(of),):
                return (self._properties(of),)
            case _, "Set", (str(of), str(name), (str(kind), value)):
                self._set(of, name, kind, value)
            case _, "Introspect", _:
                return (self._description(call.path),)
            case _, "GetMachineId", _:
                return (_machine_id(),)
            case _, member, _ if member in _BUTTONS:
                self._buttons.press(_BUTTONS[member])
        return ()

    def _properties(self, interface: str) -> dict[str, Typed]:
        if interface not in METHODS:
            raise Refused("UnknownInterface", f"there is no interface {interface}")
        if interface == ROOT:
            return dict(_ROOT_PROPERTIES)
        if interface != PLAYER:
            return {}
        seen = self._buttons.seen
        position = ("x", self._buttons.position_ms(time.monotonic()) * 1_000)
        return {**_PLAYER_PROPERTIES, **_changing(seen.facts if seen else None), "Position": position}

    def _set(self, interface: str, name: str, kind: str, value: object) -> None:
        signature, now = _one_of(self._properties(interface), interface, name)
        if name not in SETTABLE:
            raise Refused("PropertyReadOnly", f"{name} can’t be set")
        if kind != signature or not isinstance(value, float) or not isinstance(now, float):
            raise Refused("InvalidArgs", f"{name} is ‘{signature}’, not ‘{kind}’")
        # A slider that is dragged sets many volumes before our step shows in a view, so each view allows one step.
        if name == "Volume" and value != now and self._buttons.seen is not self._stepped:
            self._stepped = self._buttons.seen
            self._buttons.ask(Command.LOUDER if value > now else Command.SOFTER)

    def _description(self, path: str) -> str:
        """Return the introspection XML of a path: that of the object, or one on the way to it."""
        if path == PATH:
            inside = "".join(_interface_xml(interface, self._properties(interface)) for interface in METHODS)
        else:
            way, _, below = PATH.partition(path.rstrip("/") + "/")
            inside = f'<node name="{below.split("/")[0]}"/>' if below and not way else ""
        return f"<node>{inside}</node>"


_ROOT_PROPERTIES: dict[str, Typed] = {
    "CanQuit": ("b", True),
    "CanRaise": ("b", False),
    "HasTrackList": ("b", False),
    "Identity": ("s", "voiceguide"),
    "SupportedUriSchemes": ("as", []),
    "SupportedMimeTypes": ("as", []),
}
_PLAYER_PROPERTIES: dict[str, Typed] = {
    **dict.fromkeys(("Rate", "MinimumRate", "MaximumRate"), ("d", 1.0)),
    **dict.fromkeys(("CanGoNext", "CanGoPrevious", "CanPlay", "CanPause", "CanControl"), ("b", True)),
    "CanSeek": ("b", False),
}


def _changing(facts: NowPlaying | None) -> dict[str, Typed]:
    """Return the properties whose changes are signaled; `facts` is None before the session has begun."""
    if facts is None:
        return {"PlaybackStatus": ("s", "Stopped"), "Metadata": ("a{sv}", {}), "Volume": ("d", 1.0)}
    metadata: dict[str, Typed] = {
        "mpris:trackid": ("o", TRACK),
        "mpris:length": ("x", facts.length_ms * 1_000),
        "xesam:title": ("s", facts.title),
        "xesam:album": ("s", facts.album),
        "xesam:artist": ("as", ["voiceguide"]),
    }
    return {
        "PlaybackStatus": ("s", facts.status.value),
        "Metadata": ("a{sv}", metadata),
        "Volume": ("d", facts.volume),
    }


def _interface_of(member: str) -> str:
    """Return the interface of a method that was called without one."""
    return next((interface for interface, methods in METHODS.items() if member in methods), ROOT)


def _one_of(properties: dict[str, Typed], interface: str, name: str) -> Typed:
    if name not in properties:
        raise Refused("UnknownProperty", f"{interface} has no property {name}")
    return properties[name]


def _machine_id() -> str:
    for file in _MACHINE_ID:
        with contextlib.suppress(OSError):
            return file.read_text(encoding="ascii").strip()
    raise Refused("Failed", "this machine has no id")


def _interface_xml(interface: str, properties: dict[str, Typed]) -> str:
    """Return the introspection XML of one interface."""
    methods = (
        f'<method name="{name}">{"".join(_argument_xml(kind, "in") for kind in takes)}'
        f"{_argument_xml(gives, 'out') if gives else ''}</method>"
        for name, (takes, gives) in METHODS[interface].items()
    )
    signals = (
        f'<signal name="{name}">{"".join(_argument_xml(kind, "out") for kind in kinds)}</signal>'
        for name, kinds in SIGNALS.get(interface, {}).items()
    )
    attributes = (_property_xml(name, kind) for name, (kind, _) in properties.items())
    return f'<interface name="{interface}">{"".join((*methods, *signals, *attributes))}</interface>'


def _property_xml(name: str, kind: str) -> str:
    access = "readwrite" if name in SETTABLE else "read"
    quiet = '<annotation name="org.freedesktop.DBus.Property.EmitsChangedSignal" value="false"/>'
    return f'<property name="{name}" type="{kind}" access="{access}">{quiet if name == "Position" else ""}</property>'


def _argument_xml(kind: str, direction: str) -> str:
    return f'<arg type="{kind}" direction="{direction}"/>'
