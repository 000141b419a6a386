"""What kind of value a parameter wants."""

from live_emulator.brain.rules.tools.concepts import concept
from live_emulator.brain.rules.tools.schema import Parameter
from live_emulator.brain.words.normalise import read

__all__ = ["OPTIONAL", "PREPOSITIONS", "greedy", "role_of"]

_ROLES: tuple[tuple[str, str], ...] = (
    ("origin", "origin source start departure from sender"),
    ("destination", "destination target arrival"),
    ("room", "room zone"),
    (
        "place",
        "location city place country address region town area state venue where "
        "capital",
    ),
    ("datetime", "datetime timestamp when"),
    ("date", "date day deadline birthday due"),
    ("duration", "duration length delay timeout minutes seconds hours interval"),
    ("time", "time hour start_time"),
    ("topic", "topic subject about title reason purpose label"),
    ("text", "message text body content note comment sentence description words"),
    ("query", "query search term keyword keywords question prompt q"),
    (
        "person",
        "recipient contact person attendee attendees participant participants guest "
        "who to friend people callee",
    ),
    ("task", "task todo reminder action"),
    ("language", "language lang"),
    ("expression", "expression formula equation calculation"),
    ("list", "list cart basket playlist"),
    ("unit", "unit units"),
)

_ROLE_OF = {
    concept(word): role for role, words in reversed(_ROLES) for word in words.split()
}

PREPOSITIONS: dict[str, tuple[str, ...]] = {
    "place": ("in", "at", "near", "around", "for", "to", "from", "of"),
    "room": ("in", "for"),
    "origin": ("from",),
    "destination": ("to", "for", "into"),
    "topic": ("about", "regarding", "titled", "called", "named", "on", "labeled"),
    "person": ("with", "to", "for", "by"),
    "list": ("to", "on"),
    "language": ("to", "into", "in"),
    "text": ("saying", "about"),
    "task": ("to", "about", "called", "named"),
    "query": ("for", "about", "on"),
    "other": (
        "called",
        "named",
        "titled",
        "of",
        "for",
        "by",
        "with",
        "about",
        "in",
        "on",
        "to",
        "from",
        "at",
        "using",
        "via",
    ),
}

OPTIONAL: dict[str, tuple[str, ...]] = {
    "place": ("in", "near", "at"),
    "person": ("with", "to"),
    "other": ("called", "named", "titled", "by"),
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
