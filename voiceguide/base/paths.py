"""Where things are kept: what comes with voiceguide, and the listener's own folders."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parents[1]


def shipped(folder: str) -> Path:
    """Return the path of `scripts` or `sounds`: inside an installed package, beside the package in a checkout."""
    installed = _PACKAGE / folder
    return installed if installed.is_dir() and any(installed.glob("[!_]*.[mw]*")) else _PACKAGE.parent / folder


def config_folder() -> Path:
    """Return the folder of the listener's settings and own sounds."""
    return Path(platformdirs.user_config_dir("voiceguide", appauthor=False))


def cache_folder() -> Path:
    """Return the folder of what can be made again, such as recorded lines."""
    return Path(platformdirs.user_cache_dir("voiceguide", appauthor=False))


def data_folder() -> Path:
    """Return the folder of what the listener would miss: the history."""
    return Path(platformdirs.user_data_dir("voiceguide", appauthor=False))
