"""Fill the arguments of a function from the words of a clause."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from live_emulator.brain.rules.tools.filler import Filler
from live_emulator.brain.rules.tools.phrases import Phrases
from live_emulator.brain.rules.tools.schema import Parameter
from live_emulator.brain.rules.tools.texts import split_items
from live_emulator.brain.words.normalise import Utterance

__all__ = ["Filled", "answer_for", "fill"]


@dataclass(frozen=True)
class Filled:
    """Arguments as far as the words give them."""

    args: Mapping[str, Any]
    missing: tuple[Parameter, ...]
    """Required parameters without a value."""


def fill(
    said: Utterance,
    parameters: Sequence[Parameter],
    now: datetime,
    names: frozenset[str] = frozenset(),
    *,
    verb_words: int = 1,
    loose: bool = True,
) -> Filled:
    """Return the arguments that a clause gives.

    Args:
        said: The clause, without "could you please" in front.
        parameters: What the function takes.
        now: For "tomorrow" and the like.
        names: Concepts of the function's name, which are no values themselves.
        verb_words: How many words in front belong to the verb.
        loose: Take words that nothing else claims for a required string.

    """
    if len(said.words) > 60:
        said = said.slice(0, 60)
    phrases = Phrases(said, now.date(), min(verb_words, len(said.words)))
    args = Filler(phrases, now, names, loose).fill(parameters)
    missing = tuple(p for p in parameters if p.required and p.name not in args)
    return Filled(args, missing)


_ANSWER_LEAD = re.compile(
    r"(?:(?:it is|that is|the|to|for|in|at|on|with|please|use|make it|set it to|i want"
    r"|i would like|let us say|say|about|my|well|okay|um|maybe|it should be"
    r"|it shall be|should be|take|with a|a|an|of|as|call it|named|called) )+"
)


def answer_for(said: Utterance, parameter: Parameter, now: datetime) -> Any:
    """Return the value an answer gives to one parameter, None if it gives none."""
    filled = fill(said, (parameter,), now, verb_words=0, loose=False)
    if parameter.name in filled.args:
        return filled.args[parameter.name]
    if parameter.type == "boolean":
        if said.words[0] in ("yes", "yeah", "sure", "true", "on", "okay"):
            return True
        return False if said.words[0] in ("no", "nope", "false", "off") else None
    if parameter.type not in ("string", "array") or parameter.enum or said.is_long:
        return None
    lead = _ANSWER_LEAD.match(said.text + " ")
    rest = said.slice(len(lead.group().split()) if lead else 0)
    if rest and rest.words[-1] == "please":
        rest = rest.slice(0, -1)
    text = (rest or said).shown.strip(" .,;:!?\"'")
    if not text:
        return None
    if parameter.type == "array":
        kind = parameter.items.type if parameter.items else "string"
        return split_items(text) or None if kind == "string" else None
    return text
