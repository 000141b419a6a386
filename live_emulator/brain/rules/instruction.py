"""Read the system instruction: the few things in it that the brain can follow."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from live_emulator.brain.words.numbers import value_of

__all__ = ["LANGUAGE_CODES", "Language", "Persona", "read_instruction"]

Language = Literal["de", "fr", "es"]

LANGUAGE_CODES: dict[str, Language] = {"german": "de", "french": "fr", "spanish": "es"}


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


_MAX_CHARACTERS = 8_000

_QUOTED = (
    r"[\"\u201c\u2018'](?P<quoted>[^\"\u201c\u201d\n]{1,300}?)[\"\u201d\u2019'](?!\w)"
)
_PLAIN = (
    r"(?P<plain>[^\n.;]{1,160}?)"
    r"(?=[.;\n]|$|,? and (?:then )?(?:end|finish|close|be|keep|answer|never|do not)\b)"
)
_WHAT = (
    r"[\s:,]+(?:the (?:words|word|phrase|sentence|greeting)\s*:?\s*)?"
    rf"(?:{_QUOTED}|{_PLAIN})"
)
_ANSWERS = (
    r"(?:(?:every|each|all|any|your|the|of|one|single)\s+){0,4}"
    r"(?:answers?|repl(?:y|ies)|responses?|messages?|turns?|sentences?)"
)


def _rule(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(pattern, flags)


_NAMES = (
    _rule(
        r"\b(?:your name is|your name shall be|call yourself|you are called"
        r"|you are named|you go by|introduce yourself as|an? \w+ (?:called|named))"
        r"\s+[\"'\u201c]?(?P<name>[^\W\d_][\w'-]{0,30})"
    ),
    _rule(
        r"\b[Yy]ou(?: are|'re|\u2019re) [\"'\u201c]?(?P<name>[A-Z][\w'-]{1,30}"
        r"(?: [A-Z][\w'-]{1,30})?)[\"'\u201d]?(?=\s*(?:[,.;!\n]|$|the\b|an?\b|and\b))",
        re.RegexFlag(0),
    ),
    _rule(r"\b(?:called|named) (?P<name>[A-Z][\w'-]{1,30})", re.RegexFlag(0)),
)
_NOT_NAMES = frozenset("A An The Not In Very Here Always Never English".split())
_ROLE = _rule(
    r"\byou(?: are|'re|\u2019re)(?: [A-Z]\w+,)? (?P<role>an? [^.,;:\n]{3,70}?)"
    r"(?=[.,;:\n]|$| (?:and|that|which|whose|called|named|with|for)\b)"
)
_OPENING = (
    _rule(
        rf"\b(?:begin|start|open|prefix|preface)\s+(?:{_ANSWERS}\s+)?"
        rf"(?:with|by saying){_WHAT}"
    ),
)
_CLOSING = (
    _rule(
        rf"\b(?:end|finish|close|conclude|sign off)\s+(?:{_ANSWERS}\s+)?"
        rf"(?:with|by saying){_WHAT}"
    ),
)
_GREETING = _rule(
    r"\b(?:greet|welcome)\b[^.\n]{0,40}?\b(?:with|by saying|as follows)"
    rf"(?:{_WHAT})"
)
_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundred|and)"
)
_COUNT = rf"(?P<count>\d{{1,4}}|(?:a )?{_NUMBER}(?:[ -]{_NUMBER}){{0,4}}|an?|single)"
_LIMIT = (
    r"\b(?:at most|no more than|not more than|fewer than|less than|under|up to|within"
    r"|a maximum of|maximum|in|with|only|exactly|to|use|give)\s+"
)
_SENTENCES = _rule(
    rf"{_LIMIT}{_COUNT}\s+(?:(?:short|single|complete|brief)\s+){{0,2}}sentences?\b"
)
_WORDS = _rule(rf"{_LIMIT}{_COUNT}\s+words?\b")
_BRIEF = _rule(
    r"\b(?:be|keep|answer|reply|respond|speak|stay|give)\b[^.\n]{0,40}?"
    r"\b(?:brief|briefly|short|concise|concisely|terse|tersely|succinct|succinctly)\b"
)
_PIRATE = _rule(r"\b(?:like|as|are)\s+(?:an?\s+)?(?:\w+\s+)?pirate\b")
_LANGUAGE = _rule(
    r"\b(?:answer|reply|respond|speak|talk|converse|communicate|write)\b[^.\n]{0,30}?"
    r"\b(?P<language>german|french|spanish)\b"
)
_VERBATIM = _rule(
    r"\btext[- ]to[- ]speech\b"
    r"|\b(?:read|repeat|say|speak|echo|recite)\b[^.\n]{0,60}?"
    r"\b(?:user|text|input|message|messages|everything|whatever|words)\b[^.\n]{0,60}?"
    r"\b(?:aloud|out loud|word for word|verbatim|exactly|unchanged|word by word)\b"
    r"|\b(?:read|repeat)\b[^.\n]{0,20}?\b(?:aloud|out loud|verbatim|exactly)\b"
    r"[^.\n]{0,40}?\b(?:user|text|input|messages?|everything|whatever)\b"
)
_FORBIDDEN = _rule(
    r"\b(?:never|do not|don't|don\u2019t|must not|avoid)(?: ever)? "
    r"(?:mention|mentioning|say|talk about|talking about|use|using|speak about"
    r"|speak of|discuss|discussing|refer to)\s+(?P<what>[^.;\n]{2,120})"
)
_FORBIDDEN_SPLIT = re.compile(r"\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+|\s+nor\s+")
_FORBIDDEN_LEAD = re.compile(
    r"^(?:about |the (?:words?|names?|topics?|subjects?)(?: of)? |any |anything about "
    r")+"
)
_TOO_VAGUE = frozenset(
    "it this that them anything more else so no yes user users markdown emoji emojis "
    "lists bullet points".split()
)


def _what(match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    found = match.groupdict()
    text = found.get("quoted") or found.get("plain") or ""
    return " ".join(text.strip().strip("\"'\u201c\u201d\u2018\u2019").split())


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> str:
    for pattern in patterns:
        if match := pattern.search(text):
            return _what(match)
    return ""


def _count(pattern: re.Pattern[str], text: str) -> int | None:
    for match in pattern.finditer(text):
        count = match["count"].lower().replace("-", " ")
        value = 1 if count in ("a", "an", "single") else value_of(count)
        if value is not None and value >= 1 and value == int(value):
            return int(value)
    return None


def _name(text: str) -> str:
    for pattern in _NAMES:
        for match in pattern.finditer(text):
            name = match["name"]
            if name.split()[0] not in _NOT_NAMES:
                return name if name != name.lower() else name.capitalize()
    return ""


def _forbidden(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for match in _FORBIDDEN.finditer(text):
        for item in _FORBIDDEN_SPLIT.split(match["what"].lower()):
            item = _FORBIDDEN_LEAD.sub("", item.strip()).strip(
                "\"'\u201c\u201d\u2018\u2019 "
            )
            if 0 < len(item.split()) <= 4 and item not in _TOO_VAGUE:
                found.append(item)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def read_instruction(text: str) -> Persona:
    """Return what the instruction asks for; unknown wishes are ignored."""
    text = text[:_MAX_CHARACTERS]
    if not text.strip():
        return Persona()
    role = _ROLE.search(text)
    language = _LANGUAGE.search(text)
    return Persona(
        name=_name(text),
        role=" ".join(role["role"].split()) if role else "",
        opening=_first(_OPENING, text),
        closing=_first(_CLOSING, text),
        greeting=_what(_GREETING.search(text)),
        max_sentences=_count(_SENTENCES, text),
        max_words=_count(_WORDS, text),
        brief=_BRIEF.search(text) is not None,
        pirate=_PIRATE.search(text) is not None,
        language=LANGUAGE_CODES[language["language"].lower()] if language else None,
        verbatim=_VERBATIM.search(text) is not None,
        forbidden=_forbidden(text),
        text=text,
    )
