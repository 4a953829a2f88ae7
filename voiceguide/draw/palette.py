"""Colors by what they stand for: on a white page, and on a dark one.

The colors of what happens are those of Okabe and Ito, or paler, so that they can be told apart even by people who are
color-blind. Height and place say the same, for anyone to whom colors say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

Palette = Mapping[str, str]
"""Colors as `#rrggbb`, by name."""

LIGHT: Palette = {
    "paper": "#ffffff",
    "ink": "#17263a",
    "faint": "#5d6c7e",
    "grid": "#e4e9ef",
    "ground": "#b9c5d2",
    "part": "#dfe7f0",
    "other part": "#eef2f7",
    "hold": "#0072b2",
    "on hold": "#ffffff",
    "on time": "#17263a",
    "move": "#56b4e9",
    "settle": "#c3cedb",
    "rest": "#8fd1b9",
    "wait": "#d9a3c2",
    "words": "#44566c",
    "inside": "#9aa9ba",
    "chime": "#d55e00",
    "left": "#f3cf7c",
    "on left": "#17263a",
    "right": "#7765b3",
    "on right": "#ffffff",
    "time": "#dce9f4",
    "other time": "#c4d9ec",
}

DARK: Palette = {
    "paper": "#101a28",
    "ink": "#eaf0f7",
    "faint": "#9dadbf",
    "grid": "#26364a",
    "ground": "#3c4f66",
    "part": "#26384e",
    "other part": "#1b2a3c",
    "hold": "#2b9be0",
    "on hold": "#06121d",
    "on time": "#06121d",
    "move": "#8ccdf2",
    "settle": "#8294a9",
    "rest": "#4fb394",
    "wait": "#c07fa6",
    "words": "#b4c3d4",
    "inside": "#71839a",
    "chime": "#f08a3c",
    "left": "#e5b952",
    "on left": "#17263a",
    "right": "#7765b3",
    "on right": "#ffffff",
    "time": "#1f3850",
    "other time": "#2b4b69",
    "cover ink": "#f7fafc",
    "cover 0": "#10243a",
    "ring 0": "#1b3550",
    "cover 1": "#1f1a3a",
    "ring 1": "#312a55",
    "cover 2": "#0e2f2f",
    "ring 2": "#194646",
    "cover 3": "#3a1c2b",
    "ring 3": "#542a3f",
    "cover 4": "#2b2a16",
    "ring 4": "#444223",
}
