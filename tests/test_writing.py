"""What an author uses: a script to begin with, checks, a watch that goes along, a translation beside its original."""

from __future__ import annotations

import os
import select
import subprocess
import time
from pathlib import Path

import pytest

from support.program import PROGRAM, invoke, run


def test_a_new_script_plays_and_has_nothing_to_complain_of(tmp_path: Path) -> None:
    """The first thing an author sees works, down to the strictest check."""
    assert "calves.md is written" in run("new", "calves", cwd=tmp_path).stdout
    checked = run("check", "calves.md", "--strict", cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    played = run("play", "calves.md", "--output", "silent", "--no-wait", "--voice", "hum", cwd=tmp_path)
    assert "Calves." in played.stdout
    assert "That was all." in played.stdout


def test_a_new_script_never_replaces_one(tmp_path: Path) -> None:
    """Nothing that existed is lost."""
    (tmp_path / "calves.md").write_text("mine")
    done = run("new", "calves", cwd=tmp_path)
    assert done.returncode == 2
    assert "calves.md already exists" in done.stderr
    assert (tmp_path / "calves.md").read_text() == "mine"


def test_the_techniques_are_beyond_complaint() -> None:
    """What comes along is what others write after."""
    done = invoke("check", "foam-roller", "hands", "massage-balls", "es/foam-roller", "--strict")
    assert (done.returncode, done.stderr) == (0, "")


def test_warnings_are_told_and_strict_makes_them_mistakes(tmp_path: Path) -> None:
    """A warning has a place and a code, and the code in the front matter switches it off."""
    file = tmp_path / "press.md"
    file.write_text("---\ntitle: T\n---\n\n- Press for thirty seconds. [hold 45s]\n")
    done = invoke("check", str(file))
    assert done.returncode == 0
    assert "[number-differs]" in done.stderr
    assert f"{file}:5:" in done.stderr
    assert "warnings" in done.stdout
    assert invoke("check", str(file), "--strict").returncode == 2
    codes = {line.rsplit("[", 1)[1].rstrip("]") for line in done.stderr.splitlines()}
    file.write_text(file.read_text().replace("title: T", f"title: T\nignore: {', '.join(sorted(codes))}"))
    quiet = invoke("check", str(file), "--strict")
    assert (quiet.returncode, quiet.stderr) == (0, "")


@pytest.mark.long
def test_a_translation_has_the_same_steps_and_doses(tmp_path: Path) -> None:
    """Words may differ, doses may not."""
    assert invoke("check", "es/foam-roller", "--against", "foam-roller").returncode == 0
    original = (
        "# T\n\n> [!CAUTION]\n> Stop.\n\n## P [2 times] [each side]\n\n"
        "- A {hold}. [hold 20s] [release: Off.]\n- B {side}. [move 2s]\n- C [move 3s]\n"
    )
    (tmp_path / "o.md").write_text(original)
    translated = "---\ntitle: U\nlanguage: es\n---\n" + original.replace("# T\n", "").replace("B {side}", "{D|E}")
    for body, complaints in (
        (translated, []),
        (
            translated.replace("20s", "30s"),
            ["step {hold} [hold 30s] [release] here; o.md:8:3 has step {hold} [hold 20s]"],
        ),
        (
            translated.replace("[2 times]", "[3 times]"),
            ["part [3 times] [each side] [switch 5s] here; o.md:6:4 has part"],
        ),
        (translated.replace("A {hold}", "A"), ["step [hold 20s] [release] here; o.md:8:3 has step {hold} [hold 20s]"]),
        (translated.replace("{D|E}", "D"), ["step [move 2s] here; o.md:9:3 has step {side} [move 2s]"]),
        (translated.replace("- {D|E}. [move 2s]\n", ""), ["o.md:9:3 has no counterpart; it is step {side} [move 2s]"]),
        (translated + "- F\n", ["step is not in the original; remove it"]),
        (translated.replace("> [!CAUTION]\n> Stop.\n", ""), ["o.md:4:3 has no counterpart; it is safety line there"]),
        (translated.replace("es\n", "es\ntools: x\n"), ["no settle, no daily, tools here; o.md:1:1 has a technique"]),
        (original, ["this is in ‘en’, like its original; write its own language"]),
    ):
        (tmp_path / "t.md").write_text(body)
        done = run("check", "t.md", "--against", "o.md", cwd=tmp_path)
        found = [line for line in done.stderr.splitlines() if "warning:" not in line]
        assert len(found) == len(complaints), found
        assert all(says in line for line, says in zip(found, complaints, strict=True)), found
        assert done.returncode == (2 if complaints else 0)


@pytest.mark.voice
def test_a_watch_checks_and_lists_on_every_save(tmp_path: Path) -> None:
    """The author saves, and sees; Ctrl-C ends it."""
    file = tmp_path / "own.md"
    file.write_text("# Own\n\nFirst words.\n")
    process = subprocess.Popen(
        [*PROGRAM, "check", str(file), "--watch"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        _wait_for(process, "First words.")
        file.write_text("# Own\n\nOther. [hodl 20s]\n")
        _wait_for(process, "did you mean [hold 20s]?")
        file.unlink()
        _wait_for(process, "no such file")
        file.write_text("# Own\n\nOther words. [hold 20s]\n")
        _wait_for(process, "hold     20s")
    finally:
        process.send_signal(2)
        assert process.wait(10) == 130


def _wait_for(process: subprocess.Popen[bytes], words: str) -> None:
    assert process.stdout
    seen, deadline = "", time.monotonic() + 30
    while words not in seen:
        assert select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0], seen
        seen += os.read(process.stdout.fileno(), 65_536).decode()
