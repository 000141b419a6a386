"""A few courteous sentences in German, French and Spanish."""

from live_emulator.brain.rules.context import Context, Reply, say
from live_emulator.brain.words.data import data

__all__ = ["in_language"]

_TEXTS = data("rules", "languages.yaml")


def in_language(ctx: Context, value: str = "") -> Reply | None:
    """Answer in the language the instruction demands, None if it demands none.

    Args:
        ctx: The clause to answer.
        value: The result of a calculation, in digits, if it was one.

    """
    language = ctx.persona.language
    if language is None:
        return None
    texts = _TEXTS[language]
    now = ctx.question.now
    if not ctx.turn.text.strip():
        return say(texts["again"])
    if value:
        return say(texts["sum"].format(value=value))
    said = set(ctx.said.words)
    for kind in ("bye", "thanks", "time", "hello", "how", "stop"):
        if said & set(_TEXTS["words"][kind].split()) and len(said) <= 8:
            if kind == "hello" and ctx.persona.name:
                return say(texts["named"].format(name=ctx.persona.name))
            return say(texts[kind].format(hour=now.hour, minute=now.minute))
    return say(texts["other"])
