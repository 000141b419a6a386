"""What kind of value a parameter wants."""

from live_emulator.brain.rules.tools.concepts import concept
from live_emulator.brain.rules.tools.schema import Parameter
from live_emulator.brain.words.data import data
from live_emulator.brain.words.normalise import read

__all__ = ["OPTIONAL", "PREPOSITIONS", "greedy", "role_of"]

_DATA = data("words", "words.yaml")
_ROLE_OF: dict[str, str] = {
    concept(word): role
    for role, words in reversed(_DATA["roles"].items())
    for word in words.split()
}
PREPOSITIONS = {role: tuple(words.split()) for role, words in _DATA["behind"].items()}
OPTIONAL = {
    role: tuple(words.split()) for role, words in _DATA["behind_if_optional"].items()
}
"""For a value that may be left out only these are clear enough."""


def role_of(parameter: Parameter) -> str:
    """Return what kind of value a parameter wants, by its name, then its text."""
    for word in reversed(parameter.words):
        if role := _ROLE_OF.get(concept(word)):
            return role
    words = read(parameter.description[:120]).words
    for word in words[:8]:
        role = _ROLE_OF.get(concept(word), "")
        if role in ("place", "date", "duration", "person", "language", "expression"):
            return role
    return "other"


def greedy(parameter: Parameter) -> bool:
    """Tell whether a parameter takes all that the others leave."""
    return role_of(parameter) in ("query", "text", "task")
