"""The Python API: its documents are tried out, it is typed, and it is the same as what the commands do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import voiceguide
from voiceguide.voices.hum import HummingVoice

DOCUMENTS = Path(__file__).parent.parent / "docs" / "python.md", Path(__file__).parent.parent / "README.md"
BLOCKS = {
    block: f"{document.stem}, {number}"
    for document in DOCUMENTS
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", document.read_text("utf-8"), re.DOTALL), 1)
}
"""Each example once, and where it stands."""


@pytest.mark.parametrize("block", BLOCKS, ids=BLOCKS.values())
def test_every_example_runs_in_an_empty_folder(block: str, tmp_path: Path) -> None:
    """What a programmer copies first must do what it says, by itself."""
    done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.long
def test_every_example_is_typed(tmp_path: Path) -> None:
    """An editor that underlines the first example is no welcome."""
    files = []
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", DOCUMENTS[0].read_text("utf-8"), re.DOTALL)):
        files.append(tmp_path / f"example_{number}.py")
        files[-1].write_text(block, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", *map(str, files)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_api_is_small_and_all_there() -> None:
    """A name that is promised and can't be imported would be found by somebody else."""
    assert len([name for name in voiceguide.__all__ if not name.endswith("Error")]) <= 12
    for name in voiceguide.__all__:
        assert getattr(voiceguide, name).__name__ in {name, "load_technique"}
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = voiceguide.nonsense


def test_an_export_by_the_api_is_that_of_the_command(tmp_path: Path) -> None:
    """Two doors to one house."""
    options = voiceguide.Options(voice="hum", speed=1.2, guidance="quiet")
    with voiceguide.open_session("hands", options) as session:
        voiceguide.export_session(session, tmp_path / "api.wav")
    command = [sys.executable, "-m", "voiceguide", "export", "hands", "-o", str(tmp_path / "command.wav")]
    asked = ["--voice", "hum", "--speed", "1.2", "--guidance", "quiet"]
    subprocess.run([*command, *asked], check=True, capture_output=True)
    assert (tmp_path / "api.wav").read_bytes() == (tmp_path / "command.wav").read_bytes()


def test_errors_carry_their_facts() -> None:
    """A program that shows a suggestion must not have to read a sentence for it."""
    with pytest.raises(voiceguide.UnknownNameError) as unknown:
        voiceguide.open_session("foam-rollr")
    assert (unknown.value.kind, unknown.value.name, unknown.value.suggestion) == (
        "technique",
        "foam-rollr",
        "foam-roller",
    )
    assert "hands" in unknown.value.known
    with pytest.raises(voiceguide.UsageError, match="unknown guidance ‘loud’; it may be teach, remind, quiet"):
        voiceguide.Options(guidance="loud")  # type: ignore[arg-type]
    with pytest.raises(voiceguide.UsageError, match="give one of the two"):
        voiceguide.Options(fit_ms=60_000, dose="high")
    with pytest.raises(voiceguide.UsageError, match="at least one technique"):
        voiceguide.open_session([])


def test_a_session_closes_its_voice() -> None:
    """A process that goes on speaking to nobody would be left behind by every program."""
    closed: list[bool] = []

    class Closing(HummingVoice):
        def close(self) -> None:
            closed.append(True)

    with voiceguide.open_session("hands", voice=Closing()):
        assert not closed
    assert closed == [True]
    with pytest.raises(voiceguide.UsageError):
        voiceguide.open_session("hands", voiceguide.Options(wpm=120.0), voice=NoPace(closed))
    assert closed == [True, True]


class NoPace(HummingVoice):
    """Nobody knows how fast it speaks."""

    def __init__(self, closed: list[bool]) -> None:
        self._closed = closed

    def words_a_minute(self) -> float | None:
        return None

    def close(self) -> None:
        self._closed.append(True)
