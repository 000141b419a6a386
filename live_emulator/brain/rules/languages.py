"""A few courteous sentences in German, French and Spanish."""

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.rules.instruction import Language

__all__ = ["in_language"]

_SENTENCES: dict[Language, dict[str, str]] = {
    "de": {
        "hello": "Guten Tag. Ich bin der Emulator der Gemini Live API.",
        "named": "Guten Tag. Ich bin {name}, gespielt vom Emulator der Gemini Live "
        "API.",
        "how": "Es geht mir gut, danke. Und Ihnen?",
        "thanks": "Gern geschehen.",
        "bye": "Auf Wiedersehen.",
        "sum": "Das Ergebnis ist {value}.",
        "time": "Es ist {hour} Uhr {minute}.",
        "stop": "In Ordnung.",
        "again": "Ich habe nichts verstanden. Bitte sagen Sie es noch einmal.",
        "other": "Ich habe Sie geh\u00f6rt. Ich bin nur ein Emulator und kann wenige "
        "S\u00e4tze Deutsch; Gemini selbst w\u00fcrde Ihnen antworten.",
    },
    "fr": {
        "hello": "Bonjour. Je suis l'\u00e9mulateur de la Gemini Live API.",
        "named": "Bonjour. Je suis {name}, jou\u00e9 par l'\u00e9mulateur de la "
        "Gemini Live API.",
        "how": "Je vais bien, merci. Et vous?",
        "thanks": "Je vous en prie.",
        "bye": "Au revoir.",
        "sum": "Le r\u00e9sultat est {value}.",
        "time": "Il est {hour} heures {minute}.",
        "stop": "D'accord.",
        "again": "Je n'ai pas compris. Pouvez-vous r\u00e9p\u00e9ter?",
        "other": "Je vous ai entendu. Je ne suis qu'un \u00e9mulateur et je ne "
        "connais que quelques phrases de fran\u00e7ais; Gemini lui-m\u00eame vous "
        "r\u00e9pondrait.",
    },
    "es": {
        "hello": "Buenos d\u00edas. Soy el emulador de la Gemini Live API.",
        "named": "Buenos d\u00edas. Soy {name}, representado por el emulador de la "
        "Gemini Live API.",
        "how": "Estoy bien, gracias. \u00bfY usted?",
        "thanks": "De nada.",
        "bye": "Adi\u00f3s.",
        "sum": "El resultado es {value}.",
        "time": "Son las {hour} y {minute}.",
        "stop": "De acuerdo.",
        "again": "No he entendido nada. \u00bfPuede repetirlo, por favor?",
        "other": "Le he o\u00eddo. Solo soy un emulador y conozco pocas frases de "
        "espa\u00f1ol; el propio Gemini le responder\u00eda.",
    },
}

_WORDS = {
    "hello": (
        "hello hallo guten servus moin bonjour salut hola buenos buenas morgen tag "
        "who wer qui quien quién name heißen heißt"
    ),
    "how": "how wie comment cómo como geht",
    "thanks": "thanks danke merci gracias thank",
    "bye": "goodbye bye wiedersehen tschüss revoir adiós adios",
    "stop": "stop halt arrête para basta warte",
    "time": "time uhr heure hora spät",
}


def in_language(ctx: Context, value: str = "") -> Reply | None:
    """Answer in the language the instruction demands, None if it demands none.

    Args:
        ctx: The clause to answer.
        value: The result of a calculation, in digits, if it was one.

    """
    language = ctx.persona.language
    if language is None:
        return None
    texts = _SENTENCES[language]
    now = ctx.question.now
    if not ctx.turn.text.strip():
        return say(texts["again"])
    if value:
        return say(texts["sum"].format(value=value))
    said = set(ctx.said.words)
    for kind in ("bye", "thanks", "time", "hello", "how", "stop"):
        if said & set(_WORDS[kind].split()) and len(said) <= 8:
            if kind == "hello" and ctx.persona.name:
                return say(texts["named"].format(name=ctx.persona.name))
            return say(texts[kind].format(hour=now.hour, minute=now.minute))
    return say(texts["other"])
