"""Quotes: safety lines, or notes to other authors. What may be meant as a safety line is never ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voiceguide.script.brackets import Alert
from voiceguide.script.markdown import Block, Document
from voiceguide.script.model import Caution
from voiceguide.script.words import wrong_with

_ALERT = re.compile(r"\[!([A-Za-z]+)\](?!\()\s*")
_ALMOST = re.compile(
    r"\[[\s!]*caution|!\s*caution|caution\W{0,3}\]|^[>\s#*_]*(caution|warning|danger)\b", re.IGNORECASE
)
_NOTES = frozenset({"NOTE", "TIP", "IMPORTANT"})
_RIGHT = "begin a safety line with ‘> [!CAUTION]’ on a line by itself"


def safety_lines(document: Document, quote: Block) -> Iterator[Caution]:
    """Yield a safety line for each paragraph of a quote that begins with `[!CAUTION]`; none for any other quote."""
    first, last = quote.token.map or [0, 0]
    for number in range(first, last):
        line = document.lines[number]
        if line.strip() and not line.lstrip().startswith((">", "-", "+", "*")) and not re.match(r"\s*\d+[.)]", line):
            what = "this line still belongs to the quote above"
            document.complain(document.line(number), what, "leave a blank line before it, or begin it with >")
    opening = quote.blocks[0] if quote.blocks else None
    content = opening.blocks[0].token.content if opening and opening.token.type == "paragraph_open" else ""
    alert = _ALERT.match(content)
    if alert is None:
        for number in range(first, last):
            if _ALMOST.search(document.lines[number]):
                document.complain(document.line(number), "this may be meant as a safety line, but isn't one", _RIGHT)
    elif alert[1].upper() not in _NOTES:
        yield from _spoken(document, quote, alert)


def _spoken(document: Document, quote: Block, alert: re.Match[str]) -> Iterator[Caution]:
    if alert[1].upper() != "CAUTION":
        document.complain(document.place(quote.token), f"unknown kind of note [!{alert[1]}]", "write [!CAUTION]")
        return
    lines = [_line(document, block, 0 if number else alert.end()) for number, block in enumerate(quote.blocks)]
    if not any(lines):
        document.complain(document.place(quote.token), "a safety line without words", "write what to watch out for")
    yield from (line for line in lines if line)


def _line(document: Document, block: Block, begins: int) -> Caution | None:
    """Return the safety line of a paragraph whose words begin at the character `begins`; None if there is none."""
    if block.token.type != "paragraph_open":
        document.complain(document.place(block.token), "a safety line is plain sentences", "write a paragraph")
        return None
    token = block.blocks[0].token
    inline = document.inline(token)
    for bracket in inline.brackets:
        if not (begins and isinstance(bracket, Alert)):
            document.complain(bracket.place, "a bracket in a safety line", "put it on a step")
    for wrong in wrong_with(inline.words):
        document.complain(inline.find(wrong.culprit), wrong.what, wrong.instead)
    return Caution(inline.words, document.at(token, begins)) if inline.words else None
