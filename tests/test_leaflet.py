"""The leaflet: what the script says, as a person would write it, on a page that can be printed, searched and read."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pypdf import PdfReader

from support.program import invoke
from support.sessions import MakeSession
from voiceguide.base.errors import visible
from voiceguide.base.progress import no_progress
from voiceguide.export import leaflet_pdf
from voiceguide.export.job import ExportJob, ExportOptions
from voiceguide.export.leaflet_md import escaped, page
from voiceguide.leaflet import Dose, Leaflet, leaflet
from voiceguide.library import techniques
from voiceguide.phrases import PACKS
from voiceguide.phrases.leaflet import LABELS
from voiceguide.script import Script, parse

LINK = "https://example.org/roller?a=1&b=(2)"
EVERYTHING = """---
title: Calves
tools: a ball
daily: 1
leave: Take the ball away.
---

> [!CAUTION]
> Stop at once.

Sit down. [settle 10s]

## Roll [each side]

1. Lay your {side} calf on the ball, not the {other side} one. [settle 8s]
2. {Lift|Drop} it. Number {n} of {of}. [move 4s] [3-4 times] [again: And up.]
3. Find the spot. Next: {next}. [until ready, 20s]
4. Stay there for {hold}. [hold 30s-90s] [at half: Keep breathing.] [at -10s: Soon.] [every 15s: Breathe.]
   [release: Ease off.] [rest 1m30s]

> [!CAUTION]
> Never on the bone.

## Press [2 times]

1. Circles [each side] [3 times]
   - Press. [hold 1m]
2. Squeeze. [hold 60s] [3 times] [each side]

That was all.
"""


def entries(script: str) -> list[str]:
    return [" ".join(entry.words) for section in made(script).sections for entry in section.entries]


def made(script: str) -> Leaflet:
    return leaflet(parse(script, "test.md"), 250_000)


def pdf(session: MakeSession, text: str, link: str | None = None) -> PdfReader:
    made = session(text)
    file = BytesIO()
    job = ExportJob(made, made.estimated(), ExportOptions(link=link))
    leaflet_pdf.write(job, no_progress, file)
    assert len(file.getvalue()) < leaflet_pdf.size(job)
    return PdfReader(file)


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_steps_are_as_their_author_wrote_them_with_doses_for_people() -> None:
    """No cue, no repeat unrolled, no bracket: what stands on a clinic's leaflet."""
    assert entries(EVERYTHING) == [
        "Sit down.",
        "Lay your left (right) calf on the ball, not the right (left) one.",
        "Lift (Drop) it. Number 1 of 3 to 4. 4 seconds, 3 to 4 times.",
        "Find the spot. Take your time.",
        "Stay there for 30 to 90 seconds. Hold 30 to 90 seconds. Half-way: Keep breathing. 10 seconds before the end: "
        "Soon. Every 15 seconds: Breathe. Ease off. Rest 1 minute 30 seconds.",
        "Never on the bone.",
        "Circles 3 times each side.",
        "Squeeze. Hold 1 minute, 3 times each side, changing sides each time.",
        "That was all.",
    ]
    leaflet = made(EVERYTHING)
    assert [(section.title, section.dose) for section in leaflet.sections] == [
        ("", ""), ("Roll", "each side"), ("Press", "2 times")
    ]  # fmt: skip
    assert leaflet.facts == ("Takes about 4 minutes", "What is needed: a ball", "Once a day at most")
    assert leaflet.safety == ("Stop at once.",)
    assert leaflet.leave == "Take the ball away."


def test_closing_words_are_no_step() -> None:
    """“That was all.” with a number before it would be one more thing to do."""
    assert made("# T\n\n## Rest\n\n1. Lie still. [rest 20s]\n\nThat was all.\n").closing == ("That was all.",)
    assert made("# T\n\n1. Lie still. [rest 20s]\n\nThat was all.\n").closing == ("That was all.",)
    assert made("# T\n\n1. Lie still.\n2. Breathe.\n").sections[0].entries


@pytest.mark.parametrize(
    ("brackets", "said"),
    [
        ("[hold 1m-2m]", "Hold 1 to 2 minutes."),
        ("[hold 90s-3m]", "Hold 1 minute 30 seconds to 3 minutes."),
        ("[hold 1.5s]", "Hold 1.5 seconds."),
        ("[hold 1h]", "Hold 1 hour."),
        ("[hold 20s] [1 times]", "Hold 20 seconds, once."),
        ("[hold 20s] [each side] [3 times]", "Hold 20 seconds, 3 times each side."),
        ("[2-3 times] [hold 20s] [each side]", "Hold 20 seconds, 2 to 3 times each side, changing sides each time."),
        ("[settle 5s] [each side]", "Each side."),
    ],
)
def test_doses_are_written_as_people_write_them(brackets: str, said: str) -> None:
    """The doses are what a leaflet is for."""
    assert entries(f"# T\n\n- Press. {brackets}\n") == [f"Press. {said}"]


def test_every_language_has_its_labels() -> None:
    """A leaflet in two languages at once would be of no use; and no label stands for itself."""
    assert LABELS.keys() == PACKS.keys()
    for language in LABELS:
        script = EVERYTHING.replace("tools:", f"language: {language}\ntools:")
        text = page(made(script))
        assert "{" not in text
        assert (language == "en") == ("Half-way" in text)


@pytest.mark.parametrize("name", techniques.names())
def test_each_technique_is_one_page_with_all_its_words(hummed: MakeSession, name: str) -> None:
    """What a clinic hands out fits on a sheet, and leaves nothing out that is to be done."""
    script = techniques.load_technique(name)
    source = (Path(__file__).parent.parent / "scripts" / f"{name}.md").read_text("utf-8")
    read = pdf(hummed, source)
    assert len(read.pages) == 1
    text = one_line(read.pages[0].extract_text())
    for words in said(leaflet(script, 1)):
        assert one_line(words) in text
    assert read.metadata is not None
    assert read.metadata.title == script.title
    assert str(read.root_object["/Lang"]) == script.language


def said(leaflet: Leaflet) -> list[str]:
    words = [word for section in leaflet.sections for entry in section.entries for word in entry.words]
    return [leaflet.title, *leaflet.safety, *words, *leaflet.closing, leaflet.leave or ""]


@pytest.mark.long
def test_a_long_script_takes_more_pages_and_loses_nothing(hummed: MakeSession) -> None:
    """Small print is no way out: beyond a page, the text keeps a size that can be read."""
    steps = "\n".join(
        f"{n}. Step number {n} of a very long technique, and what to do. [hold 9s]" for n in range(1, 151)
    )
    read = pdf(hummed, f"# Long\n\n{steps}\n")
    text = one_line(" ".join(page.extract_text() for page in read.pages))
    assert len(read.pages) > 1
    assert all(f"Step number {n} of" in text for n in range(1, 151))


def test_the_code_leads_to_the_link(hummed: MakeSession) -> None:
    """A code that can't be scanned is found out by the patient, too late."""
    file = BytesIO()
    session = hummed(EVERYTHING)
    job = ExportJob(session, session.estimated(), ExportOptions(link=LINK))
    leaflet_pdf.write(job, no_progress, file)
    picture = pypdfium2.PdfDocument(file.getvalue())[0].render(scale=2).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [LINK]
    page = PdfReader(file).pages[0]
    assert LINK in one_line(page.extract_text())
    assert [note.get_object()["/A"]["/URI"] for note in page.annotations or ()] == [LINK]
    assert f"<{LINK}>" in (text := markdown(EVERYTHING, LINK))
    assert MarkdownIt().render(text).count(f'href="{LINK.replace("&", "&amp;")}"') == 1


def markdown(script: str, link: str | None = None) -> str:
    return page(made(script), link)


def test_hostile_words_stay_words(hummed: MakeSession) -> None:
    """A title that looks like markup is printed as it stands, in both formats."""
    title = "</title><script>alert(1)</script> & <b>x</b> [a](http://b) *y* `z` &amp; ]]>"
    steps = "1. Press &amp; \\<b>hold\\</b>, \\# and so on. [hold 9s]\n2. \\# Up. [move 2s]\n"
    text = f'---\ntitle: "{title}"\n---\n\n{steps}'
    read = pdf(hummed, text)
    assert read.metadata is not None
    assert read.metadata.title == title
    assert one_line(title) in one_line(read.pages[0].extract_text())
    rendered = MarkdownIt().render(markdown(text))
    assert "<script" not in rendered
    assert "<b>" not in rendered
    assert "<h1>&lt;/title&gt;" in rendered
    assert rendered.count("<li>") == 2


@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_escaped_markdown_says_just_the_words(words: str) -> None:
    """Whatever an author writes is read as words, wherever it stands."""
    tokens = MarkdownIt().parse(f"1. {escaped(words)}")
    kinds = [token.type for token in tokens]
    assert kinds == ["ordered_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close",
                     "list_item_close", "ordered_list_close"]  # fmt: skip
    children = tokens[3].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == one_line(visible(words))


def test_markdown_marks_doses_and_safety() -> None:
    """What matters most is seen first, also where the Markdown is shown as it is."""
    text = markdown(EVERYTHING)
    assert "# Calves\n" in text
    assert "> **Safety**\n>\n> Stop at once." in text
    assert "**Hold 1 minute, 3 times each side, changing sides each time.**" in text
    assert "> **Never on the bone.**" in text
    assert "## Roll – each side" in text


@pytest.mark.parametrize("suffix", ["pdf", "md"])
@pytest.mark.cold_cache
def test_a_leaflet_needs_no_voice_and_is_the_same_every_time(tmp_path: Path, suffix: str) -> None:
    """Nothing is recorded for what nobody speaks, and nothing in it tells when it was made."""
    once, again = tmp_path / f"once.{suffix}", tmp_path / f"again.{suffix}"
    for file in (once, again):
        done = invoke("export", "hands", "foam-roller", "-o", str(file), "--link", LINK)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{file}: a leaflet\n", "")
    assert once.read_bytes() == again.read_bytes()
    assert not (tmp_path / "cache").exists()
    if suffix == "pdf":
        assert len(PdfReader(once).pages) == 2


@pytest.mark.parametrize(
    "link", ["example.org", "ftp://example.org", "https://", "javascript:alert(1)", "https://a b", "http://[", "http://a:x",
             "https://a/<b>", 'https://a/"', "https://é.org", "https://a/\n"],
)  # fmt: skip
def test_a_link_is_an_address_of_the_web(tmp_path: Path, link: str) -> None:
    """A code on paper can't be corrected any more."""
    done = invoke("export", "hands", "-o", str(tmp_path / "a.pdf"), "--link", link)
    assert done.returncode == 2
    assert "such as https://example.org/roller" in done.stderr
    assert not (tmp_path / "a.pdf").exists()


def test_a_link_is_for_leaflets(tmp_path: Path) -> None:
    """A link that would be left out without a word is refused."""
    done = invoke("export", "hands", "-o", str(tmp_path / "a.wav"), "--link", LINK, "--voice", "hum")
    assert done.returncode == 2
    assert "--link is only for a leaflet" in done.stderr


def test_without_its_package_a_pdf_is_refused_with_advice(tmp_path: Path) -> None:
    """The extra is named, and there is no traceback."""
    (tmp_path / "reportlab.py").write_text("raise ImportError('not here')\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from voiceguide.cli import main; main()"
    command = [sys.executable, "-c", code, "export", "hands", "-o", str(tmp_path / "a.pdf")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert 'pip install "voiceguide[leaflet]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_a_script_in_another_language_is_refused() -> None:
    """A leaflet half in English would be worse than none."""
    from voiceguide.base.errors import ScriptError

    with pytest.raises(ScriptError, match="no phrases"):
        leaflet(Script("t.md", "T", "pl", parse("# T\n\nWords.\n", "t.md").place), 1)


def test_doses_are_set_apart() -> None:
    """A layout can show them in its own way."""
    [section] = made("# T\n\n- Press. [hold 9s]\n- Up. [move 2s]\n").sections
    assert [type(word) for word in section.entries[0].words] == [str, Dose]
