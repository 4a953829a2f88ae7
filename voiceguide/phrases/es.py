"""Spanish phrases; the listener is addressed as “tú”, or, formally, as “usted”."""

from dataclasses import replace

from voiceguide.phrases.phrases import Phrases, Unit

_MASCULINE = (("veintiuno", "veintiún"), ("uno", "un"))
_FEMININE = (("uno", "una"),)

PACK = Phrases(
    language="es",
    tools="Necesitas {tools}.",
    tools_next="Ahora necesitas {tools}.",
    get_ready="Tómate un momento para prepararte.",
    starting="Empezamos en {time}.",
    starting_left="{time}.",
    half_way="La mitad.",
    ten_left="Quedan diez segundos.",
    ten_left_short="Diez.",
    goes_on="Seguimos en {time}.",
    count=("Tres.", "Dos.", "Uno."),
    last_time="La última vez.",
    the_end="el final",
    first_side="Primero el lado {side}.",
    change_sides="Cambia de lado. Ahora el {side}.",
    change_sides_short="Ahora el {side}.",
    left="izquierdo",
    right="derecho",
    ready_by_voice="Decir listo, o dar dos palmadas, cuando todo esté cómodo.",
    ready_by_key="Pulsar Intro, o el botón de los auriculares, cuando todo esté cómodo.",
    here_now="Estamos en: {part}.",
    left_here="Aquí quedan {time}.",
    left_in_all="En total, unos {time}.",
    back_in_place="Volvemos a la posición.",
    sound_back="El sonido ha vuelto.",
    ease_off="Aflojar despacio, y soltar.",
    offer_by_voice="Decir repetir, o siguiente.",
    offer_by_key="R lo repite, N pasa al siguiente paso.",
    paused="Hacemos una pausa.",
    on_by_voice="Decir continuar, o parar.",
    on_by_key="La barra espaciadora continúa, Q termina.",
    stopped="Parado.",
    leave="Soltar despacio, y descansar un momento antes de levantarse.",
    units=(
        Unit("segundo", "segundos", _MASCULINE),
        Unit("minuto", "minutos", _MASCULINE),
        Unit("hora", "horas", _FEMININE),
    ),
    join=" y ",
)

FORMAL = replace(
    PACK,
    tools="Necesita {tools}.",
    tools_next="Ahora necesita {tools}.",
    get_ready="Tómese un momento para prepararse.",
    change_sides="Cambie de lado. Ahora el {side}.",
)
