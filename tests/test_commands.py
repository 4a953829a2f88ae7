"""Whatever a listener asks for, and whenever: the session ends, its holds are as long as they are, nothing overlaps."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voiceguide.booth import Booth
from voiceguide.clocks import VirtualClock
from voiceguide.journal import Journal
from voiceguide.outputs.silent import SilentOutput
from voiceguide.plan import make_plan, with_lead_in
from voiceguide.player import Beginning, Player, View
from voiceguide.script import parse
from voiceguide.session import Session
from voiceguide.shelf import Shelf
from voiceguide.timeline import Timeline
from voiceguide.transport import Command, Request, State
from voiceguide.voices.hum import HummingVoice

SCRIPT = """---
title: All of it
settle: 6s
---

> [!CAUTION]
> Stop if it hurts.

## One [each side]

1. Lay your {side} arm down. Breathe. [settle 3s]
2. Press. [hold 45s] [at half: Softer.] [release: Let go.] [rest 4s]
3. Find the spot. [until ready, 20s] [chime bell]

## Two [2 times]

Lift. [move 3s] [again: And lift.]
"""
LENGTHS = {"settle": (3, 5, 6, 10, 15), "hold": (45,), "rest": (4,), "wait": (20,), "move": (3,)}

REQUESTS = st.lists(
    st.tuples(
        st.floats(0, 200).map(lambda at: round(at, 1)),
        st.builds(Request, st.sampled_from([command for command in Command if command is not Command.STOP])),
    ),
    max_size=14,
)


class Vanishing(SilentOutput):
    """An output whose device is gone for some seconds."""

    def __init__(self, clock: VirtualClock, gone: tuple[float, float] | None) -> None:
        super().__init__(clock.now)
        self._clock = clock
        self._gone = gone

    @property
    def problem(self) -> str | None:  # type: ignore[override]
        gone = self._gone and self._gone[0] <= self._clock.now() < sum(self._gone)
        return "The sound device is gone" if gone else None


def growing(session: Session) -> Iterator[Timeline]:
    """The session's timeline in pieces, as if its lines were being recorded."""
    count = len(session.plan.cues)
    for cues in (1, 2, 5, 11, count // 2):
        yield session.with_plan(session.plan.upto(cues)).timeline(1.0)
    yield session.timeline(1.0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    requests=REQUESTS,
    beginning=st.builds(
        Beginning,
        step=st.sampled_from([None, None, 3, 9]),
        wake_ms=st.sampled_from([0, 500]),
        asks=st.booleans(),
        limit_ms=st.sampled_from([None, 30_000]),
    ),
    gone=st.none() | st.tuples(st.floats(0, 100), st.floats(1.5, 200)),
    grows=st.booleans(),
    lead_in=st.booleans(),
)
def test_every_session_ends_whole_whatever_is_asked_for(
    requests: list[tuple[float, Request]],
    beginning: Beginning,
    gone: tuple[float, float] | None,
    grows: bool,
    lead_in: bool,
) -> None:
    """Random commands at random moments, a device that comes and goes, lines that are still being recorded."""
    with tempfile.TemporaryDirectory() as folder:
        plan = make_plan(parse(SCRIPT, "all.md"))
        session = Session(with_lead_in(plan, 15_000) if lead_in else plan, Booth(HummingVoice(), Shelf(Path(folder))))
        whole = session.timeline(1.0)
        later = [(210.0 + 3 * n, Request(Command.READY)) for n in range(400)]
        clock = VirtualClock([*requests, *later])
        views: list[View] = []
        entries: list[dict[str, Any]] = []
        player = Player(session, Vanishing(clock, gone), clock, views.append, Journal(entries.append))
        finished = player.run(growing(session) if grows and beginning.step is None else whole, beginning)
    assert finished
    assert views[-1].state is State.DONE
    assert all(0 <= view.ms <= view.timeline.duration_ms for view in views)
    for entry in entries:
        if entry["what"] == "held":
            over = [round(entry["seconds"] - length, 2) for length in LENGTHS[entry["kind"]]]
            assert any(more >= 0 and more % 10 == 0 for more in over) or entry["kind"] == "wait", entry
    _nothing_overlaps(entries)


def _nothing_overlaps(entries: list[dict[str, Any]]) -> None:
    """Two sounds follow each other, unless something that happened between them has cut the first."""
    sounds = [(number, entry) for number, entry in enumerate(entries) if entry["what"] in {"say", "chime"}]
    for (first, before), (second, after) in pairwise(sounds):
        between = {entry["what"] for entry in entries[first + 1 : second]}
        if not between & {"asked", "device lost", "device back", "skipped"}:
            assert after["at"] >= before["at"] + before["lasts"] - 0.002, (before, after)
