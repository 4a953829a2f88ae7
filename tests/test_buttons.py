"""Headset buttons and media keys: on a bus of our own, pressed by playerctl; elsewhere against stand-ins."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import types
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from support import private_bus
from support.needed import need
from support.sessions import MakeSession
from voiceguide.controls import buttons
from voiceguide.controls.buttons import bus as session_bus
from voiceguide.controls.buttons.bus import Call, Refused, Signal
from voiceguide.controls.buttons.meaning import Button, ButtonSession, meant
from voiceguide.controls.buttons.mpris import METHODS, PATH, PLAYER, PROPERTIES, ROOT, MediaPlayer
from voiceguide.playback.view import View
from voiceguide.timeline import Timeline
from voiceguide.transport import Command, Request, State

SCRIPT = """---
title: A Session
---
Hello.

## First part

- Press. [hold 20s]

## Second part

- Lift. [hold 30s]
"""

PLAYING = (State.SPEAKING, State.HOLDING, State.SETTLING)


@pytest.fixture
def timeline(hummed: MakeSession) -> Timeline:
    return hummed(SCRIPT).timeline(1.0)


@pytest.fixture
def view(timeline: Timeline) -> View:
    return View(timeline, 5_000, State.SPEAKING, 1.0)


def until(condition: Callable[[], object], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


# What the buttons mean


def test_a_play_button_says_ready_where_the_guide_waits_for_it() -> None:
    """The guide has asked for the headset's one button: it answers, and doesn't pause."""
    for state in State:
        asked = state in {State.BEFORE, State.WAITING}
        assert meant(Button.PLAY, state) is (Command.READY if asked else Command.GO_ON)
        assert meant(Button.PLAY_PAUSE, state) is (Command.READY if asked else Command.TOGGLE)
        assert meant(Button.PAUSE, state) is Command.PAUSE
    assert meant(Button.PLAY_PAUSE, None) is Command.TOGGLE


# The object, without a bus


class Seat:
    """The object, with a clock that is set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.requests: list[Request] = []
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        self.player = MediaPlayer(self.requests.append)

    def see(self, view: View, seconds: float = 0.1) -> list[Signal]:
        self.now += seconds
        self.player.see(view)
        return list(self.player.signals())

    def call(self, interface: str, member: str, signature: str = "", *body: object, path: str = PATH) -> Any:
        values = self.player.answer(Call(path, interface, member, signature, body)).body
        return values[0] if values else None

    def get(self, name: str) -> Any:
        return self.call(PROPERTIES, "Get", "ss", PLAYER, name)[1]

    def set_volume(self, volume: float) -> None:
        self.call(PROPERTIES, "Set", "ssv", PLAYER, "Volume", ("d", volume))


@pytest.fixture
def seat(monkeypatch: pytest.MonkeyPatch) -> Seat:
    return Seat(monkeypatch)


def changed(signals: list[Signal]) -> dict[str, Any]:
    """What PropertiesChanged tells of, without the types."""
    told = [found.values.body for found in signals if found.member == "PropertiesChanged"]
    assert len(told) <= 1
    return {name: value for _, properties, _ in told for name, (_, value) in properties.items()}  # type: ignore[attr-defined]


def seeked(signals: list[Signal]) -> list[object]:
    return [found.values.body[0] for found in signals if found.member == "Seeked"]


def test_each_state_has_its_status(seat: Seat, view: View) -> None:
    """What the desktop shows is what is going on."""
    assert seat.get("PlaybackStatus") == "Stopped"
    for state in State:
        seat.see(replace(view, state=state))
        expected = "Playing" if state in PLAYING else "Paused"
        assert seat.get("PlaybackStatus") == ("Stopped" if state is State.DONE else expected)


def test_only_what_has_changed_is_told(seat: Seat, view: View) -> None:
    """A bus is no place for ten messages a second."""
    assert not list(seat.player.signals()), "nothing has been seen yet"
    assert set(changed(seat.see(view))) == {"PlaybackStatus", "Metadata"}, "the volume is what it was"
    assert not seat.see(replace(view, ms=5_100))
    assert changed(seat.see(replace(view, ms=5_200, state=State.PAUSED))) == {"PlaybackStatus": "Paused"}
    assert not seat.see(replace(view, ms=5_200, state=State.PAUSED), 60)
    assert changed(seat.see(replace(view, ms=5_200))) == {"PlaybackStatus": "Playing"}
    assert changed(seat.see(replace(view, ms=5_300, state=State.HOLDING))) == {}
    assert changed(seat.see(replace(view, ms=5_400, volume_db=-6))) == {"Volume": pytest.approx(0.501, abs=0.001)}
    second = view.timeline.chapters[-1].start_ms
    signals = seat.see(replace(view, ms=second, volume_db=-6))
    assert changed(signals)["Metadata"]["xesam:title"] == ("s", "Second part")
    assert seeked(signals) == [second * 1_000]


def test_jumps_are_told_and_the_passing_of_time_is_not(seat: Seat, view: View) -> None:
    """A progress bar that is a second out is wrong; one that is told each moment is noise."""
    seat.see(view)
    assert not any(seat.see(replace(view, ms=5_000 + 100 * step)) for step in range(1, 50))
    assert seeked(seat.see(replace(view, ms=2_000))) == [2_000_000]
    assert not seat.see(replace(view, ms=2_950)), "less than a second out"
    # A position that stands still while it should move is set right every second.
    told = [bool(seat.see(replace(view, ms=2_950, state=State.HOLDING))) for _ in range(40)]
    assert 2 <= sum(told) <= 4
    # And one that goes back as the session goes on.
    seat.see(replace(view, ms=9_000, state=State.PAUSED))
    signals = seat.see(replace(view, ms=6_000), 30)
    assert (changed(signals), seeked(signals)) == ({"PlaybackStatus": "Playing"}, [6_000_000])


def test_the_position_is_that_of_the_moment_of_asking(seat: Seat, view: View) -> None:
    """Between two views time goes on, and who asks then gets no old answer."""
    assert seat.get("Position") == 0
    seat.see(view)
    seat.now += 0.25
    assert seat.get("Position") == 5_250_000
    seat.see(replace(view, state=State.PAUSED))
    seat.now += 100
    assert seat.get("Position") == 5_000_000
    seat.see(replace(view, ms=view.timeline.duration_ms - 100))
    seat.now += 1
    assert seat.get("Position") == view.timeline.duration_ms * 1_000


def test_a_slider_goes_one_step_for_each_view(seat: Seat, view: View) -> None:
    """However often it is set, the volume can't run away."""
    seat.set_volume(1.5)
    assert not seat.requests, "there is no session yet"
    seat.see(view)
    for volume in (1.1, 1.2, 1.3, 0.9):
        seat.set_volume(volume)
    assert [request.command for request in seat.requests] == [Command.LOUDER]
    seat.see(view)
    seat.set_volume(1.0)
    seat.set_volume(float("nan"))
    seat.see(view)
    seat.set_volume(-3.0)
    assert [request.command for request in seat.requests][-1] is Command.SOFTER


def test_every_method_and_property_of_the_specification_is_there(seat: Seat, view: View) -> None:
    """The specification's own list: what is missing there is missing for every desktop."""
    seat.see(view)
    for member in ("PlayPause", "Play", "Pause", "Stop", "Next", "Previous"):
        assert seat.call(PLAYER, member) is None
    seat.call(PLAYER, "Seek", "x", 5)
    seat.call(PLAYER, "SetPosition", "ox", "/voiceguide/session", 5)
    seat.call(PLAYER, "OpenUri", "s", "file:///x")
    seat.call(ROOT, "Raise")
    seat.call("", "Quit")
    commands = [request.command for request in seat.requests]
    assert commands == [
        Command.TOGGLE, Command.GO_ON, Command.PAUSE, Command.STOP, Command.NEXT, Command.BACK, Command.STOP,
    ]  # fmt: skip
    assert {request.by for request in seat.requests} == {"button"}
    types_of = {name: kind for name, (kind, _) in seat.call(PROPERTIES, "GetAll", "s", PLAYER).items()}
    assert types_of == {
        "PlaybackStatus": "s", "Rate": "d", "MinimumRate": "d", "MaximumRate": "d", "Metadata": "a{sv}",
        "Volume": "d", "Position": "x", "CanGoNext": "b", "CanGoPrevious": "b", "CanPlay": "b", "CanPause": "b",
        "CanSeek": "b", "CanControl": "b",
    }  # fmt: skip
    assert set(seat.call(PROPERTIES, "GetAll", "s", ROOT)) == {
        "CanQuit", "CanRaise", "HasTrackList", "Identity", "SupportedUriSchemes", "SupportedMimeTypes",
    }  # fmt: skip
    assert seat.call(PROPERTIES, "GetAll", "s", PROPERTIES) == {}


@pytest.mark.parametrize(
    ("interface", "member", "signature", "body", "error"),
    [
        (PLAYER, "Explode", "", (), "UnknownMethod"),
        ("org.example.Nothing", "Play", "", (), "UnknownInterface"),
        ("", "Explode", "", (), "UnknownMethod"),
        (PLAYER, "Seek", "", (), "InvalidArgs"),
        (PLAYER, "Play", "s", ("x",), "InvalidArgs"),
        (PROPERTIES, "Get", "ss", (PLAYER, "Colour"), "UnknownProperty"),
        (PROPERTIES, "Get", "ss", ("org.example.Nothing", "Volume"), "UnknownInterface"),
        (PROPERTIES, "GetAll", "s", ("",), "UnknownInterface"),
        (PROPERTIES, "Set", "ssv", (PLAYER, "Position", ("x", 5)), "PropertyReadOnly"),
        (PROPERTIES, "Set", "ssv", (ROOT, "Identity", ("s", "x")), "PropertyReadOnly"),
        (PROPERTIES, "Set", "ssv", (PLAYER, "Colour", ("s", "x")), "UnknownProperty"),
        (PROPERTIES, "Set", "ssv", (PLAYER, "Volume", ("s", "loud")), "InvalidArgs"),
        (PROPERTIES, "Set", "ssv", (PLAYER, "Volume", ("i", 2)), "InvalidArgs"),
    ],
)
def test_what_makes_no_sense_is_refused(
    seat: Seat, view: View, interface: str, member: str, signature: str, body: tuple[object, ...], error: str
) -> None:
    """A wrong call is an error for the caller, never for the session."""
    seat.see(view)
    with pytest.raises(Refused) as refused:
        seat.call(interface, member, signature, *body)
    assert refused.value.name == f"org.freedesktop.DBus.Error.{error}"
    assert not seat.requests


def test_introspection_leads_to_the_object_and_describes_it(seat: Seat, view: View) -> None:
    """Tools find out by introspection what there is."""
    path = ""
    while path != PATH:
        nodes = ET.fromstring(seat.call("", "Introspect", path=path or "/")).findall("node")
        path = f"{path}/{nodes[0].get('name')}"
    found = ET.fromstring(seat.call("", "Introspect"))
    assert {interface.get("name") for interface in found} == set(METHODS)
    assert not list(ET.fromstring(seat.call("", "Introspect", path="/elsewhere")))
    with pytest.raises(Refused):
        seat.call(PLAYER, "Play", path="/org")


# On a bus


@dataclass
class Desktop:
    """A bus with the session on it, and what the player was asked for."""

    address: str
    process: subprocess.Popen[str]
    requests: list[Request]
    watch: buttons.Watch

    def ctl(self, *arguments: str) -> str:
        return private_bus.run(self.address, "playerctl", "--player", "voiceguide", *arguments)

    def asked(self) -> list[Command]:
        return [request.command for request in self.requests]


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    need(private_bus.missing())
    with private_bus.bus(tmp_path) as found:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found[0])
        yield found


@pytest.fixture
def desktop(address: tuple[str, subprocess.Popen[str]], view: View) -> Iterator[Desktop]:
    requests: list[Request] = []
    with buttons.offered(requests.append) as watch:
        watch(view)
        made = Desktop(*address, requests, watch)
        assert until(lambda: "voiceguide" in private_bus.run(made.address, "playerctl", "--list-all"))
        yield made


def test_playerctl_presses_every_button(desktop: Desktop, view: View) -> None:
    """The real client, at a real bus: each button becomes its command."""
    for name in ("play-pause", "play", "pause", "next", "previous", "stop"):
        desktop.ctl(name)
    commands = [Command.TOGGLE, Command.GO_ON, Command.PAUSE, Command.NEXT, Command.BACK, Command.STOP]
    assert until(lambda: desktop.asked() == commands)
    assert {request.by for request in desktop.requests} == {"button"}
    for state in (State.BEFORE, State.WAITING):
        desktop.watch(replace(view, state=state))
        desktop.ctl("play-pause")
        desktop.ctl("play")
    assert until(lambda: desktop.asked() == [*commands, *[Command.READY] * 4])


def test_playerctl_reads_what_is_playing(desktop: Desktop, view: View) -> None:
    """The real client reads title, session, length and position."""
    template = "{{title}}|{{album}}|{{artist}}|{{mpris:length}}|{{mpris:trackid}}|{{playerInstance}}"
    shown = f"First part|A Session|voiceguide|{view.timeline.duration_ms * 1_000}|'/voiceguide/session'|"
    assert desktop.ctl("metadata", "--format", template) == f"{shown}voiceguide.instance{os.getpid()}"
    assert desktop.ctl("status") == "Playing"
    desktop.watch(replace(view, ms=12_000, state=State.PAUSED))
    assert desktop.ctl("status") == "Paused"
    assert float(desktop.ctl("position")) == 12.0
    desktop.watch(replace(view, ms=12_000))
    assert 12.0 <= float(desktop.ctl("position")) < 17.0
    desktop.watch(replace(view, ms=view.timeline.chapters[-1].start_ms))
    assert desktop.ctl("metadata", "title") == "Second part"


def test_playerctl_changes_the_volume(desktop: Desktop, view: View) -> None:
    """A volume slider is louder or softer."""
    assert float(desktop.ctl("volume")) == 1.0
    desktop.ctl("volume", "0.1-")
    assert until(lambda: desktop.asked() == [Command.SOFTER])
    desktop.watch(replace(view, volume_db=-20))
    assert float(desktop.ctl("volume")) == pytest.approx(0.1)
    desktop.ctl("volume", "0.05+")
    assert until(lambda: desktop.asked() == [Command.SOFTER, Command.LOUDER])


def test_changes_reach_whoever_follows(desktop: Desktop, view: View) -> None:
    """A desktop is told of changes without asking."""
    command = ["playerctl", "--player", "voiceguide", "--follow", "metadata", "--format", "{{status}} {{title}}"]
    environment = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": desktop.address}
    lines: list[str] = []
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as following:
        reader = threading.Thread(target=lambda: lines.extend(map(str.strip, following.stdout or ())))
        reader.start()
        try:
            assert until(lambda: lines == ["Playing First part"])
            desktop.watch(replace(view, state=State.PAUSED))
            assert until(lambda: lines[-1] == "Paused First part")
            desktop.watch(replace(view, ms=view.timeline.chapters[-1].start_ms))
            assert until(lambda: lines[-1] == "Playing Second part")
        finally:
            following.terminate()
            reader.join()


def test_titles_are_fit_to_be_sent(desktop: Desktop, view: View) -> None:
    """A title with signs that a bus or a terminal obeys is written out."""
    chapters = tuple(replace(chapter, title="a\x00b\ud800c é 日 \x1b[m") for chapter in view.timeline.chapters)
    desktop.watch(replace(view, timeline=replace(view.timeline, chapters=chapters, techniques=("x",))))
    assert until(lambda: desktop.ctl("metadata", "title") == r"a\x00b\ud800c é 日 \x1b[m")


@pytest.mark.skipif(not shutil.which("gdbus"), reason="gdbus is not installed")
def test_another_library_understands_the_introspection(desktop: Desktop) -> None:
    """What one library understands may be a private convention; two are a standard."""
    name = f"org.mpris.MediaPlayer2.voiceguide.instance{os.getpid()}"
    told = private_bus.run(desktop.address, "gdbus", "introspect", "--session", "-d", name, "-o", PATH, "--xml")
    interfaces = ET.fromstring(told.split("-->")[-1]).findall("interface")
    assert {interface.get("name") for interface in interfaces} == set(METHODS)
    tree = private_bus.run(desktop.address, "gdbus", "introspect", "--session", "-d", name, "-o", "/", "--recurse")
    assert f"node {PATH}" in tree
    for method in ("Ping", "GetMachineId"):
        call = ["gdbus", "call", "--session", "-d", name, "-o", "/", "-m", f"org.freedesktop.DBus.Peer.{method}"]
        private_bus.run(desktop.address, *call)
    call = ["gdbus", "call", "--session", "-d", name, "-o", PATH, "-m", f"{PLAYER}.Explode"]
    with pytest.raises(AssertionError, match="UnknownMethod"):
        private_bus.run(desktop.address, *call)


def test_the_player_is_gone_from_the_bus_afterwards(address: tuple[str, subprocess.Popen[str]], view: View) -> None:
    """No ghost of a player stays behind."""

    def players() -> str:
        return private_bus.run(address[0], "playerctl", "--list-all")

    with buttons.offered(lambda _: None) as watch:
        watch(view)
        assert until(lambda: "voiceguide" in players())
    assert until(lambda: "voiceguide" not in players(), 2)


# A bus that fails


def test_a_bus_that_dies_is_not_noticed_and_one_that_comes_back_is(
    desktop: Desktop, view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desktop that restarts takes no session with it, and finds it again."""
    monkeypatch.setattr(session_bus, "RETRY_SECONDS", 0.1)
    desktop.process.kill()
    desktop.process.wait()
    for state in (State.PAUSED, State.SPEAKING):
        desktop.watch(replace(view, state=state))
        time.sleep(0.2)
    with private_bus.bus(tmp_path) as (again, _):
        assert again == desktop.address
        assert until(lambda: "voiceguide" in private_bus.run(again, "playerctl", "--list-all"))
        desktop.ctl("next")
        assert until(lambda: desktop.asked() == [Command.NEXT])


def test_a_bus_that_hangs_holds_nobody_up(desktop: Desktop, view: View) -> None:
    """The player's thread waits for nobody."""
    desktop.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        for step in range(300):
            desktop.watch(replace(view, ms=step * 60, state=PLAYING[step % 3] if step % 2 else State.PAUSED))
        assert time.monotonic() - began < 0.5
    finally:
        desktop.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("where", ["", "unix:path=/nonexistent/bus", "tcp:host=localhost,port=1", "nonsense"])
def test_without_a_bus_nothing_happens(where: str, view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a desktop plays as well."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", where)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    requests: list[Request] = []
    began = time.monotonic()
    with buttons.offered(requests.append) as watch:
        watch(view)
    assert time.monotonic() - began < 1
    assert not requests


def test_without_the_library_nothing_happens(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """The buttons are a convenience: without their library everything else works."""
    monkeypatch.setitem(sys.modules, "jeepney", None)
    before = threading.active_count()
    with buttons.offered(lambda _: None) as watch:
        watch(view)
        assert threading.active_count() == before


def test_what_fails_in_a_session_stays_unseen_and_its_errors_are_its_own(
    view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adapter's trouble stays its own, and the session's own errors aren't hidden by it."""
    monkeypatch.setattr(ButtonSession, "see", MagicMock(side_effect=RuntimeError))
    with pytest.raises(KeyboardInterrupt), buttons.offered(lambda _: None) as watch:
        watch(view)
        raise KeyboardInterrupt


# Elsewhere: stand-ins for the libraries, with no more than the names that are used


def test_windows_controls(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written against the real names, run against stand-ins for them: Windows itself is untested."""
    from enum import IntEnum

    media, playback = MagicMock(), MagicMock()
    names = {
        "SystemMediaTransportControlsButton": "PLAY PAUSE STOP RECORD FAST_FORWARD REWIND NEXT PREVIOUS",
        "MediaPlaybackStatus": "CLOSED CHANGING STOPPED PLAYING PAUSED",
    }
    for kind, members in names.items():
        setattr(media, kind, IntEnum(kind, members, start=0))
    for name in ("winrt", "winrt.windows"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "winrt.windows.media", media)
    monkeypatch.setitem(sys.modules, "winrt.windows.media.playback", playback)
    monkeypatch.setattr(sys, "platform", "win32")
    player = playback.MediaPlayer.return_value
    controls = player.system_media_transport_controls
    requests: list[Request] = []
    with buttons.offered(requests.append) as watch:
        assert player.command_manager.is_enabled is False
        assert controls.is_enabled is True
        (pressed,) = controls.add_button_pressed.call_args.args
        watch(view)
        assert controls.playback_status is media.MediaPlaybackStatus.PLAYING
        assert controls.display_updater.music_properties.album_title == "A Session"
        watch(replace(view, ms=5_100))
        assert controls.update_timeline_properties.call_count == 1
        for button in (0, 1, 2, 3, 6, 7):
            pressed(controls, types.SimpleNamespace(button=button))
        # Windows makes one button into play or pause after the status, and now it has to be play.
        watch(replace(view, ms=5_200, state=State.WAITING))
        assert controls.playback_status is media.MediaPlaybackStatus.PAUSED
        pressed(controls, types.SimpleNamespace(button=0))
    expected = [Command.GO_ON, Command.PAUSE, Command.STOP, Command.NEXT, Command.BACK, Command.READY]
    assert [request.command for request in requests] == expected
    controls.remove_button_pressed.assert_called_once_with(controls.add_button_pressed.return_value)
    player.close.assert_called_once_with()
    assert controls.is_enabled is False


def test_macos_remote_commands(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written against the real names, run against stand-ins for them: macOS itself is untested."""
    media, core = MagicMock(), MagicMock()
    media.MPRemoteCommandHandlerStatusSuccess = 0
    monkeypatch.setitem(sys.modules, "MediaPlayer", media)
    monkeypatch.setitem(sys.modules, "CoreFoundation", core)
    monkeypatch.setattr(sys, "platform", "darwin")
    center = media.MPRemoteCommandCenter.sharedCommandCenter.return_value
    screen = media.MPNowPlayingInfoCenter.defaultCenter.return_value
    requests: list[Request] = []
    with buttons.offered(requests.append) as watch:
        watch(view)
        (info,) = screen.setNowPlayingInfo_.call_args.args
        assert info[media.MPMediaItemPropertyAlbumTitle] == "A Session"
        screen.setPlaybackState_.assert_called_with(media.MPNowPlayingPlaybackStatePlaying)
        for name in ("togglePlayPause", "play", "pause", "stop", "nextTrack", "previousTrack"):
            (pressed,) = getattr(center, f"{name}Command").return_value.addTargetWithHandler_.call_args.args
            assert pressed(MagicMock()) == 0
        watch(replace(view, ms=5_100))
        assert screen.setNowPlayingInfo_.call_count == 1
        assert core.CFRunLoopRunInMode.call_count == 2
    expected = [Command.TOGGLE, Command.GO_ON, Command.PAUSE, Command.STOP, Command.NEXT, Command.BACK]
    assert [request.command for request in requests] == expected
    command = center.playCommand.return_value
    command.removeTarget_.assert_called_once_with(command.addTargetWithHandler_.return_value)
    screen.setNowPlayingInfo_.assert_called_with(None)


@pytest.mark.long
def test_the_buttons_of_the_real_program(address: tuple[str, subprocess.Popen[str]], tmp_path: Path) -> None:
    """From the desktop's button to the session that stands still: the whole way, told by the session's log."""
    script, log = tmp_path / "own.md", tmp_path / "log.jsonl"
    script.write_text("# Own\n\n## First part\n\nPress. [hold 60s]\n\n## Last part\n\nLet go. [rest 60s]\n")
    command = [sys.executable, "-m", "voiceguide", "play", str(script), "--output", "silent", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        player = f"voiceguide.instance{process.pid}"

        def ctl(*arguments: str) -> str:
            return private_bus.run(address[0], "playerctl", "--player", player, *arguments)

        def entries(what: str) -> list[dict[str, Any]]:
            found = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
            return [entry for entry in found if entry["what"] == what]

        assert until(lambda: entries("hold"), 30)
        for button in ("pause", "play", "next", "stop"):
            ctl(button)
            assert until(lambda: entries("asked") and entries("asked")[-1]["by"] == "button")
            time.sleep(0.5)
        assert process.wait(20) == 0
    asked = [(entry["command"], entry["done"]) for entry in entries("asked")]
    assert asked == [("pause", "halt"), ("go_on", "go_on"), ("next", "jump"), ("stop", "end")]
