"""Read the system instruction: the few things in it that the brain can follow."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from live_emulator.brain.words.data import patterns, words
from live_emulator.brain.words.numbers import value_of

__all__ = ["LANGUAGE_CODES", "Language", "Persona", "read_instruction"]

Language = Literal["de", "fr", "es"]
LANGUAGE_CODES: dict[str, Language] = {"german": "de", "french": "fr", "spanish": "es"}

_MAX_CHARACTERS = 8_000
_QUOTES = "\"'\u201c\u201d\u2018\u2019"
_NOT_NAMES = frozenset("A An The Not In Very Here Always Never English".split())
_SPLIT = re.compile(r"\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+|\s+nor\s+")
_LEAD = re.compile(
    r"^(?:about |the (?:words?|names?|topics?|subjects?)(?: of)? |any |anything about "
    r")+"
)


@dataclass(frozen=True)
class Persona:
    """How to answer, as far as the instruction says so."""

    name: str = ""
    role: str = ""
    """For example ``a friendly guide``; empty if none is given."""
    opening: str = ""
    closing: str = ""
    greeting: str = ""
    max_sentences: int | None = None
    max_words: int | None = None
    brief: bool = False
    """Short answers are wanted, without a number."""
    pirate: bool = False
    language: Language | None = None
    verbatim: bool = False
    """Read whatever the user sends aloud, word for word."""
    forbidden: tuple[str, ...] = ()
    """Words never to be mentioned, lower case."""
    text: str = ""
    """The instruction itself."""


def _all(wish: str, text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns(wish):
        yield from pattern.finditer(text)


def _has(wish: str, text: str) -> bool:
    return any(True for _ in _all(wish, text))


def _group(wish: str, text: str) -> str:
    """Return the words of the first group that was found, without quotes."""
    match = next(_all(wish, text), None)
    found = next(filter(None, match.groups()), "") if match else ""
    return " ".join(found.strip().strip(_QUOTES).split())


def _count(wish: str, text: str) -> int | None:
    for match in _all(wish, text):
        count = match["count"].lower().replace("-", " ")
        value = 1 if count in ("a", "an", "single") else value_of(count)
        if value is not None and value >= 1 and value.denominator == 1:
            return int(value)
    return None


def _name(text: str) -> str:
    names = (match["name"] for match in _all("name", text))
    name = next((one for one in names if one.split()[0] not in _NOT_NAMES), "")
    return name.capitalize() if name == name.lower() else name


def _forbidden(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for match in _all("forbidden", text):
        for item in _SPLIT.split(match["what"].lower()):
            item = _LEAD.sub("", item.strip()).strip(_QUOTES + " ")
            if 0 < len(item.split()) <= 4 and item not in words("too_vague"):
                found.append(item)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def read_instruction(text: str) -> Persona:
    """Return what the instruction asks for; unknown wishes are ignored."""
    text = text[:_MAX_CHARACTERS]
    if not text.strip():
        return Persona()
    return Persona(
        name=_name(text),
        role=_group("role", text),
        opening=_group("opening", text),
        closing=_group("closing", text),
        greeting=_group("greeting", text),
        max_sentences=_count("sentences", text),
        max_words=_count("words", text),
        brief=_has("brief", text),
        pirate=_has("pirate", text),
        language=LANGUAGE_CODES.get(_group("language", text).lower()),
        verbatim=_has("verbatim", text),
        forbidden=_forbidden(text),
        text=text,
    )
