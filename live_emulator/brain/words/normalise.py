"""Make one form of what was typed and what was recognised.

Both have punctuation, digits and contractions, typed text in British or American
spelling; some recognisers write lower-case words alone. An `Utterance` holds the words
of either in one canonical form (lower case, American spelling, contractions written
out, symbols as words, digits left as they are) and knows where in the original
each word stood, so that names and quotations can be given back as written.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from live_emulator.brain.words.lexicon import PLACES, PROPER_NOUNS
from live_emulator.brain.words.spelling import MAX_WORD, canonical_forms

__all__ = [
    "TITLES",
    "Found",
    "Utterance",
    "canonical",
    "proper",
    "read",
    "sentences",
]

_MAX_CHARACTERS = 2_000
"""What stands behind is not looked at; verbatim reading uses the raw text."""

_TOKEN = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])"  # ISO dates
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}(?![0-9])"
    r"|[0-9]{1,2}:[0-9]{2}(?![0-9])"  # times
    r"|[0-9]+(?:st|nd|rd|th)\b"
    r"|[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
    r"|[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
    r"|[^\W\d_]+(?:['\u2019\u02bc][^\W\d_]+)*"
    r"|[-+*/=%^&@()\u00d7\u00f7\u2212\u00b2\u00b3\u221a\u00b0]"
)

_SYMBOLS: dict[str, tuple[str, ...]] = {
    "+": ("plus",),
    "*": ("times",),
    "\u00d7": ("times",),
    "\u00f7": ("divided", "by"),
    "=": ("equals",),
    "%": ("percent",),
    "^": ("to", "the", "power", "of"),
    "&": ("and",),
    "@": ("at",),
    "\u00b2": ("squared",),
    "\u00b3": ("cubed",),
    "\u221a": ("the", "square", "root", "of"),
    "\u00b0": ("degrees",),
}

_MINUS = "-\u2212"

_DIGITS = "0123456789"


def _symbol(text: str, match: re.Match[str]) -> tuple[str, ...]:
    """Return what a symbol is read as at its place; nothing for most hyphens."""
    symbol = match.group()
    before = text[: match.start()][-2:]
    after = text[match.end() :][:2]
    if symbol in _MINUS:
        number = text[match.end() :][:4].lstrip(" -")[:1]
        if not number.isdigit() and after[:1] not in ("(", "."):
            return ()
        spaced = before.endswith(" ") == after.startswith(" ")
        operand = before.rstrip(" ")[-1:]
        if not operand or operand in "+*/=(\u00d7\u00f7-^" or before.endswith(" "):
            return ("minus",)
        return ("minus",) if spaced and (operand.isdigit() or operand == ")") else ()
    if symbol == "/":
        divides = before.rstrip(" ")[-1:].isdigit() or before.endswith(")")
        return ("divided", "by") if divides else ()
    return _SYMBOLS.get(symbol, ())


@dataclass(frozen=True)
class Found:
    """A match of a pattern, with the words of its groups."""

    utterance: "Utterance"
    match: re.Match[str]
    shift: int = 0
    """How much further behind than in the utterance everything stands in the match."""

    def has(self, group: str) -> bool:
        """Tell whether the group took part in the match."""
        return bool(self.match.groupdict().get(group))

    def text(self, group: str) -> str:
        """Return the canonical words of a group, empty if it has none."""
        return self.match.groupdict().get(group) or ""

    def part(self, group: str) -> "Utterance":
        """Return the group as an utterance of its own."""
        start, end = self.match.span(group)
        return self.utterance.between(start - self.shift, end - self.shift)


@dataclass(frozen=True)
class Utterance:
    """Words in canonical form, and the text they came from."""

    raw: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Where in `raw` each word stood."""

    @cached_property
    def text(self) -> str:
        """The canonical words, joined by single spaces."""
        return " ".join(self.words)

    @cached_property
    def _starts(self) -> list[int]:
        starts, at = [], 0
        for word in self.words:
            starts.append(at)
            at += len(word) + 1
        return starts

    @cached_property
    def word_set(self) -> frozenset[str]:
        """The words, each once."""
        return frozenset(self.words)

    @cached_property
    def is_long(self) -> bool:
        """Too long to be matched against the patterns of whole sentences."""
        return len(self.words) > 40 or len(self.text) > 300

    @property
    def original(self) -> str:
        """What was written, from the first word to the last."""
        if not self.words:
            return ""
        return self.raw[self.spans[0][0] : self.spans[-1][1]]

    @property
    def shown(self) -> str:
        """The original, with capitals for names if it was all lower case."""
        return proper(self.original)

    def slice(self, start: int, end: int | None = None) -> "Utterance":
        """Return a run of its words."""
        return Utterance(self.raw, self.words[start:end], self.spans[start:end])

    def between(self, start: int, end: int) -> "Utterance":
        """Return the words between two positions in `text`."""
        if end <= start:
            return self.slice(0, 0)
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        return self.slice(first, last + 1)

    def match(self, pattern: re.Pattern[str]) -> Found | None:
        """Match all of the text, unless there is too much of it."""
        if self.is_long:
            return None
        match = pattern.fullmatch(self.text)
        return Found(self, match) if match else None

    def search(self, pattern: re.Pattern[str]) -> Found | None:
        """Find the pattern somewhere in the text."""
        match = pattern.search(self.text)
        return Found(self, match) if match else None

    def __bool__(self) -> bool:
        return bool(self.words)


def read(text: str, parentheses: bool = False) -> Utterance:
    """Return the words of a text that was typed or recognised.

    Args:
        text: Any text; of a very long one only the beginning is looked at.
        parentheses: Keep parentheses as words (for arithmetic).

    """
    head = text[:_MAX_CHARACTERS]
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(head):
        token = match.group()
        first = token[0]
        if first.isalpha():
            forms = canonical_forms(token[: 2 * MAX_WORD])
        elif first in _DIGITS or (first == "." and len(token) > 1):
            forms = (token.replace(",", ""),)
        elif token in "()":
            forms = (token,) if parentheses else ()
        else:
            forms = _symbol(head, match)
        for form in forms:
            words.append(form)
            spans.append(match.span())
    return Utterance(head, tuple(words), tuple(spans))


def canonical(text: str) -> str:
    """Return the canonical words of a text in one string."""
    return read(text).text


TITLES = r"(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\bMs)"
"""Behind these a full stop ends no sentence."""
_SENTENCE_END = re.compile(TITLES + r"[.!?;\u2026]+[\"')\u201d\u2019]*\s+|\s*\n\s*")


def sentences(text: str) -> list[str]:
    """Split typed text into its sentences, punctuation kept."""
    head = text[:_MAX_CHARACTERS]
    ends = [match.end() for match in _SENTENCE_END.finditer(head)]
    bounds = zip([0, *ends], [*ends, len(head)], strict=True)
    parts = (head[start:end].strip() for start, end in bounds)
    return [part for part in parts if any(c.isalnum() for c in part)]


_WORD = re.compile(r"[^\W\d_]+")

_LONG_NAME = re.compile(
    r"\b(?:" + "|".join(sorted(place for place in PLACES if " " in place)) + r")\b",
    re.IGNORECASE,
)


def proper(text: str) -> str:
    """Write names with capitals, if the text has no capitals of its own."""
    if text != text.lower():
        return text

    def capital(match: re.Match[str]) -> str:
        word = match.group()
        return word.capitalize() if word in PROPER_NOUNS or word == "i" else word

    text = _WORD.sub(capital, text)
    return _LONG_NAME.sub(lambda match: match.group().title(), text)
