"""Spanish; the listener is spoken to as “tú”, or, formally, as “usted”."""

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
