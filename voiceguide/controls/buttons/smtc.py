"""Windows: the session in the media flyout, with its buttons (SystemMediaTransportControls).

Not tested on Windows: written from the stubs of PyWinRT 3.2 and of its later packages. A console program has no window
whose controls it could use, so it uses those of a MediaPlayer that plays nothing, with its own commands switched off.
Windows calls the handler from a thread of its own, so no message loop is needed.
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
"""Windows turns a headset's only button into play or pause by itself."""


@contextlib.contextmanager
def offered(put: Put) -> Iterator[Watch]:
    """Offer the session in the media controls while the block runs; yield what is to be called with each view."""
    from winrt.windows.media.playback import MediaPlayer

    buttons = ButtonSession(put)
    with contextlib.closing(MediaPlayer()) as player:
        player.command_manager.is_enabled = False
        controls = player.system_media_transport_controls
        token = controls.add_button_pressed(_handler(buttons))
        _enable(controls)
        try:
            yield _watch(buttons, controls)
        finally:
            controls.is_enabled = False
            controls.remove_button_pressed(token)


def _enable(controls: Any) -> None:
    controls.is_play_enabled = controls.is_pause_enabled = controls.is_stop_enabled = True
    controls.is_next_enabled = controls.is_previous_enabled = True
    controls.is_enabled = True


def _handler(buttons: ButtonSession) -> Any:
    def pressed(_: Any, arguments: Any) -> None:
        from winrt.windows.media import SystemMediaTransportControlsButton as Known

        if button := _BUTTONS.get(Known(arguments.button).name):
            buttons.press(button)

    return pressed


def _watch(buttons: ButtonSession, controls: Any) -> Watch:
    def watch(view: View) -> None:
        now = time.monotonic()
        buttons.see(view, now)
        if news := buttons.news(now):
            seen, before, _ = news
            _show(controls, seen, before)

    return watch


def _show(controls: Any, seen: Seen, before: NowPlaying | None) -> None:
    """Show what has changed; the system moves the position on while the status is “playing”."""
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
