"""The leaflet as PDF: A4, one page for each technique, real text in an embedded font."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from html import escape
from io import BytesIO
from typing import IO, Any

from voiceguide.base.errors import MissingExtraError, visible
from voiceguide.base.progress import Progress
from voiceguide.draw.fonts import Weight, font_file
from voiceguide.export.job import ExportJob
from voiceguide.leaflet import Dose, Leaflet, LeafletEntry, Section
from voiceguide.session.render import total_frames

try:
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import HRFlowable, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Table
except ImportError:
    raise MissingExtraError("a leaflet as PDF", "leaflet") from None

SIZES = (12, 11.5, 11, 10.5, 10, 9.5, 9)
"""Sizes of the text in points; the largest that fits each leaflet onto one page is taken."""

SIZE_OF_MANY_PAGES = 10.5
"""The size, in points, if none of them does."""

_LONGEST_FOOT = 90
"""Characters of the title at the foot of a page."""

_MARGIN = 17 * mm
_PADDING = 6
"""Points between a page's frame and what is in it: platypus's default."""

_CODE, _GAP = 27 * mm, 5 * mm
_INK, _DOSE, _FAINT, _ALARM, _GROUND = (HexColor(f"#{c}") for c in ("17263a", "005a8f", "5d6c7e", "a33c00", "fbf0e6"))

is_leaflet = True


def size(job: ExportJob) -> int:
    return 120_000 + 8_000 * len(job.session.scripts)


def write(job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
    """Write the leaflets of all techniques, each on a page of its own, in the largest size at which they fit."""
    leaflets = job.leaflets()
    _register()
    for points in SIZES:
        pdf, pages = _made(leaflets, job.options.link, points)
        if pages <= len(leaflets):
            break
    else:
        pdf, _ = _made(leaflets, job.options.link, SIZE_OF_MANY_PAGES)
    file.write(pdf)
    progress(total := total_frames(job.timeline), total)


def _register() -> None:
    names: dict[str, Weight] = {"": "", "-Bold": "Semibold", "-Italic": "It"}
    for name, weight in names.items():
        registerFont(TTFont(f"Leaflet{name}", font_file(weight)))
    registerFontFamily(
        "Leaflet", normal="Leaflet", bold="Leaflet-Bold", italic="Leaflet-Italic", boldItalic="Leaflet-Bold"
    )


def _made(leaflets: Sequence[Leaflet], link: str | None, points: float) -> tuple[bytes, int]:
    """Return the file, and how many pages it has."""
    file = BytesIO()
    title = visible(" · ".join(leaflet.title for leaflet in leaflets))
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        title=title,
        author="voiceguide",
        creator="voiceguide",
        lang=leaflets[0].language,
        invariant=1,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN * 0.8,
        bottomMargin=_MARGIN,
    )
    pages = _Pages(points, document.width - 2 * _PADDING)
    story = [piece for leaflet in leaflets for piece in (*pages.leaflet(leaflet, link), PageBreak())]
    foot = partial(_foot, title)
    document.build(story[:-1], onFirstPage=foot, onLaterPages=foot)
    return file.getvalue(), document.page


def _foot(title: str, canvas: Any, document: Any) -> None:
    """Draw the title and the page's number at the foot of a page."""
    canvas.setFont("Leaflet", 8.5)
    canvas.setFillColor(_FAINT)
    canvas.drawString(
        _MARGIN + _PADDING, _MARGIN * 0.6, title if len(title) <= _LONGEST_FOOT else f"{title[:_LONGEST_FOOT]}…"
    )
    canvas.drawRightString(_MARGIN + document.width - _PADDING, _MARGIN * 0.6, str(document.page))


class _Pages:
    """Leaflets set in text of a size, on pages of a width; both in points."""

    def __init__(self, points: float, width: float) -> None:
        self.points = points
        self.width = width

    def style(self, scale: float = 1.0, **more: Any) -> ParagraphStyle:
        size = self.points * scale
        return ParagraphStyle(
            "", **{"fontName": "Leaflet", "fontSize": size, "leading": size * 1.32, "textColor": _INK, **more}
        )

    def leaflet(self, leaflet: Leaflet, link: str | None) -> Iterator[Any]:
        yield self.head(leaflet, link)
        yield HRFlowable("100%", 1.2, color=_DOSE, spaceBefore=self.points * 0.5, spaceAfter=self.points * 0.7)
        if leaflet.safety:
            yield self.safety(leaflet)
        for section in leaflet.sections:
            yield from self.section(section)
        for number, words in enumerate(leaflet.closing):
            yield Paragraph(_escaped(words), self.style(spaceBefore=self.points * (0.3 if number else 1)))
        if leaflet.leave:
            stop = f"<b>{_escaped(leaflet.leave_title)}:</b> {_escaped(leaflet.leave)}"
            yield Paragraph(stop, self.style(spaceBefore=self.points))
        if link:
            there = f'<b>{_escaped(leaflet.listen_title)}:</b> <link href="{_escaped(link)}">{_escaped(link)}</link>'
            yield Paragraph(there, self.style(0.9, spaceBefore=self.points, textColor=_FAINT))

    def head(self, leaflet: Leaflet, link: str | None) -> Any:
        """Return the title and the facts, and, if there is a link, a QR code beside them."""
        title = Paragraph(_escaped(leaflet.title), self.style(2.1, fontName="Leaflet-Bold", leading=self.points * 2.5))
        facts = Paragraph(_escaped("  ·  ".join(leaflet.facts)), self.style(1.02, textColor=_FAINT, spaceBefore=3))
        code = [_code(link)] if link else []
        widths = [self.width - _CODE - _GAP, _CODE + _GAP] if link else [self.width]
        plain = [
            ("LEFTPADDING", (0, 0), (0, 0), 0),
            ("LEFTPADDING", (-1, 0), (-1, 0), _GAP if link else 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
        return Table([[[title, facts], *code]], widths, style=plain)

    def safety(self, leaflet: Leaflet) -> Any:
        title = f'<font name="Leaflet-Bold" color="{_hex(_ALARM)}">{_escaped(leaflet.safety_title)}</font>'
        lines = "<br/>".join((title, *map(_escaped, leaflet.safety)))
        space = self.points
        box = {"backColor": _GROUND, "borderPadding": (space * 0.6, space * 0.8, space * 0.8, space * 0.8)}
        return Paragraph(
            lines,
            self.style(
                leftIndent=space * 0.8, rightIndent=space * 0.8, spaceBefore=space, spaceAfter=space * 1.2, **box
            ),
        )

    def section(self, section: Section) -> Iterator[Any]:
        """Yield the heading, kept together with the first step, and the other steps."""
        steps = list(self.entries(section.entries, 0))
        if section.title:
            dose = f'  <font color="{_hex(_DOSE)}">– {_escaped(section.dose)}</font>' if section.dose else ""
            heading = self.style(
                1.25, fontName="Leaflet-Bold", spaceBefore=self.points * 1.1, spaceAfter=self.points * 0.2
            )
            yield KeepTogether([Paragraph(_escaped(section.title) + dose, heading), *steps[:1]])
            steps = steps[1:]
        yield from steps

    def entries(self, entries: Sequence[LeafletEntry], depth: int) -> Iterator[Any]:
        """Yield numbered steps; a single one needs no number."""
        indent = self.points * 1.9
        number = 0
        for entry in entries:
            number += not entry.safety
            mark = f"{number}." if not entry.safety and len(entries) > 1 else None
            left = indent * (depth + 1) if len(entries) > 1 or depth else 0
            style = self.style(
                leftIndent=left,
                bulletIndent=max(0.0, left - indent),
                bulletFontName="Leaflet-Bold",
                bulletFontSize=self.points,
                bulletColor=_INK,
                spaceBefore=self.points * 0.3,
            )
            yield Paragraph(self.words(entry), style, bulletText=mark)
            yield from self.entries(entry.entries, depth + 1)

    def words(self, entry: LeafletEntry) -> str:
        """Return a step's words as markup, with its doses set apart."""
        if entry.safety:
            return f'<font name="Leaflet-Bold" color="{_hex(_ALARM)}">{_escaped(" ".join(entry.words))}</font>'
        dose = f'<font name="Leaflet-Bold" color="{_hex(_DOSE)}">{{}}</font>'
        return " ".join(
            dose.format(_escaped(word)) if isinstance(word, Dose) else _escaped(word) for word in entry.words
        )


def _code(link: str) -> Drawing:
    """Return a QR code that leads to `link`."""
    widget = QrCodeWidget(link, barLevel="M", barBorder=2, barWidth=_CODE, barHeight=_CODE)
    drawing = Drawing(_CODE, _CODE)
    drawing.add(widget)
    return drawing


def _hex(colour: Any) -> str:
    return f"#{colour.hexval()[2:]}"


def _escaped(words: str) -> str:
    return escape(visible(words))
