"""Random scripts for property tests: every bracket, nested, in any order that the language allows."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = st.lists(
    st.sampled_from(
        ["lift", "lower", "hold", "your", "hips", "arm", "slowly", "and", "then", "breathe", "press", "roll"]
    ),
    min_size=1,
    max_size=8,
)
TIMES = st.integers(1, 50).map(lambda seconds: f"{seconds}s")
SENTENCE = WORDS.map(lambda words: " ".join(words).capitalize() + ".")


@st.composite
def _loops(draw: st.DrawFn, sided: bool, looped: bool) -> list[str]:
    loops = []
    if draw(st.integers(0, 3)) == 0:
        loops.append(f"[{draw(st.integers(1, 4))} times]")
    if not sided and draw(st.integers(0, 5)) == 0:
        loops.append("[each side]")
        if draw(st.booleans()):
            loops.append(f"[switch {draw(TIMES)}]")
    if (looped or loops) and draw(st.booleans()):
        loops.append(f"[again: {draw(SENTENCE)}]")
    return draw(st.permutations(loops))


@st.composite
def _actions(draw: st.DrawFn) -> list[str]:
    kinds = draw(st.lists(st.sampled_from(["hold", "move", "settle", "rest", "chime"]), max_size=3))
    return [
        f"[chime {draw(st.sampled_from(['bell', 'tick']))}]" if kind == "chime" else f"[{kind} {draw(TIMES)}]"
        for kind in kinds
    ]


@st.composite
def _items(draw: st.DrawFn, depth: int, sided: bool, looped: bool) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        loops = draw(_loops(sided, looped))
        inside = sided or "[each side]" in loops
        words = draw(SENTENCE) + (
            " The {side} one, not the {other side} one." if inside and draw(st.booleans()) else ""
        )
        indent = "   " * depth
        if depth < 2 and draw(st.integers(0, 3)) == 0:
            lines.append(f"{indent}- {words} {' '.join(loops)}")
            lines += draw(_items(depth + 1, inside, looped or bool(loops)))
        else:
            lines.append(f"{indent}- {words} {' '.join(draw(st.permutations([*loops, *draw(_actions())])))}")
    return lines


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """The text of a whole script."""
    front = draw(st.sampled_from(["", "tools: a ball\n", "settle: 5s\n", "tools: a ball\nsettle: 12s\n"]))
    parts = [f"---\ntitle: {draw(SENTENCE)}\n{front}---\n"]
    if draw(st.booleans()):
        parts.append(f"> [!CAUTION]\n> {draw(SENTENCE)}\n")
    parts.append(draw(SENTENCE) + "\n")
    for _ in range(draw(st.integers(0, 3))):
        loops = draw(_loops(sided=False, looped=False))
        parts.append(
            f"## {draw(SENTENCE)} {' '.join(loops)}\n\n"
            + "\n".join(draw(_items(0, "[each side]" in loops, bool(loops))))
            + "\n"
        )
    return "\n".join(parts)
