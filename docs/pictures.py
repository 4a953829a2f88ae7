"""Draws the card in the middle of a hold, as it is and in big letters, and the session. Run it as `make pictures`."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

import voiceguide
from voiceguide.controls.card import CardStyle, card_content, drawn
from voiceguide.draw.svg import svg
from voiceguide.picture.chart import picture
from voiceguide.playback.view import View
from voiceguide.transport import State
from voiceguide.voices.hum import HummingVoice

HERE = Path(__file__).parent


def main() -> None:
    """The foam roller's hold, eight seconds before its end."""
    timeline = voiceguide.open_session("foam-roller", voice=HummingVoice()).timeline()
    hold = next(event for event in timeline.events if event.kind == "hold")
    view = View(timeline, hold.end_ms - 8_000, State.HOLDING, 1.0)
    draw("card", "voiceguide play foam-roller", view, CardStyle())
    draw("floor", "voiceguide play foam-roller --big", view, CardStyle(big=True))
    (HERE / "session.svg").write_text(svg(picture(replace(timeline, voice=""))), encoding="utf-8")


def draw(name: str, command: str, view: View, look: CardStyle) -> None:
    """What a terminal shows, as a picture."""
    console = Console(record=True, width=88, file=StringIO(), force_terminal=True)
    console.print(Text(f"$ {command}", style="bold"))
    console.print(drawn(card_content(view), look))
    picture = console.export_svg(title="voiceguide")
    # The drawing asks for a font from elsewhere; a picture should need nothing but itself.
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    (HERE / f"{name}.svg").write_text(picture.replace("Fira Code", "DejaVu Sans Mono"), encoding="utf-8")


if __name__ == "__main__":
    main()
