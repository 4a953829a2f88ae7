"""French phrases; the listener is addressed as “tu”, or, formally, as “vous”."""

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
    ready_by_voice="Dire prêt, ou taper deux fois dans les mains, une fois bien installé.",
    ready_by_key="Appuyer sur Entrée, ou sur le bouton du casque, une fois bien installé.",
    here_now="Nous en sommes à : {part}.",
    left_here="Encore {time} ici.",
    left_in_all="Environ {time} en tout.",
    back_in_place="On se remet en place.",
    sound_back="Le son est revenu.",
    ease_off="Relâcher lentement, et laisser aller.",
    offer_by_voice="Dire répète, ou suivant.",
    offer_by_key="R le répète, N passe à l'étape suivante.",
    paused="On fait une pause.",
    on_by_voice="Dire continue, ou arrête.",
    on_by_key="La barre d'espace reprend, Q arrête.",
    stopped="Arrêté.",
    leave="Relâcher lentement, et se reposer un moment avant de se lever.",
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
