"""The page's parts put together into one file: its text, its style, its program, and the session."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from voiceguide.audio.clip import RATE
from voiceguide.export.page.recordings import DELAY_FRAMES
from voiceguide.export.page.rules import rules
from voiceguide.export.page.words import words

PROGRAM = (
    "layout.js", "rules.js", "stretch.js", "sound.js", "memory.js", "player.js", "remote.js", "screen.js", "main.js",
)  # fmt: skip
"""The program's files, in the order in which they stand in the page."""

POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; media-src blob:; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What the page may do: run its own program, and play what that produces. No request can leave it."""


def assembled(session: Mapping[str, Any], clips: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of a packed session and its recordings."""
    script = "\n".join(part(name) for name in PROGRAM)
    style = part("page.css")
    own = words(session["language"])
    data = {
        **session,
        "id": _digest(session),
        "rate": RATE,
        "delay": DELAY_FRAMES,
        "words": own,
        "rules": rules(),
        "clips": clips,
    }
    return filled(
        part("page.html"),
        {
            "language": escape(session["language"]),
            "title": escape(session["title"]),
            "policy": escape(POLICY.format(script=_source(script), style=_source(style))),
            "style": style,
            "script": script,
            "session": harmless(data),
            **{f"word_{key}": escape(word) for key, word in own.items()},
        },
    )


def part(name: str) -> str:
    """Return one of the page's hand-written files."""
    return files(__package__).joinpath(name).read_text("utf-8")


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return `template` with each `{{name}}` replaced by its value, in which nothing is replaced."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], template)


def harmless(data: Any) -> str:
    """Return `data` as JSON that can neither end the element it stands in nor begin another."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(char): f"\\u{ord(char):04x}" for char in "<>&"})


def _digest(session: Mapping[str, Any]) -> str:
    """Return what tells this session's place in the browser's memory from that of another session."""
    return sha256(json.dumps(session).encode()).hexdigest()[:16]


def _source(text: str) -> str:
    """Return a policy's source that allows just this script or style, by its hash."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
