"""What the tests share: folders of their own, sessions hummed or spoken, and the golden files' switch."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from support.own_settings import prefer_the_system
from voiceguide.plan import make_plan
from voiceguide.recording.booth import Booth
from voiceguide.recording.clip_cache import ClipCache
from voiceguide.script import parse
from voiceguide.session.session import Session
from voiceguide.voices.hum import HummingVoice

# A shell that runs the tests in the background has them ignore Ctrl-C, and so would every program they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

FAULTS = Path(__file__).parents[1] / "docs/faults.md"
FAULT = re.compile(r"`(test_\w+\.py): ([^`]+)`")
"""A test in that page: its file, and its name without what all have."""

MakeSession = Callable[[str], Session]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the golden files should say")
    parser.addoption("--minutes", type=float, default=3.0, help="how long the session with random commands takes")
    parser.addoption("--faults", action="store_true", help="only the tests that docs/faults.md names")
    parser.addoption("--examples", type=int, help="how many random scripts each property is tried with")


def pytest_configure(config: pytest.Config) -> None:
    if examples := config.getoption("--examples"):
        settings.register_profile("many", max_examples=examples)
        settings.load_profile("many")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--faults"):
        return
    named = {f"{file}::test_{test}" for file, test in FAULT.findall(FAULTS.read_text(encoding="utf-8"))}
    chosen = [item for item in items if {item.nodeid.split("/")[-1], item.nodeid.split("/")[-1].split("[")[0]} & named]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test reads or writes the settings and the cache of whoever runs it; the system's voice speaks, it is quick."""
    for variable, folder in (("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache"), ("XDG_DATA_HOME", "data")):
        monkeypatch.setenv(variable, str(tmp_path / folder))
    prefer_the_system(tmp_path / "config")
    yield


@pytest.fixture
def hummed(tmp_path: Path) -> MakeSession:
    """A session of a script's text, in the humming voice."""

    def make(text: str) -> Session:
        return Session(make_plan(parse(text, "test.md")), Booth(HummingVoice(), ClipCache(tmp_path / "lines")))

    return make
