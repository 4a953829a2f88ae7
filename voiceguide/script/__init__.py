"""The script language: from the text of a technique to a `Script`, or to every mistake in it at once."""

from voiceguide.script.model import (
    Caution,
    Chime,
    EachSide,
    Ignored,
    Inside,
    Instruction,
    Item,
    Loop,
    Release,
    Script,
    Span,
    SpanKind,
    Step,
    Times,
)
from voiceguide.script.parse import MAX_BYTES, parse, parse_bytes

__all__ = [
    "MAX_BYTES",
    "Caution",
    "Chime",
    "EachSide",
    "Ignored",
    "Inside",
    "Instruction",
    "Item",
    "Loop",
    "Release",
    "Script",
    "Span",
    "SpanKind",
    "Step",
    "Times",
    "parse",
    "parse_bytes",
]
