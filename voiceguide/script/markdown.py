"""Markdown with brackets in it: from markdown-it's tokens to words, their brackets, and the places of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from voiceguide.base.errors import Mistake, Place, ScriptError
from voiceguide.script import brackets
from voiceguide.script.model import Chime, Span

MAX_DEPTH = 8
"""How deep lists and quotes may be nested."""

MAX_INLINE_LETTERS = 6_000
"""Characters of a paragraph or an item, including its mark-up and brackets."""

MAX_TOKENS = 60_000
"""Tokens that markdown-it may find in a file: a step has five, and each list or quote around it two."""

MAX_MISTAKES = 100
"""Mistakes after which reading stops."""

_PARSER_LEVELS = 2 * MAX_DEPTH + 4
_NUMBERED = re.compile(r"\s*\d{1,9}[.)]\s")
_ALMOST: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"\s*#{1,6}[^\s#]"), "this may be meant as a heading, but isn't one", "put a space after the #"),
    (
        re.compile(r"\s*(?:\d{1,3}[.)][^\W\d]|[-+][^\W\d]|[•‣▪◦·]|[a-z]\)\s)"),
        "this may be meant as a step, but isn't one",
        "begin it with ‘1. ’ or ‘- ’, including the space",
    ),
    (re.compile(r"\s*\|.*\|\s*$"), "a table can't be spoken", "write a list"),
    (re.compile(r".*~~"), "~~ would be spoken", r"write plain words, or \~ for the sign"),
)
_BRACKET_END = re.compile(r"\\.|[\[\]]", re.DOTALL)
_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,])(?!\w)")
"""The space that a bracket in front of a full stop or a comma leaves behind."""

_RAN = "\N{UNIT SEPARATOR}"
"""Stands in the words for a time or a chime; no script may hold this character."""

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def _bracket_rule(state: StateInline, silent: bool) -> bool:
    """Make `[…]` one token that knows where it began: an inline rule that comes after markdown-it's own links."""
    char = state.src[state.pos]
    if char not in "[]":
        return False
    start = state.pos
    content, end, problem = _scan(state.src, start, state.posMax)
    state.pos = end
    if not silent:
        token = state.push("bracket", "", 0)
        token.content = content
        token.meta = {"at": start, "problem": problem}
    return True


def _scan(source: str, start: int, limit: int) -> tuple[str, int, tuple[str, str] | None]:
    """Return the content of the bracket at `start`, the position after it, and what is wrong with it, or None."""
    if source[start] == "]":
        return "", start + 1, ("a closing bracket without an opening one", r"write \] for a plain bracket")
    for mark in _BRACKET_END.finditer(source, start + 1, limit):
        if mark[0] == "]":
            return _ESCAPE.sub(r"\1", source[start + 1 : mark.start()]), mark.end(), None
        if mark[0] == "[":
            break
    # The rest of the paragraph counts as part of it, so that one mistake is one complaint.
    return "", limit, ("a bracket that is never closed", r"close it with ], or write \[ for a plain bracket")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _PARSER_LEVELS})
    # A line like “[hold 20s]: press” is a step, not a link's definition; words are only parsed once they are known
    # not to be too many; and an escaped character has to be told from a plain one.
    parser.disable(["reference", "inline", "text_join"])
    parser.inline.ruler.after("link", "bracket", _bracket_rule)
    return parser


_PARSER = _parser()


@dataclass(frozen=True, slots=True)
class Inline:
    """A run of words: plain text without mark-up, its brackets in order, and the place where it begins."""

    words: str
    brackets: tuple[brackets.Bracket, ...]
    place: Place
    find: Callable[[str], Place]
    """Returns the place of a piece of the words, or that of the words if it can't be told."""


@dataclass(frozen=True, slots=True)
class Block:
    """An opening token and the blocks up to its closing one; an inline token is a block by itself."""

    token: Token
    blocks: list[Block]


class Document:
    """The blocks of one file, and the way back from a token to its line and column. Raises ScriptError."""

    def __init__(self, text: str, file: str, mistakes: list[Mistake]) -> None:
        self.file = file
        self.mistakes = mistakes
        self.lines = text.split("\n")
        tokens = _PARSER.parse(text)
        self.blocks = _blocks(tokens)
        deep = next((token for token in tokens if token.level > 2 * MAX_DEPTH), None)
        self.too_deep = self.place(deep) if deep else None
        if len(tokens) > MAX_TOKENS:
            raise ScriptError(
                [Mistake(Place(file, 1), "too many lists inside each other", "write fewer steps in one file")]
            )

    def complain(self, place: Place, what: str, instead: str = "") -> None:
        """Note a mistake. Raises ScriptError once there are MAX_MISTAKES."""
        self.mistakes.append(Mistake(place, what, instead))
        if len(self.mistakes) >= MAX_MISTAKES:
            self.mistakes.append(Mistake(place, "and perhaps more mistakes", "correct these first"))
            raise ScriptError(self.mistakes)

    def line(self, number: int) -> Place:
        """Return the place of the first character of a line; here, `number` counts from 0."""
        line = self.lines[number]
        return Place(self.file, number + 1, len(line) - len(line.lstrip()) + 1)

    def place(self, token: Token) -> Place:
        """Return the place of the line in which a block's token begins."""
        return Place(self.file, token.map[0] + 1 if token.map else 1)

    def inline(self, token: Token) -> Inline:
        """Return the words and brackets of an inline token; note what is wrong with them."""
        if len(token.content) > MAX_INLINE_LETTERS:
            what = f"{len(token.content)} characters in one paragraph"
            self.complain(self.at(token, 0), what, "split it into steps")
            return self._inline(token, "", [])
        children: list[Token] = []
        _PARSER.inline.parse(token.content, _PARSER, {}, children)
        words, found, html = [], [], 0
        for child in children:
            if child.type == "bracket":
                if bracket := self._bracket(token, child):
                    found.append(bracket)
                    words.append(_RAN if isinstance(bracket, Span | Chime) else "")
            elif child.type == "code_inline" and any(map(brackets.is_bracket, _IN_BRACKETS.findall(child.content))):
                what = f"a bracket in code is spoken, not read: {child.content[:60]}"
                self.complain(self.at(token, _find(token.content, child.content)), what, "write it without the `")
            elif child.type == "html_inline":
                html = token.content.find(child.content, html) + len(child.content)
                self._html(self.at(token, html - len(child.content)), child)
            else:
                words.append(_spoken(child))
        self._check_links(token, children)
        self._check_lines(token)
        said, _, after = "".join(words).partition(_RAN)
        if any(char.isalnum() for char in after):
            self._words_after(token, found, after.replace(_RAN, " "))
        spoken = " ".join(f"{said}{after.replace(_RAN, ' ')}".split())
        return self._inline(token, _SPACE_BEFORE_STOP.sub(r"\1", spoken), found)

    def _words_after(self, token: Token, found: Sequence[brackets.Bracket], after: str) -> None:
        """Complain of words behind a time or a chime: they would be spoken before it, which their author can't mean."""
        first = next(bracket for bracket in found if isinstance(bracket, Span | Chime))
        words = " ".join(after.split())
        what = f"‘{words if len(words) <= 40 else f'{words[:39]}…'}’ comes after a time or a chime"
        self.complain(first.place, what, "put the words before it, or begin another step with them")

    def _inline(self, token: Token, words: str, found: list[brackets.Bracket]) -> Inline:
        return Inline(words, tuple(found), self.at(token, 0), lambda piece: self.at(token, _find(token.content, piece)))

    def _bracket(self, token: Token, child: Token) -> brackets.Bracket | None:
        place = self.at(token, child.meta["at"])
        problem: tuple[str, str] | None = child.meta["problem"]
        read = Mistake(place, *problem) if problem else brackets.read(child.content, place)
        if isinstance(read, Mistake):
            self.complain(read.place, read.what, read.instead)
            return None
        return read

    def _html(self, place: Place, child: Token) -> None:
        if not child.content.startswith("<!--"):
            self.complain(place, "HTML is not spoken", r"write plain words, or \< for the sign")

    def _check_links(self, token: Token, children: Sequence[Token]) -> None:
        """Complain of `[hold 20s](hands)`: to Markdown, it is a link, which its author can't mean."""
        for opening, text in pairwise(children):
            if opening.type == "link_open" and text.type == "text" and brackets.is_bracket(text.content):
                place = self.at(token, _find(token.content, f"[{text.content}]("))
                self.complain(place, f"[{text.content}] before a parenthesis is a link", "put a space between the two")

    def _check_lines(self, token: Token) -> None:
        """Complain of lines that look like something else than what Markdown takes them for.

        A numbered line right below a paragraph, for one, belongs to it, unless its number is 1.
        """
        for row, line in enumerate(token.content.split("\n")):
            if not token.map:
                continue
            if row and _NUMBERED.match(line):
                place = self.line(token.map[0] + row)
                self.complain(place, "this line still belongs to the paragraph above", "leave a blank line before it")
            for almost, what, instead in _ALMOST:
                if almost.match(line):
                    self.complain(self.at(token, token.content.find(line)), what, instead)

    def at(self, token: Token, offset: int) -> Place:
        """Return the place of the character at `offset` of the token's content, found in the line that it came from."""
        before = token.content[:offset]
        row = before.count("\n")
        line = (token.map[0] if token.map else 0) + row
        column = offset - (before.rfind("\n") + 1)
        source = self.lines[line] if line < len(self.lines) else ""
        content = token.content.split("\n")[row].rstrip()
        return Place(self.file, line + 1, _start_of(content, source.rstrip()) + column + 1)


def _blocks(tokens: Sequence[Token]) -> list[Block]:
    top: list[Block] = []
    path = [top]
    for token in tokens:
        if token.nesting < 0:
            path.pop()
            continue
        block = Block(token, [])
        path[-1].append(block)
        if token.nesting > 0:
            path.append(block.blocks)
    return top


def _start_of(content: str, line: str) -> int:
    """Return where `content` begins in `line`: after a marker or, in a heading, before its closing #s."""
    return len(line) - len(content) if line.endswith(content) else max(0, line.find(content))


def _spoken(child: Token) -> str:
    if child.type in {"softbreak", "hardbreak"}:
        return " "
    return child.content if child.type in {"text", "text_special", "code_inline"} else ""


def _find(content: str, piece: str) -> int:
    return max(0, content.find(piece))


def plain_text(text: str) -> str:
    """Return `text` as it is spoken: without emphasis, links and other mark-up."""
    children: list[Token] = []
    _PARSER.inline.parse(text, _PARSER, {}, children)
    return " ".join("".join(_spoken(child) for child in children).split())
