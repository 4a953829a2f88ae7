"""What a printed leaflet says of its own accord, in each language; without “you”, to suit both forms of address."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels and doses of one language; each `{…}` is filled in, times and counts in digits."""

    safety: str
    tools: str
    takes: str
    minute: str
    minutes: str
    daily: str
    once_daily: str
    leave: str
    listen: str
    hold: str
    rest: str
    wait: str
    once: str
    times: str
    each_side: str
    changing: str
    range: str
    half: str
    start: str
    end: str
    every: str


LABELS = {
    "en": Labels(
        safety="Safety",
        tools="What is needed",
        takes="Takes about {time}",
        minute="1 minute",
        minutes="{n} minutes",
        daily="Up to {n} times a day",
        once_daily="Once a day at most",
        leave="To stop early",
        listen="To listen along",
        hold="hold {time}",
        rest="rest {time}",
        wait="take your time",
        once="once",
        times="{n} times",
        each_side="each side",
        changing="changing sides each time",
        range="{low} to {high}",
        half="half-way",
        start="after {time}",
        end="{time} before the end",
        every="every {time}",
    ),
    "es": Labels(
        safety="Seguridad",
        tools="Hace falta",
        takes="Dura unos {time}",
        minute="1 minuto",
        minutes="{n} minutos",
        daily="Hasta {n} veces al día",
        once_daily="Como mucho una vez al día",
        leave="Para dejarlo antes",
        listen="Para escucharlo",
        hold="mantener {time}",
        rest="descansar {time}",
        wait="sin prisa",
        once="una vez",
        times="{n} veces",
        each_side="cada lado",
        changing="cambiando de lado cada vez",
        range="{low} a {high}",
        half="a la mitad",
        start="tras {time}",
        end="{time} antes del final",
        every="cada {time}",
    ),
    "de": Labels(
        safety="Sicherheit",
        tools="Benötigt",
        takes="Dauert etwa {time}",
        minute="1 Minute",
        minutes="{n} Minuten",
        daily="Bis zu {n} Mal am Tag",
        once_daily="Höchstens einmal am Tag",
        leave="Zum vorzeitigen Aufhören",
        listen="Zum Anhören",
        hold="{time} halten",
        rest="{time} ausruhen",
        wait="in Ruhe",
        once="einmal",
        times="{n} Mal",
        each_side="je Seite",
        changing="jedes Mal mit Seitenwechsel",
        range="{low} bis {high}",
        half="nach der Hälfte",
        start="nach {time}",
        end="{time} vor dem Ende",
        every="alle {time}",
    ),
    "fr": Labels(
        safety="Sécurité",
        tools="Matériel",
        takes="Dure environ {time}",
        minute="1 minute",
        minutes="{n} minutes",
        daily="Jusqu’à {n} fois par jour",
        once_daily="Une fois par jour au plus",
        leave="Pour arrêter avant la fin",
        listen="À écouter",
        hold="maintenir {time}",
        rest="se reposer {time}",
        wait="sans hâte",
        once="une fois",
        times="{n} fois",
        each_side="de chaque côté",
        changing="en changeant de côté à chaque fois",
        range="{low} à {high}",
        half="à la moitié",
        start="après {time}",
        end="{time} avant la fin",
        every="toutes les {time}",
    ),
}
