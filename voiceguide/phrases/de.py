"""German phrases; the listener is addressed as “du”, or, formally, as “Sie”."""

from dataclasses import replace

from voiceguide.phrases.phrases import Phrases, Unit

_ONE = (("eins", "eine"),)

PACK = Phrases(
    language="de",
    tools="Du brauchst {tools}.",
    tools_next="Jetzt brauchst du {tools}.",
    get_ready="Nimm dir einen Moment Zeit, um dich vorzubereiten.",
    starting="Es beginnt in {time}.",
    starting_left="{time}.",
    half_way="Die Hälfte.",
    ten_left="Noch zehn Sekunden.",
    ten_left_short="Zehn.",
    goes_on="Es geht weiter in {time}.",
    count=("Drei.", "Zwei.", "Eins."),
    last_time="Das letzte Mal.",
    the_end="das Ende",
    first_side="Zuerst die {linke|rechte} Seite.",
    change_sides="Seite wechseln. Jetzt {links|rechts}.",
    change_sides_short="Jetzt {links|rechts}.",
    left="links",
    right="rechts",
    ready_by_voice="Bereit sagen oder zweimal klatschen, sobald alles bequem ist.",
    ready_by_key="Die Eingabetaste oder den Knopf am Kopfhörer drücken, sobald alles bequem ist.",
    here_now="Wir sind bei: {part}.",
    left_here="Hier noch {time}.",
    left_in_all="Insgesamt noch etwa {time}.",
    back_in_place="Wieder in Position gehen.",
    sound_back="Der Ton ist wieder da.",
    ease_off="Langsam nachlassen und loslassen.",
    offer_by_voice="Noch einmal oder weiter sagen.",
    offer_by_key="R wiederholt es, N geht weiter zum nächsten Schritt.",
    paused="Wir machen eine Pause.",
    on_by_voice="Fortsetzen oder Stopp sagen.",
    on_by_key="Mit der Leertaste geht es weiter, Q beendet.",
    stopped="Angehalten.",
    leave="Langsam loslassen, und vor dem Aufstehen einen Moment ausruhen.",
    units=(Unit("Sekunde", "Sekunden", _ONE), Unit("Minute", "Minuten", _ONE), Unit("Stunde", "Stunden", _ONE)),
    join=" und ",
)

FORMAL = replace(
    PACK,
    tools="Sie brauchen {tools}.",
    tools_next="Jetzt brauchen Sie {tools}.",
    get_ready="Nehmen Sie sich einen Moment Zeit, um sich vorzubereiten.",
)
