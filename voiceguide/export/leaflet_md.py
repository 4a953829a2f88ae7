"""The leaflet as Markdown, for web pages and emails, and for people who want to design their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO

from voiceguide.base.errors import visible
from voiceguide.base.progress import Progress
from voiceguide.export.job import ExportJob
from voiceguide.leaflet import Dose, Leaflet, LeafletEntry, Section
from voiceguide.session.render import total_frames

_SIGNS = re.compile(r"([\\`*_\[\]<>&~|$])")
_LIKE_A_MARK = re.compile(r"^([#+=-])")
_LIKE_A_NUMBER = re.compile(r"^(\d+)([.)])")

is_leaflet = True


def size(job: ExportJob) -> int:
    return 4_000 * len(job.session.scripts)


def write(job: ExportJob, progress: Progress, file: IO[bytes]) -> None:
    """Write the leaflets of all techniques, one below the other."""
    pages = (page(leaflet, job.options.link) for leaflet in job.leaflets())
    file.write("\n".join(pages).encode())
    progress(total := total_frames(job.timeline), total)


def page(leaflet: Leaflet, link: str | None = None) -> str:
    """Return one leaflet, with a `link` to the recording if there is one."""
    return "\n".join(_lines(leaflet, link)) + "\n"


def _lines(leaflet: Leaflet, link: str | None) -> Iterator[str]:
    yield f"# {escaped(leaflet.title)}"
    yield ""
    yield " · ".join(map(escaped, leaflet.facts))
    if leaflet.safety:
        yield f"\n> **{escaped(leaflet.safety_title)}**"
        for line in leaflet.safety:
            yield f">\n> {escaped(line)}"
    for section in leaflet.sections:
        yield from _section(section)
    for line in leaflet.closing:
        yield f"\n{escaped(line)}"
    if leaflet.leave:
        yield f"\n**{escaped(leaflet.leave_title)}:** {escaped(leaflet.leave)}"
    if link:
        yield f"\n**{escaped(leaflet.listen_title)}:** <{link}>"


def _section(section: Section) -> Iterator[str]:
    if section.title:
        dose = f" – {escaped(section.dose)}" if section.dose else ""
        yield f"\n## {escaped(section.title)}{dose}"
    yield ""
    yield from _entries(section.entries, "")


def _entries(entries: Sequence[LeafletEntry], indent: str) -> Iterator[str]:
    """Yield numbered steps; a single one needs no number."""
    number = 0
    for entry in entries:
        words = " ".join(f"**{escaped(word)}**" if isinstance(word, Dose) else escaped(word) for word in entry.words)
        if entry.safety:
            yield f"\n{indent}> **{words}**\n"
            continue
        number += 1
        mark = f"{number}. " if len(entries) > 1 else ""
        yield f"{indent}{mark}{words}"
        below = indent + " " * len(mark)
        yield from ([""] if entry.entries and not mark else [])
        yield from _entries(entry.entries, below)


def escaped(words: str) -> str:
    """Return `words` as Markdown on one line, with everything escaped that would mean something."""
    plain = _SIGNS.sub(r"\\\1", " ".join(visible(words).split()))
    return _LIKE_A_NUMBER.sub(r"\1\\\2", _LIKE_A_MARK.sub(r"\\\1", plain))
