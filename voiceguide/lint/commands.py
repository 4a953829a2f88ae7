"""Words of the guide that are a spoken command: while it says them, it can't tell the listener's from its own."""

from __future__ import annotations

from collections.abc import Iterator

from voiceguide.base.errors import Place
from voiceguide.ear import grammar
from voiceguide.lint.advice import Found
from voiceguide.lint.reading import Reading, bare
from voiceguide.plan.sentences import sentences


def command_said(reading: Reading) -> Iterator[Found]:
    """Find sentences that are as a whole what a listener can say to ask for something."""
    for place, words in _said(reading):
        for sentence in sentences(words):
            command = grammar.command(sentence, reading.language)
            if command and "_" not in sentence:
                name = command.lower().replace("_", " ")
                yield Found(
                    place,
                    f"‘{sentence}’ is also the spoken command ‘{name}’, which isn't obeyed while the guide says it",
                    "use more words; ‘Let go slowly.’ isn't a command",
                )


def _said(reading: Reading) -> Iterator[tuple[Place, str]]:
    """Yield everything that the author has the guide say."""
    script = reading.script
    yield script.place, script.title
    yield script.place, script.leave or ""
    yield from ((caution.place, bare(caution.words)) for caution in reading.cautions)
    yield from ((run.place, run.words) for run in reading.runs)
