"""The words on the page's buttons and beside its figures, in each language that has phrases."""

from __future__ import annotations

from voiceguide.phrases import PACKS, base

_LANGUAGES = ("en", "es", "de", "fr")

_ROWS = {
    "play": ("Play", "Reproducir", "Start", "Lecture"),
    "pause": ("Pause", "Pausa", "Pause", "Pause"),
    "back": ("Back", "Atrás", "Zurück", "Retour"),
    "repeat": ("Repeat", "Repetir", "Noch einmal", "Répéter"),
    "next": ("Next", "Siguiente", "Weiter", "Suivant"),
    "ready": ("Ready", "Ya está", "Bereit", "C’est prêt"),
    "speech": ("Speech speed", "Velocidad de la voz", "Sprechtempo", "Vitesse de la voix"),
    "chapters": ("Chapters", "Capítulos", "Kapitel", "Chapitres"),
    "look": ("Dark or light", "Oscuro o claro", "Dunkel oder hell", "Sombre ou clair"),
    "progress": ("Session", "Sesión", "Sitzung", "Séance"),
    "hold": ("Hold", "Mantener", "Halten", "Tenir"),
    "move": ("Move", "Mover", "Bewegen", "Bouger"),
    "settle": ("Settle", "Colocarse", "Einrichten", "S’installer"),
    "rest": ("Rest", "Descansar", "Ausruhen", "Se reposer"),
    "wait": ("Wait", "Esperar", "Warten", "Attendre"),
    "asked": ("When you are ready", "Cuando todo esté listo", "Sobald alles bequem ist", "Dès que tout est prêt"),
    "left": ("left", "izquierda", "links", "gauche"),
    "right": ("right", "derecha", "rechts", "droite"),
    "of": ("{n} of {of}", "{n} de {of}", "{n} von {of}", "{n} sur {of}"),
    "remaining": ("{time} left", "quedan {time}", "noch {time}", "encore {time}"),
    "loading": ("One moment", "Un momento", "Einen Moment", "Un instant"),
    "paused": ("Paused", "En pausa", "Angehalten", "En pause"),
    "finished": ("Finished", "Terminado", "Zu Ende", "Terminé"),
    "broken": (
        "This browser can’t play the session. A newer one, or another, may.",
        "Este navegador no puede reproducir la sesión. Uno más nuevo, u otro, quizá sí.",
        "Dieser Browser kann die Sitzung nicht abspielen. Ein neuerer oder anderer kann es vielleicht.",
        "Ce navigateur ne peut pas lire la séance. Un plus récent, ou un autre, le peut peut-être.",
    ),
    "scriptless": (
        "This page needs JavaScript.",
        "Esta página necesita JavaScript.",
        "Diese Seite braucht JavaScript.",
        "Cette page a besoin de JavaScript.",
    ),
}


def words(language: str) -> dict[str, str]:
    """Return the page's words, by key, for a language tag such as `en-GB`; English for a language without phrases."""
    column = _LANGUAGES.index(base(language)) if base(language) in _LANGUAGES else 0
    pack = PACKS[_LANGUAGES[column]]
    return {
        **{key: row[column] for key, row in _ROWS.items()},
        "here": pack.here_now,  # the same words as are spoken
        "place": pack.back_in_place,
    }
