"""A browser at the size of a phone that opens exported pages, and what the tests ask it."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Dialog, Page, ViewportSize, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SCREEN: ViewportSize = {"width": 390, "height": 844}
QUICK = 16
"""How many times as fast the media's clock goes in the tests that wait for it."""

SLOW = 0.1
"""The same after a jump to a moment, so that a busy machine still presses a button within the words it is about."""

_WAV = """async ([speed, added]) => {
  const { player, layouts } = voiceguide;
  const layout = layouts.find((one) => one.speed === speed);
  await player.booth.prepare(layout);
  const bytes = new Uint8Array(await player.booth.wav(layout, ...added.map((name) => player[name])).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 30000) text += String.fromCharCode(...bytes.subarray(at, at + 30000));
  return btoa(text);
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; its tests are skipped where there is none, but not in CI."""
    if not CHROMIUM and not os.environ.get("CI"):
        pytest.skip("there is no Chromium to open the page in")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Phone:
    """One browser with a memory of its own, and the requests and complaints that came from its page."""

    def __init__(self, browser: Browser, **settings: Any) -> None:
        self.context = browser.new_context(viewport=SCREEN, **settings)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("dialog", self._dismiss)

    def open(self, file: Path) -> None:
        self.page.goto(file.as_uri())
        self.until("!!window.voiceguide")

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def reload(self) -> None:
        self.page.reload()
        self.until("!!window.voiceguide")

    def press(self, button: str) -> None:
        self.page.click(f"#{button}")

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def play(self, at_ms: int | None = None, rate: float = SLOW) -> None:
        """Play from where it is, or from a moment on, at a rate of the media's clock."""
        self.page.evaluate("rate => voiceguide.player.audio.defaultPlaybackRate = rate", rate)
        self.page.evaluate("rate => voiceguide.player.audio.playbackRate = rate", rate)
        if at_ms is not None:
            self.page.evaluate("ms => voiceguide.player.visit(ms)", at_ms)
        else:
            self.press("toggle")
        self.until("voiceguide.player.running")

    def slide(self, speed: float) -> None:
        """Moves the slider to a speed, and waits until the words are said at it."""
        number = self.page.evaluate("speed => voiceguide.layouts.findIndex((one) => one.speed === speed)", speed)
        self.page.locator("#speed").fill(str(number))
        self.until(f"voiceguide.player.layout.speed === {speed}")

    def until(self, condition: str) -> None:
        """Asks again and again: the page's policy forbids that it waits by itself for something that it is told."""
        for _ in range(1_500):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(10)
        raise AssertionError(f"it never came to: {condition}")

    def until_ms(self, ms: int) -> None:
        self.until(f"voiceguide.player.ms >= {ms}")

    @property
    def ms(self) -> int:
        return int(self.page.evaluate("voiceguide.player.ms"))

    @property
    def state(self) -> str:
        return str(self.page.evaluate("voiceguide.player.state"))

    @property
    def log(self) -> list[dict[str, Any]]:
        return list(self.page.evaluate("voiceguideLog"))

    def logged(self, what: str) -> dict[str, Any]:
        """The last entry of a kind."""
        return next(entry for entry in reversed(self.log) if entry["what"] == what)

    def text(self, element: str) -> str:
        return self.page.inner_text(f"#{element}")

    def samples(self, speed: float, *added: str) -> np.ndarray:
        """What the page plays at a speed, with what the player has left out, or put in."""
        wav = base64.b64decode(self.page.evaluate(_WAV, [speed, added]))
        assert wav[:4] == b"RIFF"
        return np.frombuffer(wav, "<i2", offset=44)
