"""Cut a text into pieces that are spoken one after the other.

Every character that reaches the synthesiser keeps its place in the given text,
so that words can be timed.
"""

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Segment", "segments", "word_spans"]

_MAX_CHARACTERS = 200
_COMMA_FROM = 80
"""A comma ends a segment that is already this long."""
_LONG_NUMBER = re.compile(r"\d{13,}")
_BREAK = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]+|\n+|[,;:](?=\s)|[，、；：]")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Za-z]|mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|etc|no|approx)\.$", re.IGNORECASE
)
_WORD = re.compile(r"[^\s—–…\x00-\x1f]+")
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\U0003ffff]")
_SENTENCE_PAUSE_MS = 280
_CLAUSE_PAUSE_MS = 120


@dataclass(frozen=True)
class Segment:
    """A sentence, or part of a long one, as it is given to the synthesiser."""

    text: str
    origin: tuple[int, ...]
    """For each character its index in the given text."""
    pause_ms: int
    """Silence that follows if more is said."""


def segments(text: str) -> list[Segment]:
    """Return what is to be said of a text, in order; empty if nothing is."""
    found: list[Segment] = []
    start = 0
    while start < len(text):
        end, pause_ms = _next_break(text, start)
        clean, origin = _clean(text, start, end)
        if any(character.isalnum() or character in "&%$€£+=@#" for character in clean):
            found.append(Segment(clean, origin, pause_ms))
        start = end
    return found


def _next_break(text: str, start: int) -> tuple[int, int]:
    for match in _BREAK.finditer(text, start, start + _MAX_CHARACTERS):
        mark, end = match.group(), match.end()
        if mark[0] in ",;:，、；：":
            if end - start >= _COMMA_FROM:
                return end, _CLAUSE_PAUSE_MS
        elif not (mark == "." and _ABBREVIATION.search(text, start, end)):
            return end, _SENTENCE_PAUSE_MS
    if len(text) - start <= _MAX_CHARACTERS:
        return len(text), 0
    space = text.rfind(" ", start + _MAX_CHARACTERS // 2, start + _MAX_CHARACTERS)
    return (space + 1 if space >= 0 else start + _MAX_CHARACTERS), 0


def _clean(text: str, start: int, end: int) -> tuple[str, tuple[int, ...]]:
    """Replace what can't be said, and part long numbers into digits."""
    long_number = {
        index
        for match in _LONG_NUMBER.finditer(text, start, end)
        for index in range(*match.span())
    }
    clean: list[str] = []
    origin: list[int] = []
    for index in range(start, end):
        clean.append(" " if _is_unspeakable(text[index]) else text[index])
        origin.append(index)
        if index in long_number:
            clean.append(" ")
            origin.append(index)
    return "".join(clean), tuple(origin)


def _is_unspeakable(character: str) -> bool:
    """Tell whether it is a control character, half a pair, or a picture.

    Control characters would end the text (NUL) or command the synthesiser, and
    it would read each emoji out by name.
    """
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co", "Cn"):
        return True
    if category == "So":
        return character > "\u2190"
    picture_part = "\ufe00" <= character <= "\ufe0f" or character == "\u20e3"
    return picture_part or "\U0001f3fb" <= character <= "\U0001f3ff"


def word_spans(text: str, marks: list[int]) -> list[tuple[int, int]]:
    """Return for each mark the word it lies in, without punctuation around it.

    Args:
        text: The whole text.
        marks: Indexes at which the synthesiser says that it speaks a word.

    Returns:
        Start and end for each mark; a mark in no word, or in the word of the mark
        before it ("84" is spoken as two words), gets an empty span.

    """
    spans: list[tuple[int, int]] = []
    last = (-1, -1)
    for number, mark in enumerate(marks):
        if _NO_SPACES.match(text, mark):
            after = marks[number + 1] if number + 1 < len(marks) else len(text)
            span = _strip(text, mark, max(mark + 1, after))
        else:
            span = _word_around(text, mark)
        if span[0] >= span[1] or span[0] < last[1]:
            spans.append((mark, mark))
        else:
            spans.append(span)
            last = span
    return spans


def _word_around(text: str, mark: int) -> tuple[int, int]:
    start = mark
    while start > 0 and _WORD.match(text[start - 1]):
        start -= 1
    match = _WORD.match(text, start)
    return _strip(text, start, match.end()) if match else (mark, mark)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not _counts(text[start]):
        start += 1
    while start < end and not _counts(text[end - 1]):
        end -= 1
    return start, end


def _counts(character: str) -> bool:
    if character.isspace() or _is_unspeakable(character):
        return False
    return unicodedata.category(character)[0] != "P" or character in "&%@#"
