"""French; the listener is spoken to as “tu”, or, formally, as “vous”."""

from dataclasses import replace

from voiceguide.phrases.phrases import Phrases, Unit

_FEMININE = (("un", "une"),)

PACK = Phrases(
    language="fr",
    tools="Il te faut {tools}.",
    tools_next="Maintenant, il te faut {tools}.",
    get_ready="Prends un moment pour te préparer.",
    starting="On commence dans {time}.",
    starting_left="{time}.",
    half_way="La moitié.",
    ten_left="Encore dix secondes.",
    ten_left_short="Dix.",
    goes_on="On continue dans {time}.",
    count=("Trois.", "Deux.", "Un."),
    last_time="Dernière fois.",
    the_end="la fin",
    first_side="D’abord le côté {gauche|droit}.",
    change_sides="Change de côté. Maintenant, {à gauche|à droite}.",
    change_sides_short="Maintenant, {à gauche|à droite}.",
    left="gauche",
    right="droite",
    units=(
        Unit("seconde", "secondes", _FEMININE),
        Unit("minute", "minutes", _FEMININE),
        Unit("heure", "heures", _FEMININE),
    ),
    join=" et ",
)

FORMAL = replace(
    PACK,
    tools="Il vous faut {tools}.",
    tools_next="Maintenant, il vous faut {tools}.",
    get_ready="Prenez un moment pour vous préparer.",
    change_sides="Changez de côté. Maintenant, {à gauche|à droite}.",
)
