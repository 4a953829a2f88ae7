"""Captions: what is said can be read, when it is said, and a hold's seconds can be counted along."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from support.examples import share
from support.hummed import Hummed
from support.random_scripts import scripts
from support.sessions import MakeSession
from voiceguide.export.captions import Caption, captions, lrc, subrip, webvtt
from voiceguide.export.formats import CAPTIONS

SCRIPT = r"""# Test

- Press \<b>here\</b> & there --> now. [hold 4s] [quiet] [at 1s: Go on.]
- Let go. [rest 2s]
"""


def test_a_hold_is_counted_to_its_end_under_the_words(hummed: MakeSession) -> None:
    """Each second is a caption; the last instruction stays above it, and gives way to what is said meanwhile."""
    timeline = hummed(SCRIPT).timeline(1.0)
    hold = next(event for event in timeline.events if event.kind == "hold")
    said = next(event for event in timeline.events if event.text == "Go on.")
    shown = [one for one in captions(timeline) if hold.start_ms <= one.start_ms < hold.end_ms]
    assert [one.seconds_left for one in shown if one.end_ms == hold.end_ms] == [1]
    assert {one.seconds_left for one in shown} == {1, 2, 3, 4}
    assert [one.words for one in shown if one.start_ms == said.start_ms] == ["Go on."]
    assert shown[0] == Caption(hold.start_ms, hold.start_ms + 1_000, "Press <b>here</b> & there --> now.", 4)


@settings(max_examples=share(0.6))
@given(scripts())
def test_captions_are_in_order_and_leave_no_word_out(text: str) -> None:
    """Whatever the script: none overlaps another, and every word stands there while it is said."""
    timeline = Hummed(text, 1.0).timeline
    shown = list(captions(timeline))
    assert all(one.start_ms < one.end_ms for one in shown)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(shown))
    for event in timeline.events:
        if event.kind == "say" and event.end_ms > event.start_ms:
            words = {one.words for one in shown if one.start_ms <= event.start_ms < one.end_ms}
            assert len(words) == 1


def test_what_looks_like_markup_is_read_as_it_is(hummed: MakeSession) -> None:
    """A title with brackets must neither vanish nor end the file."""
    timeline = hummed(SCRIPT).timeline(1.0)
    assert "Press &lt;b&gt;here&lt;/b&gt; &amp; there --&gt; now." in webvtt(timeline)
    assert "Press ‹b›here‹/b› & there --› now." in subrip(timeline)
    assert "]Press ‹b›here‹/b› & there --› now. 0:04" in lrc(timeline)


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
@pytest.mark.parametrize("kind", sorted(CAPTIONS))
def test_another_program_reads_them(hummed: MakeSession, tmp_path: Path, kind: str) -> None:
    """FFmpeg finds as many lines as were written, at their times."""
    timeline = hummed(SCRIPT).timeline(1.0)
    file = tmp_path / f"words.{kind}"
    file.write_text(CAPTIONS[kind](timeline), encoding="utf-8")
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-f", "srt", "-"]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if kind != "lrc":
        assert len(re.findall(r"^\d\d:.* --> \d\d:", read, re.MULTILINE)) == len(list(captions(timeline)))
    assert "Go on." in read
