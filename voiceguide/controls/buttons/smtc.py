"""Windows: the session in the media flyout, with its buttons (SystemMediaTransportControls).

Not tested on Windows: written against the stubs of PyWinRT 3.2 and of its later packages. A console program has no
window to ask the controls for, so they are those of a MediaPlayer that plays nothing, with its own commands switched
off. Windows calls the handler from a thread of its own, and no message loop is needed.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from voiceguide.controls.buttons.meaning import Button, ButtonSession, NowPlaying, Put, Seen, Watch
from voiceguide.playback.view import View

_BUTTONS = {
    "PLAY": Button.PLAY,
    "PAUSE": Button.PAUSE,
    "STOP": Button.STOP,
    "NEXT": Button.NEXT,
    "PREVIOUS": Button.PREVIOUS,
}
"""Windows makes play or pause of a headset's one button."""


@contextlib.contextmanager
def offered(put: Put) -> Iterator[Watch]:
    """While the block runs, the session has the system's media controls."""
    from winrt.windows.media.playback import MediaPlayer

    follower = ButtonSession(put)
    with contextlib.closing(MediaPlayer()) as player:
        player.command_manager.is_enabled = False
        controls = player.system_media_transport_controls
        token = controls.add_button_pressed(_handler(follower))
        _enable(controls)
        try:
            yield _watch(follower, controls)
        finally:
            controls.is_enabled = False
            controls.remove_button_pressed(token)


def _enable(controls: Any) -> None:
    controls.is_play_enabled = controls.is_pause_enabled = controls.is_stop_enabled = True
    controls.is_next_enabled = controls.is_previous_enabled = True
    controls.is_enabled = True


def _handler(follower: ButtonSession) -> Any:
    def pressed(_: Any, arguments: Any) -> None:
        from winrt.windows.media import SystemMediaTransportControlsButton as Known

        if button := _BUTTONS.get(Known(arguments.button).name):
            follower.press(button)

    return pressed


def _watch(follower: ButtonSession, controls: Any) -> Watch:
    def watch(view: View) -> None:
        now = time.monotonic()
        follower.see(view, now)
        if news := follower.news(now):
            seen, before, _ = news
            _show(controls, seen, before)

    return watch


def _show(controls: Any, seen: Seen, before: NowPlaying | None) -> None:
    """Tells what has changed; positions move on by themselves while the status is “playing”."""
    from winrt.windows.media import MediaPlaybackStatus, SystemMediaTransportControlsTimelineProperties

    facts = seen.facts
    controls.playback_status = MediaPlaybackStatus[facts.status.name]
    if before is None or (before.title, before.album) != (facts.title, facts.album):
        _show_titles(controls.display_updater, facts)
    place = SystemMediaTransportControlsTimelineProperties()
    place.start_time = place.min_seek_time = timedelta()
    place.end_time = place.max_seek_time = timedelta(milliseconds=facts.length_ms)
    place.position = timedelta(milliseconds=seen.position.ms)
    controls.update_timeline_properties(place)


def _show_titles(display: Any, facts: NowPlaying) -> None:
    from winrt.windows.media import MediaPlaybackType

    display.type = MediaPlaybackType.MUSIC
    display.music_properties.title = facts.title
    display.music_properties.album_title = facts.album
    display.music_properties.artist = "voiceguide"
    display.update()
