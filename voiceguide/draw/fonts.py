"""The font of pictures and pages, which comes as a package, so that they look the same on every machine."""

from __future__ import annotations

from typing import Literal

from font_source_sans_pro import font_files_ttf

Weight = Literal["", "Semibold", "Bold", "It"]
"""A cut of Source Sans Pro, as its files are named; "" is the regular one."""


def font_file(weight: Weight = "") -> str:
    """Return the path of Source Sans Pro in a weight."""
    return str(font_files_ttf[f"SourceSansPro{weight}"])
