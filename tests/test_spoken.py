"""What a voice is given to read: a misread dose is a wrong dose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.base.errors import ConfigError, ScriptError
from voiceguide.listener import pronunciations
from voiceguide.script import parse
from voiceguide.spoken import Spoken
from voiceguide.spoken.tables import MANNERS

READ = {
    "en": """
        Hold for 10s. → Hold for ten seconds.
        3-4 times, 10 s each → three to four times, ten seconds each
        10s-20s, 10–15 secs → ten to twenty seconds, ten to fifteen seconds
        Hold 1m30s, rest 1 min 30 s → Hold one minute and thirty seconds, rest one minute and thirty seconds
        Stand 1 m from the wall for 1m. → Stand one metre from the wall for one minute.
        5 x 30s, 3x10, 1× → five times thirty seconds, three times ten, one time
        Roll it (L/R), hip/knee and/or back & arms. → Roll it (left and right), hip or knee and or back and arms.
        About 2.5 kg, 5lbs or 1,000 steps → About two point five kilograms, five pounds or one thousand steps
        Bend it 90°, e.g. 5-10cm up. → Bend it ninety degrees, for example five to ten centimetres up.
        1st rep, 22nd rep; 10 reps w/ a band → first repetition, twenty-second repetition; ten repetitions with a band
        ½ min, 2½ min, 1 1/2 h → zero point five minutes, two point five minutes, one point five hours
        1/2 a turn, 1⅓ turns → half a turn, one and a third turns
        Wait 10 min. → Wait ten minutes.
        Arms, legs, etc. → Arms, legs, and so on.
        37 °C, 100 % → thirty-seven degrees Celsius, one hundred percent
        On 2026-11-23 at 10:30: C7, T4-T8, 1.2.3, 24/7 → On 2026-11-23 at 10:30: C7, T4-T8, 1.2.3, 24/7
        Call 0123456789012 → Call 0123456789012
        It isn't 10a, or a10. → It isn't 10a, or a10.
        Lie down, and breathe. → Lie down, and breathe.
    """,
    "de": """
        Halte 10s, 1 Min. oder 1m30s. → Halte zehn Sekunden, eine Minute oder eine Minute und dreißig Sekunden.
        3-4 Mal, 1 Mal, 1x, 21x → drei bis vier Mal, ein Mal, ein Mal, einundzwanzig Mal
        2,5 kg bzw. 1.000 Schritte → zwei Komma fünf Kilogramm beziehungsweise eintausend Schritte
        z.B. 1 cm, z. B. ca. 10° → zum Beispiel ein Zentimeter, zum Beispiel etwa zehn Grad
        10 Wdh. li./re. → zehn Wiederholungen links und rechts.
        1 Minute, ½ Std., Hüfte/Knie → eine Minute, null Komma fünf Stunden, Hüfte oder Knie
    """,
    "es": """
        Aguanta 10s, 1 vez, 1x, 21x. → Aguanta diez segundos, una vez, una vez, veintiuna veces.
        3-4 veces, 1 cm, 21 segundos → tres a cuatro veces, un centímetro, veintiún segundos
        1ª vez, 2º paso, 1h30min → primera vez, segundo paso, una hora y treinta minutos
        cadera y/o rodilla (I/D) → cadera y o rodilla (izquierda y derecha)
    """,
    "fr": """
        Tiens 10 s, 3-4 fois, 1x. → Tiens dix secondes, trois à quatre fois, une fois.
        1re fois, 1er pas, 2e, 1 min 30 s → première fois, premier pas, deuxième, une minute et trente secondes
        2,5 kg, p. ex. à G/D → deux virgule cinq kilogrammes, par exemple à gauche et droite
    """,
    "it": """
        10s, 3-4 volte → 10s, 3-4 volte
    """,
}
CASES = [
    (language, *case.strip().split(" → ")) for language, text in READ.items() for case in text.strip().splitlines()
]


@pytest.mark.parametrize(("language", "line", "read"), CASES)
def test_what_is_written_in_short_is_read_in_full(language: str, line: str, read: str) -> None:
    """Engines read “3-4 times” as a subtraction and “10s” as a letter; and what is no amount stays as it is."""
    assert Spoken(language)(line) == read
    assert Spoken(f"{language}-XX")(line) == read


@given(st.sampled_from(sorted(MANNERS)), st.text(st.sampled_from("0123456789 .,-–/x½°%smhkgcrtL&'a"), max_size=30))
def test_nothing_breaks_the_reader(language: str, line: str) -> None:
    """Whatever an author writes, there is something to be said, and what was read is read alike."""
    read = Spoken(language)(line)
    assert any(map(str.isalnum, read)) or not any(map(str.isalnum, line))


def test_a_script_says_how_its_words_are_read() -> None:
    """Latin names are what voices get wrong, and authors know them; longer words are no part of others."""
    script = parse("---\npronounce: Psoas = so-as; TFL = T F L\n---\n# T\n\nThe psoas.\n", "t.md")
    read = Spoken("en", pronunciations.of([script]))
    assert read("The psoas, the iliopsoas: TFL, PSOAS 10s") == "The so-as, the iliopsoas: T F L, so-as ten seconds"


def keep(text: str) -> None:
    """The listener's list."""
    pronunciations.file().parent.mkdir(parents=True, exist_ok=True)
    pronunciations.file().write_text(text, encoding="utf-8")


@pytest.mark.parametrize("wrong", ["psoas", "= so-as", "psoas =", "psoas = {side}", f"{'p' * 61} = so-as"])
def test_a_mistake_in_a_list_is_told_with_its_place(wrong: str) -> None:
    """An author and a listener learn which entry it is, and what would be right."""
    with pytest.raises(ScriptError, match=r"t\.md:2:12: .+"):
        parse(f"---\npronounce: '{wrong}'\n---\n# T\n\nGo.\n", "t.md")
    keep(f"# mine\n\n{wrong}\n")
    with pytest.raises(ConfigError, match=r"pronunciation\.txt:3: "):
        pronunciations.of([])


def test_the_listeners_list_goes_first() -> None:
    """They hear it; the author only thought of it."""
    assert pronunciations.of([]) == {}
    keep("psoas = SO as  # as my physio says it\n")
    script = parse("---\npronounce: psoas = so-as; ilium = ill-ee-um\n---\n# T\n\nGo.\n", "t.md")
    assert pronunciations.of([script]) == {"psoas": "SO as", "ilium": "ill-ee-um"}
    keep("a = b\n" * 101)
    with pytest.raises(ConfigError, match="too long"):
        pronunciations.of([])
