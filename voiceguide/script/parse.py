"""From text to `Script`: which Markdown is a part, a step, a safety line or a note; every mistake in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

from voiceguide.errors import UNPRINTABLE, Mistake, Place, ScriptError
from voiceguide.moments import written
from voiceguide.script import frontmatter
from voiceguide.script.brackets import Again, Alert, Bracket, Switch
from voiceguide.script.frontmatter import FrontMatter
from voiceguide.script.markdown import MAX_DEPTH, Block, Document, Inline, plain
from voiceguide.script.model import Caution, Chime, EachSide, Item, Loop, Script, Span, Step, Times
from voiceguide.script.nearest import suggestion

MAX_BYTES = 256 * 1024
MAX_WORDS = 2_000
"""Characters one step may speak."""

PLACEHOLDERS = ("side", "other side")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}|[{}]")
_MARK_FLOOD = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{9,}")
_COMMENTS = re.compile(r"<!--.*?-->", re.DOTALL)
_ALERT = re.compile(r"\[!([A-Za-z]+)\]\s*")
_NOTES = frozenset({"NOTE", "TIP", "IMPORTANT"})


def parse_bytes(data: bytes, file: str) -> Script:
    """The script in the bytes of `file`. Raises ScriptError if they are too many, not UTF-8, or not a script."""
    if len(data) > MAX_BYTES:
        _refuse(Place(file, 1), "the file is too large", f"a script may have {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(file, data.count(b"\n", 0, error.start) + 1)
        _refuse(place, f"not UTF-8 text: byte {error.start} is 0x{data[error.start]:02x}", "save the file as UTF-8")
    return parse(text, file)


def parse(text: str, file: str) -> Script:
    """The script in `text`; `file` is its name for messages. Raises ScriptError with every mistake found."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    mistakes = list(_unprintable(text, file))
    if mistakes:
        raise ScriptError(mistakes)
    source, text = frontmatter.split(text)
    if source is None:
        _refuse(Place(file, 1), "the front matter is never closed", "end it with a line ‘---’")
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
    """Reads one document's blocks; complaints go to the document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.complain = document.complain

    def script(self, front: FrontMatter) -> Script:
        top = Place(self.document.file, 1)
        title, opening, parts = None, list[Item](), list[Step]()
        for heading, blocks in _sections(self.document.blocks):
            if heading is None:
                opening += self.items(blocks, sided=False)
            elif heading.token.tag == "h1":
                title = self.title(heading, first=title is None and not opening and not parts) or title
                opening += self.items(blocks, sided=False)
            else:
                parts.append(self.part(heading, blocks))
        if not front.title and not title:
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
            daily=front.daily,
            opening=tuple(opening),
            parts=tuple(parts),
        )

    def title(self, heading: Block, first: bool) -> str | None:
        inline = self.document.inline(heading.blocks[0].token)
        if not first:
            self.complain(inline.place, "a second title, or one that isn't at the top", "write ‘## …’ for a part")
        if inline.brackets:
            self.complain(inline.brackets[0].place, "a bracket in the title", "put it on a part or a step")
        return inline.words or None

    def part(self, heading: Block, blocks: list[Block]) -> Step:
        inline = self.document.inline(heading.blocks[0].token)
        if heading.token.tag != "h2":
            self.complain(inline.place, f"a heading of level {heading.token.tag[1:]}", "write ‘## …’ for a part")
        if "{" in inline.words:
            self.complain(inline.place, "a placeholder in a part's name", "put it in the words of a step")
        part = self.group(inline, blocks, sided=False)
        if not inline.words:
            self.complain(inline.place, "a part without a name", "write, say, ‘## Roll’")
        elif not part.items:
            self.complain(inline.place, f"the part ‘{inline.words}’ has no steps", "write one below it")
        return part

    def items(self, blocks: list[Block], sided: bool) -> Iterator[Item]:
        for block in blocks:
            match block.token.type:
                case "paragraph_open":
                    yield self.step(self.document.inline(block.blocks[0].token), sided)
                case "bullet_list_open" | "ordered_list_open":
                    for item in block.blocks:
                        yield self.item(item, sided)
                case "blockquote_open":
                    yield from self.quote(block)
                case "html_block":
                    self.note(block)
                case "hr":
                    pass
                case other:
                    what = _UNSPEAKABLE.get(other, "this can't be spoken")
                    self.complain(self.document.place(block.token), *what)

    def item(self, item: Block, sided: bool) -> Step:
        first, rest = item.blocks[:1], item.blocks[1:]
        if not first:
            self.complain(self.document.place(item.token), "an empty step", "write its words, or remove it")
            return Step("", self.document.place(item.token))
        if first[0].token.type != "paragraph_open":
            return self.group(Inline("", (), self.document.place(item.token)), item.blocks, sided)
        inline = self.document.inline(first[0].blocks[0].token)
        return self.group(inline, rest, sided) if rest else self.step(inline, sided)

    def step(self, inline: Inline, sided: bool) -> Step:
        step = self.governed(inline, sided)
        if not step.words and not step.actions:
            self.complain(step.place, "a step with nothing to say or do", "write its words, or a time like [hold 20s]")
        return step

    def group(self, inline: Inline, blocks: list[Block], sided: bool) -> Step:
        group = self.governed(inline, sided)
        for action in group.actions:
            if isinstance(action, Span) and action.kind in {"hold", "move"}:
                what = f"[{action.kind} {written(action.ms)}] on something with steps below it"
                self.complain(action.place, what, "put it on one of the steps")
        return replace(group, items=tuple(self.items(blocks, sided or _has_sides(group.loops))))

    def governed(self, inline: Inline, sided: bool) -> Step:
        """The step of these words and brackets, without what stands below it."""
        for bracket in inline.brackets:
            if isinstance(bracket, Alert):
                self.complain(bracket.place, f"[!{bracket.kind}] outside a quote", "begin the lines with > signs")
        for bracket, name in _repeated(inline.brackets):
            self.complain(bracket.place, f"a second [{name}] on the same step", "keep one of them")
        switch = next((bracket for bracket in inline.brackets if isinstance(bracket, Switch)), None)
        loops = tuple(
            EachSide(switch.ms, bracket.place) if switch and isinstance(bracket, EachSide) else bracket
            for bracket in inline.brackets
            if isinstance(bracket, Times | EachSide)
        )
        if switch and not _has_sides(loops):
            self.complain(switch.place, f"[switch {written(switch.ms)}] without [each side]", "write both, or neither")
        if sided and _has_sides(loops):
            self.complain(inline.place, "[each side] inside [each side]", "keep one of them")
        again = next((bracket for bracket in inline.brackets if isinstance(bracket, Again)), None)
        sided = sided or _has_sides(loops)
        return Step(
            words=self.words(inline.words, inline.place, sided),
            place=inline.place,
            again=self.words(plain(again.words), again.place, sided) if again else None,
            loops=loops,
            actions=tuple(bracket for bracket in inline.brackets if isinstance(bracket, Span | Chime)),
        )

    def words(self, words: str, place: Place, sided: bool) -> str:
        """`words`, once they are known to be something a voice can say."""
        if len(words) > MAX_WORDS:
            self.complain(place, f"a step of {len(words)} characters", f"split it: one may have {MAX_WORDS}")
        if words and not any(char.isalnum() for char in words):
            self.complain(place, f"nothing in ‘{words[:20]}’ can be spoken", "write words, or remove it")
        if unprintable := UNPRINTABLE.search(words):
            self.complain(place, f"a control character (U+{ord(unprintable[0]):04X})", "remove it")
        if _MARK_FLOOD.search(words):
            self.complain(place, "more than eight accents on one letter", "remove them")
        for braces in _PLACEHOLDER.finditer(words):
            self.placeholder(braces, place, sided)
        return words

    def placeholder(self, braces: re.Match[str], place: Place, sided: bool) -> None:
        name = braces[1]
        if name is None or name not in PLACEHOLDERS:
            right = suggestion(name or "", PLACEHOLDERS).replace("mean ", "mean {").replace("?", "}?")
            right = right or "the placeholders are {side} and {other side}"
            self.complain(place, f"unknown placeholder {braces[0]}", right)
        elif not sided:
            self.complain(place, f"{braces[0]} where there are no sides", "write [each side] on the step, or above it")

    def quote(self, quote: Block) -> Iterator[Caution]:
        """A safety line if the quote begins with `[!CAUTION]`; a note to other authors, and nothing, otherwise."""
        first = quote.blocks[0].token if quote.blocks else None
        if first is None or first.type != "paragraph_open":
            return
        inline = quote.blocks[0].blocks[0].token
        alert = _ALERT.match(inline.content)
        if alert is None or alert[1].upper() in _NOTES:
            return
        for block in quote.blocks:
            if block.token.type == "paragraph_open":
                token = block.blocks[0].token
                yield from self.caution(
                    self.document.inline(token), self.document.at(token, alert.end() if token is inline else 0)
                )
            else:
                self.complain(self.document.place(block.token), "a safety line is plain sentences", "write a paragraph")

    def caution(self, inline: Inline, place: Place) -> Iterator[Caution]:
        for bracket in inline.brackets:
            if not isinstance(bracket, Alert):
                self.complain(bracket.place, "a bracket in a safety line", "put it on a step")
            elif bracket.kind != "CAUTION":
                self.complain(bracket.place, f"unknown kind of note [!{bracket.kind}]", "write [!CAUTION]")
        if inline.words:
            yield Caution(self.words(inline.words, place, sided=False), place)

    def note(self, block: Block) -> None:
        if not _COMMENTS.sub("", block.token.content).strip():
            return
        place = self.document.place(block.token)
        if block.token.content.lstrip().startswith("<!--"):
            self.complain(place, "words beside a comment are not spoken", "go on in a line of its own, after -->")
        else:
            self.complain(place, "HTML is not spoken", "write plain words")


_UNSPEAKABLE = {
    "code_block": ("a line indented by four spaces or more is code in Markdown", "indent it less"),
    "fence": ("a block of code can't be spoken", "write plain words"),
}


def _sections(blocks: list[Block]) -> Iterator[tuple[Block | None, list[Block]]]:
    """Each heading with the blocks up to the next one; None heads what stands before the first."""
    heading, section = None, list[Block]()
    for block in blocks:
        if block.token.type == "heading_open":
            yield heading, section
            heading, section = block, []
        else:
            section.append(block)
    yield heading, section


def _has_sides(loops: tuple[Loop, ...]) -> bool:
    return any(isinstance(loop, EachSide) for loop in loops)


_ONCE: dict[type, str] = {Times: "… times", EachSide: "each side", Switch: "switch", Again: "again"}


def _repeated(brackets: tuple[Bracket, ...]) -> Iterator[tuple[Bracket, str]]:
    """The brackets that may stand only once and were met before, with what they are called."""
    met = set[type]()
    for bracket in brackets:
        if type(bracket) in met and type(bracket) in _ONCE:
            yield bracket, _ONCE[type(bracket)]
        met.add(type(bracket))
