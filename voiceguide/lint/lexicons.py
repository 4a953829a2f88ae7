"""The lexicons: the words of each language that the checks know. The English one is the most thorough.

A language without a lexicon is only checked for what can be found without it.
"""

from __future__ import annotations

from collections.abc import Mapping

from voiceguide.lint.lexicon import Lexicon

_BODY_EN = (
    r"(?:upper |lower |inner |outer |big |little |index |middle |ring |front |back )?(?:arm|forearm|hand|leg|knee|hip|"
    r"foot|feet|shoulder|calf|calves|thigh|buttock|glute|elbow|wrist|ankle|heel|toe|sole|shin|ear|cheek|temple|eye|"
    r"eyebrow|jaw|side|finger|thumb|palm|armpit|rib|collarbone|hamstring|nostril|kidney|fist|arch)(?:e?s)?\b(?! up\b)"
)
_ALONE_EN = r"(?=\s*(?:[.,;:!?)…—–]|$)|\s+(?:and|or|then|of|with|while|for|until|first|again|now|as|once|twice)\b)"
_AWAY_EN = r"(?![^.;]{0,60}\b(?:floor|ground|mat|bed|foot|feet|heels?|palms?|together|buttocks|glutes|blades|belly)\b)"


def _side_en(side: str) -> str:
    return rf"\b{side}[ -]{_BODY_EN}|\b{side}wards?\b|\b(?:your|the|turn|roll|look|lean|tilt|bend) {side}\b{_ALONE_EN}"


_EN = Lexicon(
    let_go="Let go slowly.",
    over="That was all.",
    presses=(
        rf"\b(?:press|push|squeez)\w*\b{_AWAY_EN}|\bknead\w*|\bballs?\b(?! of\b)|\brollers?\b|\bknots?\b|"
        r"\b(?:sore|tender|sensitive|painful) (?:spot|point|place|area)s?\b|\btrigger[- ]points?\b|"
        r"\b(?:spot|point|place)s? that (?:is|are|feels?) (?:sore|tender|sensitive|painful)\b|\bmassage gun\b"
    ),
    releases=(
        r"(?:(?:now|and|then|slowly|gently|carefully|finally)\b,?\s+)*(?:let (?:[\w’']+ ){0,3}?(?:go|sink|drop|fall)|"
        r"ease|releas|relax|loosen|lower|soften|return|bring|rest|stop|unwind|go back|come (?:off|out|back|away|down)|"
        r"(?:lift|roll|move|slide|take|put) (?:[\w’']+ ){0,5}?(?:off|away|down|back|from))"
    ),
    left=_side_en("left"),
    right=_side_en("right"),
    other=r"\b(?:other|opposite|both|switch|swap|change sides)\b",
    rests=r"\b(?:rest|pause|relax|wait|break)\b",
    the=r"the",
    gap_ends=r"an?|and|or|of|on|onto|with|to|under|from|by|in|into|your|against|for|at|is|as|it|iliotibial|muscle|the",
    tools=(
        r"balls?(?! of\b)",
        r"rollers?",
        r"bands?(?! of\b)",
        r"straps?",
        r"belts?",
        r"towels?",
        r"cushions?",
        r"pillows?",
        r"bolsters?",
        r"blankets?",
        r"blocks?",
        r"chairs?",
        r"stools?",
        r"mats?",
        r"sticks?",
        r"guns?",
        r"bottles?",
    ),
    seconds=r"seconds?|(?<=\d)\s*(?:secs?|s)",
    minutes=r"minutes?|(?<=\d)\s*(?:mins?|m)",
    times=r"times|(?<=\d)\s*[x×]",
    fixed={"twice": 2, "thrice": 3},
    numbers={"a": 1, "half a": 0.5, "a half": 0.5, "half": 0.5},
    articles=frozenset({"a"}),
    half="and a half",
    to=r"-|–|or|to",
    join="and",
    before=r"\b(?:every|after|within|last|first|final|up to|at most|than|in|until|per)\s+(?:the |about |around )?",
    after=(
        r",?\s*(?:left|remaining|to go|apart|ago|later|daily|in all|altogether|in total|as|the|"
        r"(?:a|per|each|every) (?:day|week|hour|minute))\b"
    ),
    about=r"\bbreathe? (?:in|out)\b|\binhal|\bexhal",
    spellings=((" and ", " "), ("one hundred", "a hundred")),
)

_DE = Lexicon(
    let_go="Lass los.",
    over="Das war alles.",
    presses=(
        r"\b(?:drück|press|quetsch|knet)\w*|\bdruck(?:punkt|stelle)?\w*|\w*(?:ball|bälle|bällen)\b|\b(?:faszien|massage)?rolle\b|"
        r"\btriggerpunkt\w*|\bverspannung\w*|\b(?:empfindlich|schmerzend|wund)\w* (?:stelle|punkt)\w*"
    ),
    releases=(
        r"(?:(?:jetzt|nun|und|dann|langsam|sanft)\s+)*(?:lass\w* (?:[\w]+ ){0,4}?(?:los|sinken|fallen|locker)|"
        r"lös\w*|lock\w*|entspann\w*|senk\w*|gib \w+ frei|geh\w* zurück|komm\w* (?:\w+ )?zurück|"
        r"(?:heb|nimm|roll|leg|bring)\w* (?:\w+ ){0,5}?(?:weg|ab|herunter|runter|zurück))"
    ),
    left=r"\blink(?:e[rsnm]?|s)\b",
    right=r"\brecht(?:e[rsnm]?|s)\b(?! winkel)",
    other=r"\b(?:ander\w*|gegenüber\w*|beid\w*|wechs\w*)",
    rests=r"\b(?:pause|ruhe?|warte\w*|entspann\w*)\b",
    the=r"der|die|das|den|dem|des|am|im|beim|zum|zur|vom|ans",
    gap_ends=r"und|oder|mit|auf|unter|an|in|von|zu|ein\w*|dein\w*|gegen|für|der|die|das|den|dem",
    tools=(
        r"\w*(?:ball|balls|bälle|bällen)",
        r"(?:faszien|massage)?rolle",
        r"(?:gummi|fitness|thera)?band",
        r"gurte?s?",
        r"(?:hand|geschirr)?(?:tuch|tuchs|tücher)",
        r"kissens?",
        r"stuhls?",
        r"\w*matte",
        r"stabs?",
        r"(?:massage)?pistole",
    ),
    seconds=r"sekunden?|(?<=\d)\s*(?:sek|s)",
    minutes=r"minuten?|(?<=\d)\s*(?:min|m)",
    times=r"mal|(?<=\d)\s*[x×]",
    numbers={
        **dict.fromkeys(("ein", "eine", "einer"), 1),
        **dict.fromkeys(("eineinhalb", "anderthalb"), 1.5),
        **dict.fromkeys(("eine halbe", "einer halben", "halbe"), 0.5),
        "zweieinhalb": 2.5,
    },
    articles=frozenset({"ein", "eine", "einer"}),
    half="",
    to=r"-|–|oder|bis(?: zu)?",
    join="und",
    before=r"\b(?:alle|jede\w*|nach|innerhalb von|letzten?|ersten?|bis zu|höchstens|als|in)\s+(?:den |etwa )?",
    after=r",?\s*(?:am tag|täglich|pro (?:tag|woche)|die woche|insgesamt|später|so)\b",
    about=r"\batme\w* (?:\w+ ){0,4}?(?:ein|aus)\b|\beinatm|\bausatm",
    spellings=(("ß", "ss"),),
)

_BODY_ES = (
    r"(?:lado|brazo|antebrazo|mano|pierna|rodilla|cadera|pie|hombro|pantorrilla|muslo|glúteo|nalga|codo|muñeca|tobillo|"
    r"talón|oreja|mejilla|ojo|sien|costado|dedo|pulgar|axila)s?"
)

_ES = Lexicon(
    let_go="Suelta.",
    over="Eso es todo.",
    presses=(
        r"\b(?:presion|aprieta|apriet|empuj|amas|masaje)\w*|\bpelotas?\b|\brodillos?\b|\bnudos?\b|"
        r"\bpuntos? (?:gatillo|dolorid\w+|sensibles?|de presión)\b|\b(?:zona|lugar) (?:dolorid\w+|sensible)\b"
    ),
    releases=(
        r"(?:(?:ahora|y|luego|despacio|suavemente)\b,?\s+)*(?:suelt|afloj|relaj|baj|libera|descans|"
        r"deja (?:\w+ ){0,4}?(?:caer|de)|vuelve|regresa|levanta|retira|quita)"
    ),
    left=r"\bizquierd[oa]s?\b",
    right=rf"\b{_BODY_ES} derech[oa]s?\b|\b(?:la|tu|el) derech[oa]\b(?=\s*(?:[.,;:!?)…]|$)|\s+(?:y|o|de)\b)",
    other=r"\b(?:otr[oa]s?|amb[oa]s|cambi\w*)",
    rests=r"\b(?:descans\w*|pausa|repos[ae]\w*|espera\w*)",
    the=r"el|la|los|las|al|del",
    gap_ends=r"y|o|de|en|con|a|bajo|un|una|tu|tus|contra|para|por|el|la|los|las",
    tools=(
        r"pelotas?",
        r"rodillos?",
        r"bandas?",
        r"correas?",
        r"toallas?",
        r"coj(?:ín|ines)",
        r"almohadas?",
        r"sillas?",
        r"esterillas?",
        r"palos?",
        r"pistolas?",
    ),
    seconds=r"segundos?|(?<=\d)\s*(?:seg|s)",
    minutes=r"minutos?|(?<=\d)\s*(?:min|m)",
    times=r"veces|(?<=\d)\s*[x×]",
    numbers={"un": 1, "una": 1, "medio": 0.5},
    articles=frozenset({"un", "una"}),
    half="y medi[oa]",
    to=r"-|–|o|a",
    join="y",
    before=r"\b(?:cada|tras|después de|últimos|primeros|hasta|como máximo|(?:más|menos) de|en)\s+(?:los |unos )?",
    after=r",?\s*(?:al día|por (?:día|semana)|a la semana|en total|más tarde|diarias)\b",
    about=r"\binhal|\bexhal|\binspir|\bespir",
)

_BODY_FR = (
    r"(?:côté|bras|avant-bras|main|jambe|genou|hanche|pied|épaule|mollet|cuisse|fesse|fessier|coude|poignet|cheville|"
    r"talon|oreille|joue|œil|tempe|flanc|doigt|pouce|aisselle)s?"
)

_FR = Lexicon(
    let_go="Relâche.",
    over="C’est tout.",
    presses=(
        r"\b(?:appu(?:ie|y)|press|pouss|pétri|mass)\w*|\bballes?\b|\brouleaux?\b|\bn[œo]e?uds?\b|"
        r"\bpoints? (?:gâchettes?|sensibles?|douloureux|de pression)\b|\b(?:zone|endroit) (?:sensible|douloureu\w+)\b"
    ),
    releases=(
        r"(?:(?:maintenant|et|puis|doucement|lentement)\b,?\s+)*(?:relâch|lâch|desserr|détend|abaiss|baiss|repos|"
        r"laisse (?:\w+ ){0,4}?(?:aller|tomber|descendre)|reviens|ramène|retire|enlève|soulève)"
    ),
    left=r"\bgauches?\b",
    right=rf"\b{_BODY_FR} droite?s?\b|\b(?:à|la|ta) droite\b|\bla main droite\b",
    other=r"\b(?:autres?|deux|chang\w*)\b",
    rests=r"\b(?:repos\w*|pause|attend\w*|détend\w*)",
    the=r"le|la|les|du|au|aux|l[’']",
    gap_ends=r"et|ou|de|en|avec|à|sous|un|une|ton|ta|tes|contre|pour|par|le|la|les|sur",
    tools=(
        r"balles?",
        r"rouleaux?",
        r"(?:bande|élastique)s?",
        r"sangles?",
        r"serviettes?",
        r"coussins?",
        r"oreillers?",
        r"chaises?",
        r"tapis",
        r"bâtons?",
        r"pistolets?",
    ),
    seconds=r"secondes?|(?<=\d)\s*(?:sec|s)",
    minutes=r"minutes?|(?<=\d)\s*(?:min|m)",
    times=r"fois|(?<=\d)\s*[x×]",
    numbers={"un": 1, "une": 1, "une demi": 0.5},
    articles=frozenset({"un", "une"}),
    half="et demie?",
    to=r"-|–|ou|à",
    join="et",
    before=(
        r"\b(?:toutes les|après|dernières|premières|jusqu[’']à|au plus|(?:plus|moins) de|en|chaque|dans)\s+"
        r"(?:les |environ )?"
    ),
    after=r",?\s*(?:par (?:jour|semaine)|au total|en tout|plus tard)\b",
    about=r"\binspir|\bexpir",
)

LEXICONS: Mapping[str, Lexicon] = {"en": _EN, "de": _DE, "es": _ES, "fr": _FR}
"""The lexicon of each language that has one."""
