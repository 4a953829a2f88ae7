"""Settings that the tests have in place of the listener's."""

from __future__ import annotations

from pathlib import Path


def prefer_the_system(config: Path) -> None:
    """In `config`, a folder of settings, the system's voice is chosen, which is quicker than a natural one."""
    file = config / "voiceguide" / "config.toml"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('voice = "gmw/en-us"\n')
