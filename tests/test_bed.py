"""A bed goes on under everything, gives way to words, and has no seam."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from support.sessions import MakeSession
from voiceguide.audio import levels
from voiceguide.audio.clip import FRAME_BYTES, RATE, Clip
from voiceguide.base.errors import UsageError
from voiceguide.base.moments import frame_at
from voiceguide.outputs.silent import SilentOutput
from voiceguide.playback.clocks import VirtualClock
from voiceguide.playback.player import Player
from voiceguide.session import bed
from voiceguide.session.session import Session

SCRIPT = """# Test

Lean on the spot, and stay there for as long as it takes. [hold 20s] [quiet]

And now the last words.
"""


def bedded(make: MakeSession, name: str) -> Session:
    session = make(SCRIPT)
    session.bed = bed.load(name)
    return session


def under(session: Session) -> npt.NDArray[np.float32]:
    """What the bed adds to the session."""
    timeline = session.timeline(1.0)
    mixed = b"".join(session.render(timeline))
    session.bed = None
    plain = b"".join(session.render(timeline))
    return np.frombuffer(mixed, "<i2").astype(np.float32) - np.frombuffer(plain, "<i2").astype(np.float32)


def level(samples: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(samples**2)) + 1e-9))


@pytest.mark.parametrize("name", sorted(bed.MADE))
def test_it_is_there_in_holds_softer_under_words_and_gone_at_the_ends(hummed: MakeSession, name: str) -> None:
    """Somebody who listens for the next word must not have to listen through rain."""
    session = bedded(hummed, name)
    timeline = session.timeline(1.0)
    added = under(session)
    hold = next(event for event in timeline.events if event.kind == "hold")
    last = next(event for event in timeline.events if event.text == "And now the last words.")
    middle = frame_at((hold.start_ms + hold.end_ms) // 2, RATE)
    in_hold = added[middle - 4 * RATE : middle + 4 * RATE]
    under_words = added[frame_at(last.start_ms, RATE) : frame_at(last.end_ms, RATE)]
    assert -5 < levels.integrated([(0, levels.energies(in_hold / np.float32(32_768)))]) - bed.BED_LUFS < 5
    assert level(in_hold) - level(under_words) > 3
    assert np.abs(added[:50]).max() <= 2
    assert np.abs(added[-50:]).max() <= 2


@pytest.mark.parametrize("name", sorted(bed.MADE))
def test_a_made_bed_has_no_seam(name: str) -> None:
    """Where the loop begins again, a sample follows another as anywhere else."""
    loop = bed.MADE[name](np.random.default_rng(1))
    steps = np.abs(np.diff(np.concatenate((loop, loop[:1]))))
    assert steps[-1] <= np.quantile(steps, 0.9999)
    assert np.array_equal(loop, bed.MADE[name](np.random.default_rng(1)))


def test_a_file_goes_round_without_a_seam(tmp_path: Path) -> None:
    """Whatever it ends with, it fades over into its beginning."""
    ramp = (np.linspace(0.0, 0.9, 8 * RATE) * 32_767).astype("<i2")
    loop = bed.looped(Clip(ramp.tobytes()))
    assert loop.size == 7 * RATE
    assert abs(float(loop[-1] - loop[0])) < 0.001
    with pytest.raises(UsageError, match="at least 3 seconds"):
        bed.looped(Clip(ramp[: 2 * RATE].tobytes()))
    with pytest.raises(UsageError, match="did you mean rain"):
        bed.load("rian")
    file = tmp_path / "sea.wav"
    with wave.open(str(file), "wb") as opened:
        opened.setparams((1, 2, RATE, 0, "NONE", ""))
        opened.writeframes(ramp.tobytes())
    assert bed.load(str(file))


def test_what_is_played_is_what_is_exported_with_its_bed(hummed: MakeSession) -> None:
    """The same rain, at the same moments."""
    session = bedded(hummed, "rain")
    timeline = session.timeline(1.0)
    clock = VirtualClock()
    output = SilentOutput(clock.now, keep=True)
    assert Player(session, output, clock, lambda _: None).run(timeline)
    assert bytes(output.heard) == b"".join(session.render(timeline, block_frames=RATE))


def test_from_anywhere_it_is_the_same_bed(hummed: MakeSession) -> None:
    """After a pause it goes on where it was, and comes without a click."""
    session = bedded(hummed, "noise")
    timeline = session.timeline(1.0)
    whole = b"".join(session.render(timeline))
    start = frame_at(6_000, RATE)
    rest = b"".join(session.render(timeline, start))
    joined = bed.JOIN_FRAMES * FRAME_BYTES
    assert rest[joined:] == whole[start * FRAME_BYTES + joined :]
    assert np.abs(np.frombuffer(rest[:20], "<i2")).max() <= np.abs(np.frombuffer(whole, "<i2")).max() / 50
