"""Settings that the tests have in place of the listener's."""

from __future__ import annotations

from pathlib import Path

VOICE = "gmw/en-us"
"""The system's voice speaks in the tests: it is quicker than a natural one."""


def prefer_the_system(config: Path) -> None:
    """In `config`, a folder of settings, VOICE is chosen."""
    file = config / "voiceguide" / "config.toml"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'voice = "{VOICE}"\n')
