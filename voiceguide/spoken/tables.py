"""How each language reads what is abbreviated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voiceguide.phrases import PACKS
from voiceguide.phrases.phrases import Unit


@dataclass(frozen=True, slots=True)
class Manner:
    """How one language reads.

    `units` are read after a number, `short` wherever it stands by itself; both map what is written to what is read.
    A number may be followed by one of the endings in `ordinal`, each mapped to the last letters of its word and to what
    replaces them. `times` is read for an “x” after a number.
    """

    units: Mapping[str, Unit]
    short: Mapping[str, str]
    fractions: Mapping[str, str]
    to: str
    slash: str
    decimal: str
    thousands: str
    times: Unit
    ordinal: Mapping[str, tuple[str, str]]


def _units(language: str, seconds: str, minutes: str, hours: str) -> dict[str, Unit]:
    """Return the units of time, by all the ways in which they are written, which are separated by spaces."""
    written = (seconds.split(), minutes.split(), hours.split())
    return {short: unit for shorts, unit in zip(written, PACKS[language].units, strict=True) for short in shorts}


_UN = (("veintiuno", "veintiún"), ("uno", "un"))
_UNA = (("uno", "una"),)
_EIN = (("eins", "ein"),)
_UNE = (("un", "une"),)


MANNERS: Mapping[str, Manner] = {
    "en": Manner(
        units={
            **_units("en", "s sec secs sec.", "min mins min.", "h hr hrs"),
            "mm": Unit("millimetre", "millimetres"),
            "cm": Unit("centimetre", "centimetres"),
            "m": Unit("metre", "metres"),
            "km": Unit("kilometre", "kilometres"),
            "km/h": Unit("kilometre an hour", "kilometres an hour"),
            "ft": Unit("foot", "feet"),
            "″": Unit("inch", "inches"),
            "g": Unit("gram", "grams"),
            "kg": Unit("kilogram", "kilograms"),
            "lb": Unit("pound", "pounds"),
            "lbs": Unit("pound", "pounds"),
            "%": Unit("percent", "percent"),
            "°": Unit("degree", "degrees"),
            "°C": Unit("degree Celsius", "degrees Celsius"),
            "°F": Unit("degree Fahrenheit", "degrees Fahrenheit"),
            "rep": Unit("repetition", "repetitions"),
            "reps": Unit("repetition", "repetitions"),
        },
        short={
            "e.g.": "for example",
            "i.e.": "that is",
            "etc.": "and so on",
            "approx.": "about",
            "vs.": "versus",
            "max.": "at most",
            "min.": "at least",
            "incl.": "including",
            "reps": "repetitions",
            "rep": "repetition",
            "secs": "seconds",
            "mins": "minutes",
            "w/": "with",
            "w/o": "without",
            "and/or": "and or",
            "L/R": "left and right",
            "R/L": "right and left",
            "&": "and",
            "+": "plus",
        },
        fractions={"½": "half", "⅓": "a third", "¼": "a quarter", "¾": "three quarters", "⅔": "two thirds"},
        to="to",
        slash="or",
        decimal=".",
        thousands=",",
        times=Unit("time", "times"),
        ordinal=dict.fromkeys(("st", "nd", "rd", "th"), ("", "")),
    ),
    "de": Manner(
        units={
            **_units("de", "s Sek Sek. sek", "min Min Min.", "h Std Std."),
            "mm": Unit("Millimeter", "Millimeter", _EIN),
            "cm": Unit("Zentimeter", "Zentimeter", _EIN),
            "m": Unit("Meter", "Meter", _EIN),
            "km": Unit("Kilometer", "Kilometer", _EIN),
            "km/h": Unit("Kilometer pro Stunde", "Kilometer pro Stunde", _EIN),
            "g": Unit("Gramm", "Gramm", _EIN),
            "kg": Unit("Kilogramm", "Kilogramm", _EIN),
            "%": Unit("Prozent", "Prozent", _EIN),
            "°": Unit("Grad", "Grad", _EIN),
            "°C": Unit("Grad Celsius", "Grad Celsius", _EIN),
            "Wdh.": Unit("Wiederholung", "Wiederholungen", (("eins", "eine"),)),
            "Mal": Unit("Mal", "Mal", _EIN),
            "mal": Unit("mal", "mal", _EIN),
        },
        short={
            "z.B.": "zum Beispiel",
            "z. B.": "zum Beispiel",
            "d.h.": "das heißt",
            "d. h.": "das heißt",
            "bzw.": "beziehungsweise",
            "ca.": "etwa",
            "usw.": "und so weiter",
            "evtl.": "eventuell",
            "ggf.": "gegebenenfalls",
            "inkl.": "einschließlich",
            "max.": "höchstens",
            "min.": "mindestens",
            "Min.": "Minuten",
            "Sek.": "Sekunden",
            "Std.": "Stunden",
            "Wdh.": "Wiederholungen",
            "li.": "links",
            "re.": "rechts",
            "li./re.": "links und rechts",
            "und/oder": "und oder",
            "L/R": "links und rechts",
            "R/L": "rechts und links",
            "&": "und",
            "+": "plus",
        },
        fractions={
            "½": "einhalb",
            "⅓": "ein Drittel",
            "¼": "ein Viertel",
            "¾": "drei Viertel",
            "⅔": "zwei Drittel",
        },
        to="bis",
        slash="oder",
        decimal=",",
        thousands=".",
        times=Unit("Mal", "Mal", _EIN),
        ordinal={},
    ),
    "es": Manner(
        units={
            **_units("es", "s seg seg.", "min min.", "h hrs"),
            "mm": Unit("milímetro", "milímetros", _UN),
            "cm": Unit("centímetro", "centímetros", _UN),
            "m": Unit("metro", "metros", _UN),
            "km": Unit("kilómetro", "kilómetros", _UN),
            "km/h": Unit("kilómetro por hora", "kilómetros por hora", _UN),
            "g": Unit("gramo", "gramos", _UN),
            "kg": Unit("kilogramo", "kilogramos", _UN),
            "%": Unit("por ciento", "por ciento"),
            "°": Unit("grado", "grados", _UN),
            "°C": Unit("grado Celsius", "grados Celsius", _UN),
            "rep.": Unit("repetición", "repeticiones", _UNA),
            "reps": Unit("repetición", "repeticiones", _UNA),
            "reps.": Unit("repetición", "repeticiones", _UNA),
        },
        short={
            "p.ej.": "por ejemplo",
            "p. ej.": "por ejemplo",
            "etc.": "etcétera",
            "aprox.": "aproximadamente",
            "máx.": "como máximo",
            "mín.": "como mínimo",
            "seg.": "segundos",
            "min.": "minutos",
            "reps": "repeticiones",
            "reps.": "repeticiones",
            "izq.": "izquierda",
            "dcha.": "derecha",
            "y/o": "y o",
            "I/D": "izquierda y derecha",
            "D/I": "derecha e izquierda",
            "&": "y",
            "+": "más",
        },
        fractions={"½": "medio", "⅓": "un tercio", "¼": "un cuarto", "¾": "tres cuartos", "⅔": "dos tercios"},
        to="a",
        slash="o",
        decimal=",",
        thousands=".",
        times=Unit("vez", "veces", _UNA),
        ordinal={"º": ("", ""), ".º": ("", ""), "ª": ("o", "a"), ".ª": ("o", "a")},
    ),
    "fr": Manner(
        units={
            **_units("fr", "s sec sec.", "min min.", "h"),
            "mm": Unit("millimètre", "millimètres"),
            "cm": Unit("centimètre", "centimètres"),
            "m": Unit("mètre", "mètres"),
            "km": Unit("kilomètre", "kilomètres"),
            "km/h": Unit("kilomètre par heure", "kilomètres par heure"),
            "g": Unit("gramme", "grammes"),
            "kg": Unit("kilogramme", "kilogrammes"),
            "%": Unit("pour cent", "pour cent"),
            "°": Unit("degré", "degrés"),
            "°C": Unit("degré Celsius", "degrés Celsius"),
            "rép.": Unit("répétition", "répétitions", _UNE),
            "reps": Unit("répétition", "répétitions", _UNE),
        },
        short={
            "p.ex.": "par exemple",
            "p. ex.": "par exemple",
            "c.-à-d.": "c’est-à-dire",
            "etc.": "et cetera",
            "env.": "environ",
            "max.": "au plus",
            "min.": "au moins",
            "sec.": "secondes",
            "rép.": "répétitions",
            "reps": "répétitions",
            "et/ou": "et ou",
            "G/D": "gauche et droite",
            "D/G": "droite et gauche",
            "&": "et",
            "+": "plus",
        },
        fractions={"½": "demi", "⅓": "un tiers", "¼": "un quart", "¾": "trois quarts", "⅔": "deux tiers"},
        to="à",
        slash="ou",
        decimal=",",
        thousands="\u202f",
        times=Unit("fois", "fois", _UNE),
        ordinal={"er": ("", ""), "re": ("ier", "ière"), "e": ("", ""), "ème": ("", "")},
    ),
}
