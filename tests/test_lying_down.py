"""A session that nobody touches: begun, steered and ended by voice, with the real program at a sink and a source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from support import floor, sink
from support.needed import need
from voiceguide.audio.clip import RATE
from voiceguide.ear import extra
from voiceguide.voices import open_voice

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
            spoken = floor.session(listener, _voice())
        assert listener.process.returncode == 0
    told = "\n".join(map(str, spoken))
    assert {one.wanted for one in spoken} == {*floor.ORDER, floor.START, floor.END}
    assert sum(one.result == "missed" for one in spoken) <= MISSED, told
    assert not [one for one in spoken if one.result == "mistaken"], told
    assert max(one.seconds for one in spoken) <= LATEST_SECONDS, told


def _voice() -> floor.Say:
    """The system's own voice, at the level of somebody who speaks, without silence around the words."""
    voice = open_voice("gmw/en", "en")

    def say(text: str) -> floor.Samples:
        [(_, clip)] = voice.record([text], 0.9)
        samples = np.frombuffer(clip.pcm, "<i2").astype(np.float32) / 32_768
        places = np.arange(samples.size * floor.RATE // RATE) * (RATE / floor.RATE)
        said: floor.Samples = np.interp(places, np.arange(samples.size), samples).astype(np.float32)
        loud = np.flatnonzero(np.abs(said) > np.abs(said).max() / 100)
        return np.asarray(said[loud[0] : loud[-1] + 1] * np.float32(0.3 / np.abs(said).max()), np.float32)

    return say
