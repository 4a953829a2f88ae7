"""What the guide says of its own accord: every language has all of it, with numbers that agree with their units."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from voiceguide import phrases
from voiceguide.base.errors import UsageError
from voiceguide.plan import Say, make_plan
from voiceguide.script import parse
from voiceguide.voices import open_voice

TIMES = {
    "en": {
        1_000: "one second",
        20_000: "twenty seconds",
        60_000: "one minute",
        90_000: "one minute and thirty seconds",
        1_500: "one point five seconds",
        3_661_000: "one hour, one minute and one second",
    },
    "es": {
        1_000: "un segundo",
        21_000: "veintiún segundos",
        31_000: "treinta y un segundos",
        61_000: "un minuto y un segundo",
        3_600_000: "una hora",
        101_000: "un minuto y cuarenta y un segundos",
    },
    "de": {
        1_000: "eine Sekunde",
        21_000: "einundzwanzig Sekunden",
        61_000: "eine Minute und eine Sekunde",
        3_600_000: "eine Stunde",
        1_500: "eins Komma fünf Sekunden",
    },
    "fr": {
        1_000: "une seconde",
        21_000: "vingt-et-une secondes",
        60_000: "une minute",
        91_000: "une minute et trente-et-une secondes",
        7_200_000: "deux heures",
    },
}
PLACEHOLDERS = {
    **dict.fromkeys(("tools", "tools_next"), "tools"),
    **dict.fromkeys(("starting", "starting_left", "goes_on", "left_here", "left_in_all"), "time"),
    "here_now": "part",
}


@pytest.mark.parametrize(("language", "ms"), [(language, ms) for language in TIMES for ms in TIMES[language]])
def test_times_are_said_as_people_say_them(language: str, ms: int) -> None:
    """Gender and number are what gives a machine away."""
    pack = phrases.pack(language)
    assert pack
    assert pack.time(ms) == TIMES[language][ms]


@pytest.mark.parametrize("language", phrases.PACKS)
def test_a_pack_has_all_its_phrases_and_their_placeholders(language: str) -> None:
    """A phrase without its placeholder would say “It goes on in.”"""
    pack = phrases.PACKS[language]
    for field in fields(pack):
        if isinstance(words := getattr(pack, field.name), str):
            assert words.strip() or field.name == "join"
            sided = field.name in {"first_side", "change_sides", "change_sides_short"}
            found = re.findall(r"\{([^}]*)\}", words)
            assert all("|" in name or name == "side" for name in found) if sided else found == _expected(field.name)
            assert found or not sided
    assert len(pack.count) == 3


def test_a_formal_script_is_not_answered_informally() -> None:
    """A physiotherapist who writes “Hören Sie auf” doesn't want “Du brauchst” before it."""
    script = (
        "---\ntitle: Versuch\nlanguage: de\ntools: einen Ball\naddress: formal\nsettle: 5s\n---\n\nAtmen Sie ruhig.\n"
    )
    said = [cue.text for cue in make_plan(parse(script, "x.md")).cues if isinstance(cue, Say)]
    assert said[:2] == ["Versuch.", "Sie brauchen einen Ball."]
    assert not any(re.search(r"\b[Dd](u|ir|ich)\b", words) for words in said)
    informal = make_plan(parse(script.replace("formal", "informal"), "x.md"))
    assert Say("Du brauchst einen Ball.", informal.cues[1].where) == informal.cues[1]


def _expected(name: str) -> list[str]:
    return [PLACEHOLDERS[name]] if name in PLACEHOLDERS else []


@pytest.mark.voice
def test_the_voice_follows_the_language() -> None:
    """A Spanish script isn't read by the English voice that the listener likes, unless they ask for it by name."""
    english = open_voice("gmw/en", "en").name
    assert open_voice(None, "en-GB", english).name == english
    assert open_voice(None, "es", english).name == open_voice(None, "es").name != english
    assert open_voice(english, "es").name == english
    assert open_voice(None, "es", "hum").name == "hum"
    with pytest.raises(UsageError, match="no voice speaks ‘tlh’"):
        open_voice(None, "tlh", english)
