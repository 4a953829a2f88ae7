"""Pictures and covers: all of a session is in them, in colours that can be told apart, whatever its title."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from support.program import invoke
from support.sessions import MakeSession
from voiceguide.base.errors import visible
from voiceguide.base.moments import HOUR
from voiceguide.draw.palette import DARK, LIGHT, Palette
from voiceguide.draw.png import png
from voiceguide.draw.shapes import Box, Drawing, Text, text_width, wrapped_text
from voiceguide.draw.svg import svg
from voiceguide.export.artwork import cover
from voiceguide.listener.config import Config
from voiceguide.picture.chart import picture
from voiceguide.picture.cover import SIDE
from voiceguide.picture.cover import cover as drawn_cover
from voiceguide.picture.grid import LEFT, WIDTH, grid
from voiceguide.recording.cache_folder import LEAST_BYTES
from voiceguide.session.build import open_session
from voiceguide.timeline import Timeline
from voiceguide.voices.hum import HummingVoice

SVG = "{http://www.w3.org/2000/svg}"
TECHNIQUES = ("hands", "massage-balls", "foam-roller")
HOSTILE = '</title></svg><script>alert(1)</script> & \x1b[31m \ufffe ‮ "quoted" {side}'
SCRIPT = "# Short\n\nWords. [settle 2s]\n\n## Roll [each side]\n\n- Press. [hold 9s] [3 times]\n"


@pytest.fixture(scope="module")
def timelines() -> dict[str, Timeline]:
    settings = Config(cache=LEAST_BYTES)
    return {name: open_session(name, voice=HummingVoice(), settings=settings).timeline() for name in TECHNIQUES}


@pytest.mark.parametrize("name", TECHNIQUES)
def test_everything_that_happens_is_in_the_picture(timelines: dict[str, Timeline], name: str) -> None:
    """A word, a hold or a chime that isn't drawn would be a lie about the session."""
    timeline = timelines[name]
    told = [shape.about for shape in picture(timeline).shapes if not isinstance(shape, Text) and shape.about]
    for event in timeline.events:
        what = event.text or event.sound or event.kind
        assert any(what in about for about in told), what
    kinds = {shape.fill for shape in picture(timeline).shapes}
    assert {event.kind for event in timeline.events} - {"say", "chime"} <= kinds


@pytest.mark.parametrize("name", TECHNIQUES)
def test_times_are_as_wide_as_they_last(timelines: dict[str, Timeline], name: str) -> None:
    """The scale is one and the same in all rows, also for a hold that is cut where a row ends."""
    timeline = timelines[name]
    there = grid(timeline, {"time": 10})
    for event in timeline.events:
        pieces = list(there.pieces(event.start_ms, event.end_ms))
        wide = (event.end_ms - event.start_ms) * (WIDTH - LEFT - 32) / there.row_ms
        assert sum(piece.width for piece in pieces) == pytest.approx(wide)
        assert [piece.first for piece in pieces] == [True, *([False] * (len(pieces) - 1))]
        assert all(LEFT <= piece.x <= piece.x + piece.width <= WIDTH - 32 + 0.001 for piece in pieces)


@pytest.mark.parametrize("minutes", [0.1, 4, 10, 45, 120, 600, 1440])
def test_rows_are_few_as_long_as_words_can_be_seen(timelines: dict[str, Timeline], minutes: float) -> None:
    """Four minutes fill a page, and ten hours don't fill a hundred."""
    timeline = replace(timelines["hands"], duration_ms=int(minutes * 60_000))
    there = grid(timeline, {"time": 10})
    assert there.rows <= 60
    assert there.row_ms <= 300_000 or minutes > 300
    assert there.row_ms <= 60_000 or minutes > 8


def test_what_is_drawn_stays_on_the_page(timelines: dict[str, Timeline]) -> None:
    """No text runs out of the picture, and no box."""
    for timeline in timelines.values():
        drawing = picture(timeline)
        for shape in drawing.shapes:
            if isinstance(shape, Box):
                assert shape.x >= 0
                assert shape.x + shape.width <= drawing.width + 0.001
                assert shape.y + shape.height <= drawing.height + 0.001
            if isinstance(shape, Text) and shape.anchor == "start":
                assert shape.x + text_width(shape.words, shape.size) <= drawing.width


@pytest.mark.parametrize("drawn", [picture, drawn_cover])
def test_a_hostile_title_is_only_text(hummed: MakeSession, drawn: object) -> None:
    """A script from somebody else must not put a script into a page, nor break the picture."""
    timeline = replace(hummed(SCRIPT).timeline(1.0), title=HOSTILE, voice=HOSTILE)
    drawing: Drawing = drawn(timeline)  # type: ignore[operator]
    root = ElementTree.fromstring(svg(drawing))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "style", "rect", "path", "text"
    }  # fmt: skip
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == visible(HOSTILE).replace("\ufffe", "\ufffd")
    assert png(drawing, DARK)


def test_a_picture_can_be_read_by_a_screen_reader(timelines: dict[str, Timeline]) -> None:
    """Who doesn't see it is told what there is to see."""
    root = ElementTree.fromstring(svg(picture(timelines["foam-roller"])))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title about"
    about = root.find(f"{SVG}desc")
    assert about is not None
    assert "1 hold, 20s" in (about.text or "")
    assert "Smaller circles at" in (about.text or "")


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(palette: Palette) -> None:
    """Contrast as WCAG asks for it, 4.5 to 1, on white pages and on dark ones."""
    grounds = {
        "ink": ("paper", "part", "other part", "time", "other time"),
        "faint": ("paper", "other part"),
        "on hold": ("hold",),
        "on time": ("move", "settle", "rest", "wait"),
        "on left": ("left",),
        "on right": ("right",),
    }
    for ink, several in grounds.items():
        for ground in several:
            assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    assert LIGHT.keys() <= DARK.keys()


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_is_in_its_palette(timelines: dict[str, Timeline]) -> None:
    """A drawing names its colours; a name that no palette has would be black, or an error."""
    for timeline in timelines.values():
        assert {shape.fill for shape in picture(timeline).shapes} <= LIGHT.keys() & DARK.keys()
        assert {shape.fill for shape in drawn_cover(timeline).shapes} <= DARK.keys()


def test_covers_are_small_square_and_each_its_own(timelines: dict[str, Timeline]) -> None:
    """They go into every file's tags, and are what tells techniques apart in a list."""
    covers = {cover(timeline) for timeline in timelines.values()}
    assert len(covers) == len(timelines)
    for made in covers:
        assert len(made) < 100_000
        assert Image.open(BytesIO(made)).size == (SIDE, SIDE)
    assert cover(timelines["hands"]) in covers


@pytest.mark.parametrize("title", ["X", "Schulterblattmuskulaturentspannungsübung", "word " * 40, "W" * 200, "", " "])
def test_any_title_fits_into_its_cover(timelines: dict[str, Timeline], title: str) -> None:
    """A title is set as large as it can be, and never runs into the ring."""
    drawing = drawn_cover(replace(timelines["hands"], title=title))
    texts = [shape for shape in drawing.shapes if isinstance(shape, Text)]
    assert all(text_width(text.words, text.size) <= 2 * 280 for text in texts)


def test_a_long_session_has_a_small_cover_and_a_picture(hummed: MakeSession) -> None:
    """Ten hours of short steps are thousands of shapes."""
    timeline = hummed("# Long\n\n- Press. [hold 20s]\n- Rest. [rest 10s]\n- Up. [move 5s]\n\n## Part [100 times]\n\n"
                      "- Press. [hold 30s] [4 times]\n").timeline(1.0)  # fmt: skip
    assert timeline.duration_ms > 3 * HOUR
    assert len(cover(timeline)) < 100_000
    assert Image.open(BytesIO(png(picture(timeline), LIGHT, 0.5))).width == WIDTH // 2


@given(st.text(alphabet="abcW …é", max_size=60), st.floats(10, 400), st.integers(1, 4))
def test_wrapped_text_keeps_to_its_room(words: str, width: float, lines: int) -> None:
    """Lines are never too wide nor too many, and what they say is the beginning of the text."""
    found = wrapped_text(words, 10, width, lines)
    assert len(found) <= lines
    assert all(text_width(line, 10) <= width for line in found)
    said = " ".join(found).removesuffix("…").rstrip()
    assert " ".join(words.split()).startswith(" ".join(said.split()))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return invoke(*arguments, "--voice", "hum")


@pytest.mark.parametrize("suffix", ["svg", "PNG"])
def test_show_draws_a_picture(tmp_path: Path, suffix: str) -> None:
    """The file that was asked for is there, whole, and the same every time."""
    once, again = tmp_path / f"once.{suffix}", tmp_path / f"again.{suffix}"
    for file in (once, again):
        done = run("show", "foam-roller", "--picture", str(file))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"{file}: 4:")
    assert once.read_bytes() == again.read_bytes()
    assert once.read_bytes().startswith(b"<svg" if suffix == "svg" else b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--picture", "roller.gif"], "a picture is an .svg or a .png"),
        (["--picture", "roller"], "a picture is an .svg or a .png"),
        (["--picture", "roller.svg", "--json"], "give one of them"),
    ],
)
def test_a_picture_that_can_not_be_had_is_refused(tmp_path: Path, arguments: list[str], says: str) -> None:
    """Before anything is recorded, in a sentence, with the exit status of a wrong call."""
    done = run("show", "foam-roller", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_picture_never_replaces_the_script(tmp_path: Path) -> None:
    """A slip of the hand must not cost somebody their text."""
    script = tmp_path / "calves.svg"
    script.write_text(SCRIPT)
    done = run("show", str(script), "--picture", str(script))
    assert done.returncode == 2
    assert "is the script itself" in done.stderr
    assert script.read_text() == SCRIPT
