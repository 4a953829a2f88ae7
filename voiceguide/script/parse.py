"""From text to a `Script`: what in the Markdown is a part, a step, a safety line or a note; all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NoReturn

from voiceguide.base.errors import UNPRINTABLE, Mistake, Place, ScriptError
from voiceguide.script import frontmatter
from voiceguide.script.frontmatter import MAX_TEXT_LETTERS, FrontMatter
from voiceguide.script.markdown import MAX_DEPTH, MAX_MISTAKES, Block, Document, Inline
from voiceguide.script.model import Item, Script, Span, Step
from voiceguide.script.quotes import safety_lines
from voiceguide.script.step import Surroundings, read_step, spoken

MAX_BYTES = 256 * 1024
MAX_LINES = 10_000


def parse_bytes(data: bytes, file: str) -> Script:
    """Read the script in the bytes of `file`. Raises ScriptError if they are too many, not UTF-8, or not a script."""
    if len(data) > MAX_BYTES:
        _refuse(Place(file, 1), "the file is too large", f"a script may have {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        *above, line = data[: error.start].split(b"\n")
        place = Place(file, len(above) + 1, len(line.decode("utf-8-sig")) + 1)
        _refuse(place, f"not UTF-8 text: byte {error.start} is 0x{data[error.start]:02x}", "save the file as UTF-8")
    return parse(text, file)


def parse(text: str, file: str) -> Script:
    """Read the script in `text`; `file` is its name for messages. Raises ScriptError with every mistake found."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") >= MAX_LINES:
        _refuse(Place(file, 1), "too many lines", f"a script may have {MAX_LINES}")
    mistakes = list(islice(_unprintable(text, file), MAX_MISTAKES))
    if mistakes:
        raise ScriptError(mistakes)
    source, text = frontmatter.split(text)
    if source is None:
        _refuse(Place(file, 1), "the front matter is never closed", "end it with the line ‘---’")
    front = frontmatter.read(source, file, mistakes)
    document = Document(text, file, mistakes)
    if document.too_deep:
        _refuse(document.too_deep, "nested too deep", f"{MAX_DEPTH} levels are allowed")
    script = _Reader(document).script(front)
    if mistakes:
        raise ScriptError(mistakes)
    return script


def _refuse(place: Place, what: str, instead: str) -> NoReturn:
    raise ScriptError([Mistake(place, what, instead)])


def _unprintable(text: str, file: str) -> Iterator[Mistake]:
    for number, line in enumerate(text.split("\n"), start=1):
        for match in UNPRINTABLE.finditer(line):
            what = f"a control character (U+{ord(match[0]):04X})"
            yield Mistake(Place(file, number, match.start() + 1), what, "remove it")


class _Reader:
    """A reader of one document's blocks, which complains to the document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.complain = document.complain

    def script(self, front: FrontMatter) -> Script:
        top = Place(self.document.file, 1)
        title, opening, parts = None, list[Item](), list[Step]()
        for heading, blocks in _sections(self.document.blocks):
            if heading is None:
                opening += self.items(blocks, Surroundings())
            elif heading.token.tag == "h1":
                title = self.title(heading, first=title is None and not opening and not parts) or title
                opening += self.items(blocks, Surroundings())
            else:
                parts.append(self.part(heading, blocks))
        if not front.title and not title and not self.document.mistakes:
            self.complain(top, "no title", "begin with ‘# Title’, or ‘title: …’ in the front matter")
        if not opening and not parts:
            self.complain(top, "no steps", "write what is to be said: a paragraph or a numbered list")
        return Script(
            file=self.document.file,
            title=front.title or title or "",
            language=front.language or "en",
            place=top,
            tools=front.tools,
            settle=front.settle,
            day=front.day,
            daily=front.daily,
            formal=front.formal,
            leave=front.leave,
            ignore=front.ignore,
            pronounce=front.pronounce,
            opening=tuple(opening),
            parts=tuple(parts),
        )

    def title(self, heading: Block, first: bool) -> str | None:
        inline = self.document.inline(heading.blocks[0].token)
        if not first:
            self.complain(inline.place, "a second title, or one that isn't at the top", "write ‘## …’ for a part")
        if inline.brackets:
            self.complain(inline.brackets[0].place, "a bracket in the title", "put it on a part or a step")
        if len(inline.words) > MAX_TEXT_LETTERS:
            self.complain(inline.place, f"a title of {len(inline.words)} characters", f"it may have {MAX_TEXT_LETTERS}")
        return spoken(self.document, inline.words, inline.find, frozenset()) or None

    def part(self, heading: Block, blocks: list[Block]) -> Step:
        inline = self.document.inline(heading.blocks[0].token)
        if heading.token.markup == "-":
            self.complain(
                inline.place, "a line of hyphens makes a part of the words above it", "leave a blank line before it"
            )
        if heading.token.tag != "h2":
            self.complain(inline.place, f"a heading of level {heading.token.tag[1:]}", "write ‘## …’ for a part")
        if "{" in inline.words:
            self.complain(inline.place, "a placeholder in a part's name", "put it in the words of a step")
        part = self.group(inline, blocks, Surroundings())
        if not inline.words:
            self.complain(inline.place, "a part without a name", "write, say, ‘## Roll’")
        elif not part.items:
            self.complain(
                inline.place, f"the part ‘{inline.words[:MAX_TEXT_LETTERS]}’ has no steps", "write one below it"
            )
        return part

    def items(self, blocks: list[Block], surroundings: Surroundings) -> Iterator[Item]:
        for block in blocks:
            match block.token.type:
                case "paragraph_open":
                    yield self.step(self.document.inline(block.blocks[0].token), surroundings)
                case "bullet_list_open" | "ordered_list_open":
                    for item in block.blocks:
                        yield self.item(item, surroundings)
                case "blockquote_open":
                    yield from safety_lines(self.document, block)
                case "html_block":
                    self.note(block)
                case "hr":
                    pass
                case other:
                    self.complain(self.document.place(block.token), *_UNSPEAKABLE[other])

    def item(self, item: Block, surroundings: Surroundings) -> Step:
        place = self.document.place(item.token)
        first, rest = item.blocks[:1], item.blocks[1:]
        if not first:
            self.complain(place, "an empty step", "write its words, or remove it")
            return Step("", place)
        if first[0].token.type != "paragraph_open":
            return Step("", place, items=tuple(self.items(item.blocks, surroundings)))
        inline = self.document.inline(first[0].blocks[0].token)
        return self.group(inline, rest, surroundings) if rest else self.step(inline, surroundings)

    def step(self, inline: Inline, surroundings: Surroundings) -> Step:
        step = read_step(self.document, inline, surroundings)
        if not step.words and not step.actions:
            self.complain(step.place, "a step with nothing to say or do", "write its words, or a time like [hold 20s]")
        return step

    def group(self, inline: Inline, blocks: list[Block], surroundings: Surroundings) -> Step:
        group = read_step(self.document, inline, surroundings)
        for action in group.actions:
            if isinstance(action, Span) and action.kind in {"hold", "move"}:
                what = f"a [{action.kind} …] on something with steps below it"
                self.complain(action.place, what, "put it on one of the steps")
        return replace(group, items=tuple(self.items(blocks, surroundings.inside(group.loops))))

    def note(self, block: Block) -> None:
        place, (left, closed) = self.document.place(block.token), _without_comments(block.token.content)
        if not closed:
            self.complain(place, "a comment that is never closed", "close it with -->")
        elif left.strip() and left != block.token.content:
            self.complain(place, "words beside a comment are not spoken", "continue on a new line after -->")
        elif left.strip():
            self.complain(place, "HTML is not spoken", "write plain words")


def _without_comments(html: str) -> tuple[str, bool]:
    """Return `html` without its comments, and whether the last one is closed."""
    kept, position = [], 0
    while (begins := html.find("<!--", position)) >= 0:
        kept.append(html[position:begins])
        ends = html.find("-->", begins + len("<!--"))
        if ends < 0:
            return "".join(kept), False
        position = ends + len("-->")
    return "".join((*kept, html[position:])), True


_CODE = ("a line indented by four spaces or more is code in Markdown", "indent it less")
_HEADING = ("a heading inside a list", "write it at the beginning of a line, or as plain words")
_UNSPEAKABLE = {
    "code_block": _CODE,
    "fence": ("a block of code can't be spoken", "write plain words"),
    "heading_open": _HEADING,
}


def _sections(blocks: list[Block]) -> Iterator[tuple[Block | None, list[Block]]]:
    """Yield each heading with the blocks up to the next one, and None with those before the first."""
    heading, section = None, list[Block]()
    for block in blocks:
        if block.token.type == "heading_open":
            yield heading, section
            heading, section = block, []
        else:
            section.append(block)
    yield heading, section
