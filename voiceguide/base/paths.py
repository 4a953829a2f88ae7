"""Where things lie: what voiceguide brings along, and the listener's own folders."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parents[1]


def shipped(folder: str) -> Path:
    """`scripts` or `sounds`: inside an installed package, beside the package in a checkout."""
    installed = _PACKAGE / folder
    return installed if installed.is_dir() and any(installed.glob("[!_]*.[mw]*")) else _PACKAGE.parent / folder


def config_folder() -> Path:
    """The listener's settings and own sounds."""
    return Path(platformdirs.user_config_dir("voiceguide", appauthor=False))


def cache_folder() -> Path:
    """What can be made again."""
    return Path(platformdirs.user_cache_dir("voiceguide", appauthor=False))


def data_folder() -> Path:
    """What the listener would miss: the history."""
    return Path(platformdirs.user_data_dir("voiceguide", appauthor=False))
