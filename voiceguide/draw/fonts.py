"""The font that pictures and pages are set in: it comes as a package, so that they look the same on every machine."""

from __future__ import annotations

from typing import Literal

from font_source_sans_pro import font_files_ttf

Weight = Literal["", "Semibold", "Bold", "It"]


def font_file(weight: Weight = "") -> str:
    """The path of Source Sans Pro in a weight; "" is the regular one."""
    return str(font_files_ttf[f"SourceSansPro{weight}"])
