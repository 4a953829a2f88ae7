"""What the tests share: which of them are run, folders of their own, and sessions that are hummed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import settings

from support import faults
from support.own_settings import prefer_the_system
from support.sessions import MakeSession
from voiceguide.script import parse
from voiceguide.session.build import open_session
from voiceguide.voices import hum
from voiceguide.voices.hum import HummingVoice

# A shell that runs the tests in the background has them ignore Ctrl-C, and so would every program they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

QUICK_EXAMPLES, ALL_EXAMPLES = 10, 100


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="long tests, too, and properties with all their examples")
    parser.addoption("--long", action="store_true", help="only what the plain command leaves out of --all")
    parser.addoption("--faults", action="store_true", help="only the tests that docs/faults.md names, long ones, too")
    parser.addoption("--examples", type=int, help="how many random scripts each property is tried with")
    parser.addoption("--minutes", type=float, default=3.0, help="how long the session with random commands takes")
    parser.addoption("--update-golden", action="store_true", help="write what the golden files should say")


def pytest_configure(config: pytest.Config) -> None:
    every = any(config.getoption(option) for option in ("--all", "--long", "--faults"))
    examples = config.getoption("--examples") or (ALL_EXAMPLES if every else QUICK_EXAMPLES)
    settings.register_profile("chosen", max_examples=examples, deadline=None)
    settings.load_profile("chosen")


def pytest_xdist_auto_num_workers() -> int:
    """Take two processes more than there are processors: some tests do nothing but wait for a sound."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = [item for item in items if _is_chosen(item, config)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _is_chosen(item: pytest.Item, config: pytest.Config) -> bool:
    """Tell whether a test belongs to what was asked for; one that is named by itself always does."""
    if config.getoption("--faults"):
        return any((item.path.name, name) in faults.named() for name in (item.name, item.name.partition("[")[0]))
    if config.getoption("--all") or any("::" in argument for argument in config.args):
        return True
    long = item.get_closest_marker("long") is not None
    if config.getoption("--long"):
        return long or _is_property(item)
    return not long


def _is_property(item: pytest.Item) -> bool:
    """Tell whether a test is tried with random examples, of which the plain command takes a few."""
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))


@pytest.fixture(scope="session", autouse=True)
def _hummed_once() -> Iterator[None]:
    """The same line at the same speed is always the same hum, and humming it takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hum, "hum", lru_cache(500)(hum.hum))
        yield


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lines that are recorded once for all tests, and for all processes that run them.

    Their files are named and checked by what is in them, so that none can be taken for another.
    """
    top = tmp_path_factory.getbasetemp()
    folder = (top.parent if os.environ.get("PYTEST_XDIST_WORKER") else top) / "cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def own_folders(
    tmp_path: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """No test reads or writes the settings and the cache of whoever runs it; the system's voice speaks, it is quick."""
    cold = request.node.get_closest_marker("cold_cache") is not None
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache" if cold else shared_cache))
    prefer_the_system(tmp_path / "config")


@pytest.fixture
def hummed() -> MakeSession:
    """A session of a script's text, in the humming voice."""
    return lambda text: open_session(parse(text, "test.md"), voice=HummingVoice())
