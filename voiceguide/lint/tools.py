"""Tools that are spoken of as known, although the listener may not have one at hand yet."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.lint.advice import Found
from voiceguide.lint.lexicon import Lexicon, compiled
from voiceguide.lint.reading import Reading, bare


def tool_unnamed(reading: Reading, lexicon: Lexicon) -> Iterator[Found]:
    """Find first mentions of tools with `the` before them; any other mention introduces the tool."""
    pattern = compiled(_mention(lexicon))
    known = {
        mention.lastgroup
        for words in (reading.script.tools, reading.script.title)
        for mention in pattern.finditer(words or "")
    }
    said = [(run.place, run.words) for run in reading.runs]
    said += [(caution.place, bare(caution.words)) for caution in reading.cautions]
    for place, words in sorted(said, key=lambda one: one[0]):
        for mention in pattern.finditer(words):
            if mention.lastgroup not in known and mention["the"]:
                yield Found(
                    place,
                    f"‘{mention[0]}’ has not been named before",
                    "name it in the front matter, as in ‘tools: a ball’, or in the words first: ‘take a ball’",
                )
            known.add(mention.lastgroup)


def _mention(lexicon: Lexicon) -> str:
    """Return a pattern for any tool, each in its own group, with `the` before it, up to two words away."""
    gap = rf"(?:(?!(?:{lexicon.gap_ends})\b)[^\W_]+[\s-]+){{0,2}}?"
    tools = "|".join(rf"(?P<tool{number}>{tool})\b" for number, tool in enumerate(lexicon.tools))
    return rf"(?P<the>\b(?:{lexicon.the})(?:\s+|(?<=[’'])){gap})?\b(?:{tools})"
