"""Cut a text into pieces that are spoken one after the other.

Every character that reaches the synthesiser keeps its place in the given text,
so that words can be timed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["Segment", "segments", "timed_words"]

_MAX_CHARACTERS = 200
_COMMA_FROM = 80
"""A comma ends a segment that is already this long."""
_FIRST_COMMA_FROM = 30
"""The first segment of a speech, for which somebody waits, ends sooner."""
_LONG_NUMBER = re.compile(r"\d[\d,]{12,}")
"""Neither synthesiser has a name for so many."""
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
        comma_from = _COMMA_FROM if found else _FIRST_COMMA_FROM
        end, pause_ms = _next_break(text, start, comma_from)
        clean, origin = _clean(text, start, end)
        if any(character.isalnum() or character in "&%$€£+=@#" for character in clean):
            found.append(Segment(clean, origin, pause_ms))
        start = end
    return found


def _next_break(text: str, start: int, comma_from: int) -> tuple[int, int]:
    for match in _BREAK.finditer(text, start, start + _MAX_CHARACTERS):
        mark, end = match.group(), match.end()
        if mark[0] in ",;:，、；：":
            if end - start >= comma_from:
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


def timed_words(
    text: str, segment: Segment, marks: Sequence[tuple[int, float]], length_ms: float
) -> list[tuple[int, int, float]]:
    """Return start, end and time of each word of a segment.

    Args:
        text: The whole text.
        segment: A part of it.
        marks: Where in the segment's own text the synthesiser begins a word, and
            when. It may speak one word as two ("84"), or two as one ("déjà vu").
        length_ms: How long the segment sounds; no time is beyond it.

    Returns:
        All words in order, without punctuation around them. A word without a mark
        gets a time between its neighbours.

    """
    last = len(segment.origin) - 1
    known = [(segment.origin[max(0, min(at, last))], ms) for at, ms in marks]
    spans = _spans(text, segment.origin[0], segment.origin[-1] + 1, known)
    times: list[float | None] = []
    for start, end in spans:
        inside = [ms for at, ms in known if start <= at < end]
        times.append(min(inside) if inside else None)
    words: list[tuple[int, int, float]] = []
    for number, (start, end) in enumerate(spans):
        before = words[-1][2] if words else 0.0
        time = times[number]
        if time is None:
            rest = times[number + 1 :]
            after = next((ms for ms in rest if ms is not None), length_ms)
            unknown = next(
                (i for i, ms in enumerate(rest) if ms is not None), len(rest)
            )
            time = before + (after - before) / (unknown + 2)
        words.append((start, end, max(before, min(time, length_ms))))
    return words


def _spans(
    text: str, start: int, end: int, marks: Sequence[tuple[int, float]]
) -> list[tuple[int, int]]:
    """Return where words lie; without spaces between them, they lie at the marks."""
    spans = []
    for match in _WORD.finditer(text, start, end):
        if _NO_SPACES.search(match.group()):
            cuts = [at for at, _ in marks if match.start() < at < match.end()]
            cuts = [match.start(), *sorted(set(cuts)), match.end()]
            spans += [_strip(text, *pair) for pair in pairwise(cuts)]
        else:
            spans.append(_strip(text, *match.span()))
    return [span for span in spans if span[0] < span[1]]


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
