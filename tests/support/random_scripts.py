"""Random scripts for property tests: every bracket, nested, in any order that the language allows; and any choices."""

from __future__ import annotations

from hypothesis import strategies as st

from voiceguide.plan import Choices

WORDS = st.lists(
    st.sampled_from(
        ["lift", "lower", "hold", "your", "hips", "arm", "slowly", "and", "then", "breathe", "press", "roll"]
    ),
    min_size=1,
    max_size=8,
)
SECONDS = st.integers(1, 50)
TIMES = SECONDS.map(lambda seconds: f"{seconds}s")
RANGES = st.tuples(SECONDS, st.integers(1, 40)).map(lambda ends: f"{ends[0]}s-{ends[0] + ends[1]}s")
SENTENCE = WORDS.map(lambda words: " ".join(words).capitalize() + ".")
LONG = st.lists(SENTENCE, min_size=1, max_size=4).map(" ".join)

CHOICES = st.builds(
    Choices,
    guidance=st.sampled_from(["teach", "remind", "quiet"]),
    pace=st.sampled_from(["slow", "normal", "brisk"]),
    dose=st.sampled_from(["low", "high"]),
)


@st.composite
def _loops(draw: st.DrawFn, sided: bool, looped: bool) -> list[str]:
    loops = []
    if draw(st.integers(0, 3)) == 0:
        low = draw(st.integers(1, 4))
        loops.append(draw(st.sampled_from([f"[{low} times]", f"[{low}-{low + 2} times]"])))
    if not sided and draw(st.integers(0, 5)) == 0:
        loops.append("[each side]")
        if draw(st.booleans()):
            loops.append(f"[switch {draw(TIMES)}]")
    if (looped or bool(loops)) and draw(st.booleans()):
        loops.append(f"[again: {draw(SENTENCE)}]")
    return draw(st.permutations(loops))


@st.composite
def _actions(draw: st.DrawFn) -> list[str]:
    """Times and chimes, each with what belongs to it behind it."""
    actions: list[str] = []
    for kind in draw(
        st.lists(st.sampled_from(["hold", "hold", "move", "settle", "rest", "wait", "chime"]), max_size=3)
    ):
        if kind == "chime":
            actions.append(f"[chime {draw(st.sampled_from(['bell', 'tick']))}]")
            continue
        elastic = kind in {"hold", "move", "rest"} and draw(st.booleans())
        time = draw(RANGES if elastic else TIMES)
        actions.append(f"[until ready, {time}]" if kind == "wait" else f"[{kind} {time}]")
        actions += draw(_belongings(kind))
    return actions


@st.composite
def _group_actions(draw: st.DrawFn) -> list[str]:
    """What a group may ask for itself: time before its steps, and a rest after them."""
    kinds = draw(st.lists(st.sampled_from(["settle", "rest", "until ready,", "chime"]), max_size=2))
    return [f"[{kind} bell]" if kind == "chime" else f"[{kind} {draw(TIMES)}]" for kind in kinds]


@st.composite
def _belongings(draw: st.DrawFn, kind: str) -> list[str]:
    hold = " {hold} left to hold." if kind == "hold" else ""
    moments = st.one_of(
        st.just("at half"), TIMES.map(lambda time: f"at -{time}"), TIMES.map(lambda time: f"at {time}"),
        st.integers(2, 20).map(lambda seconds: f"every {seconds}s"),
    )  # fmt: skip
    found = [
        f"[{moment}: {draw(LONG)}{draw(st.sampled_from(['', hold]))}]" for moment in draw(st.lists(moments, max_size=3))
    ]
    if kind in {"hold", "wait"} and draw(st.integers(0, 4)) == 0:
        found.append("[quiet]")
    if kind == "hold" and draw(st.booleans()):
        found.append(f"[release: {draw(SENTENCE)}]")
    return draw(st.permutations(found))


@st.composite
def _placeholders(draw: st.DrawFn, sided: bool, counted: bool, holds: bool) -> str:
    """A sentence with placeholders that can be filled here."""
    known = ["Next comes {next}."]
    known += ["The {side} one, not the {other side} one.", "{Lift|Drop} it."] if sided else []
    known += ["Number {n} of {of}."] if counted else []
    known += ["For {hold}."] if holds else []
    return draw(st.sampled_from(["", "", *known]))


@st.composite
def _items(draw: st.DrawFn, depth: int, sided: bool, counted: bool) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        loops = draw(_loops(sided, counted or sided))
        sides, counts = sided or "[each side]" in loops, counted or any(loop.endswith("times]") for loop in loops)
        group = depth < 2 and draw(st.integers(0, 3)) == 0
        actions = draw(_group_actions()) if group else draw(_actions())
        holds = any(action.startswith("[hold") for action in actions)
        words = f"{draw(SENTENCE)} {draw(_placeholders(sides, counts, holds))}"
        brackets = [*loops, *actions] if draw(st.booleans()) else [*actions, *loops]
        lines.append(f"{'   ' * depth}- {words} {' '.join(brackets)}")
        if group:
            lines += draw(_items(depth + 1, sides, counts))
    return lines


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """The text of a whole script."""
    front = draw(st.sampled_from(["", "tools: a ball\n", "settle: 5s\n", "tools: a ball\nsettle: 12s\n"]))
    language = draw(st.sampled_from(["", "", "language: es\n", "language: de-AT\n", "language: fr\n"]))
    parts = [f"---\ntitle: {draw(SENTENCE)}\n{front}{language}---\n"]
    if draw(st.booleans()):
        parts.append(f"> [!CAUTION]\n> {draw(SENTENCE)}\n")
    parts.append(draw(SENTENCE) + "\n")
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.integers(0, 3)) == 0:
            parts.append(f"> [!CAUTION]\n> {draw(SENTENCE)}\n")
        loops = draw(_loops(sided=False, looped=False))
        counted = any(loop.endswith("times]") for loop in loops)
        parts.append(
            f"## {draw(SENTENCE)} {' '.join(loops)}\n\n"
            + "\n".join(draw(_items(0, "[each side]" in loops, counted)))
            + "\n"
        )
    return "\n".join(parts)
