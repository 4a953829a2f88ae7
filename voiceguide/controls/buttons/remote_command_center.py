"""macOS: the session in Control Center's “Now Playing”, with its buttons (MPRemoteCommandCenter).

Not tested on macOS: written from the metadata of PyObjC's MediaPlayer and Cocoa packages. The buttons arrive in the run
loop of the main thread, which a console program doesn't run. But the player calls its watchers in the main thread ten
times a second, so each of these calls lets the run loop do what is waiting there, and returns at once.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from voiceguide.base.moments import SECOND
from voiceguide.controls.buttons.meaning import Button, ButtonSession, MovingPosition, NowPlaying, Put, Status, Watch
from voiceguide.playback.view import View

_COMMANDS = {
    "togglePlayPauseCommand": Button.PLAY_PAUSE,
    "playCommand": Button.PLAY,
    "pauseCommand": Button.PAUSE,
    "stopCommand": Button.STOP,
    "nextTrackCommand": Button.NEXT,
    "previousTrackCommand": Button.PREVIOUS,
}


@contextlib.contextmanager
def offered(put: Put) -> Iterator[Watch]:
    """Offer the session as what is playing now while the block runs; yield what is to be called with each view."""
    import MediaPlayer

    buttons = ButtonSession(put)
    center = MediaPlayer.MPRemoteCommandCenter.sharedCommandCenter()
    screen = MediaPlayer.MPNowPlayingInfoCenter.defaultCenter()
    targets = []
    try:
        for name, button in _COMMANDS.items():
            command = getattr(center, name)()
            command.setEnabled_(True)
            targets.append((command, command.addTargetWithHandler_(_handler(buttons, button))))
        # The buttons go to what played last, and a session may begin with a wait.
        screen.setPlaybackState_(MediaPlayer.MPNowPlayingPlaybackStatePlaying)
        yield _watch(buttons, screen)
    finally:
        screen.setPlaybackState_(MediaPlayer.MPNowPlayingPlaybackStateStopped)
        screen.setNowPlayingInfo_(None)
        for command, target in targets:
            command.removeTarget_(target)


def _handler(buttons: ButtonSession, button: Button) -> Callable[[Any], int]:
    import MediaPlayer

    done = int(MediaPlayer.MPRemoteCommandHandlerStatusSuccess)

    def pressed(_: Any) -> int:
        buttons.press(button)
        return done

    return pressed


def _watch(buttons: ButtonSession, screen: Any) -> Watch:
    import CoreFoundation

    def watch(view: View) -> None:
        now = time.monotonic()
        buttons.see(view, now)
        if news := buttons.news(now):
            seen, _, _ = news
            _show(screen, seen.facts, seen.position)
        CoreFoundation.CFRunLoopRunInMode(CoreFoundation.kCFRunLoopDefaultMode, 0.0, False)

    return watch


def _show(screen: Any, facts: NowPlaying, position: MovingPosition) -> None:
    """Show everything; the system moves the position on at the rate given here."""
    import MediaPlayer

    screen.setNowPlayingInfo_(
        {
            MediaPlayer.MPMediaItemPropertyTitle: facts.title,
            MediaPlayer.MPMediaItemPropertyAlbumTitle: facts.album,
            MediaPlayer.MPMediaItemPropertyArtist: "voiceguide",
            MediaPlayer.MPMediaItemPropertyPlaybackDuration: facts.length_ms / SECOND,
            MediaPlayer.MPNowPlayingInfoPropertyElapsedPlaybackTime: position.ms / SECOND,
            MediaPlayer.MPNowPlayingInfoPropertyPlaybackRate: 1.0 if position.moves else 0.0,
        }
    )
    states = {
        Status.PLAYING: MediaPlayer.MPNowPlayingPlaybackStatePlaying,
        Status.PAUSED: MediaPlayer.MPNowPlayingPlaybackStatePaused,
        Status.STOPPED: MediaPlayer.MPNowPlayingPlaybackStateStopped,
    }
    screen.setPlaybackState_(states[facts.status])
