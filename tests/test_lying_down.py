"""A session that nobody touches: begun, steered and ended by voice, with the real program at a sink and a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import floor, sink
from support.needed import need
from voiceguide.ear import extra

pytestmark = [
    pytest.mark.device,
    pytest.mark.voice,
    pytest.mark.long,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("alone"),
]

LATEST_SECONDS = 2.5
"""Half a second is usual, as benchmarks/LYING_DOWN.md has it; here, only an answer to something else is refused."""

MISSED = 2
"""The ear hears some nineteen in twenty."""


@pytest.fixture
def _everything_is_there() -> None:
    need(extra.missing(), "it comes with the extra ‘listen’")
    need(sink.missing())


@pytest.mark.usefixtures("_everything_is_there")
def test_a_session_by_voice_alone(tmp_path: Path) -> None:
    """Who lies on a roller can do nothing but speak: every command has to do, and none may be taken for another."""
    with sink.server(tmp_path) as environment:
        sink.plug_in(environment)
        with floor.lying(tmp_path / "session", environment) as listener:
            spoken = floor.session(listener, floor.system_voice())
        assert listener.process.returncode == 0
    told = "\n".join(map(str, spoken))
    assert {one.wanted for one in spoken} == {*floor.ORDER, floor.START, floor.END}
    assert sum(one.result == "missed" for one in spoken) <= MISSED, told
    assert not [one for one in spoken if one.result == "mistaken"], told
    assert max(one.seconds for one in spoken) <= LATEST_SECONDS, told
