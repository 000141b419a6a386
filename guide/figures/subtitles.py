"""Set what was said beneath the sound of it, as lines that never touch.

Where there is room, each piece of a transcript stands where it is heard. Where
the words of a turn need more room than their sound has, they become a small
paragraph that begins where the turn begins.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from guide.figures.fonts import drawable, text_width_in
from guide.figures.scene import Speech

__all__ = ["LINE_IN", "SIZE", "Line", "set_subtitles"]

SIZE = 7.8
LINE_IN = 0.152
_MOST_ROWS = 3
_BETWEEN_TURNS_IN = 0.14
_NARROWEST_IN = 0.5
"""A column narrower than this holds no readable paragraph."""
_ENOUGH_IN = 1.0
"""A turn gets at least this much, or as much as its words need in one row."""


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of words at one place. Row 0 is the uppermost."""

    x: float
    row: int
    text: str
    is_heard: bool

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + text_width_in(self.text, SIZE, italic=not self.is_heard)


@dataclass(frozen=True, slots=True)
class _Word:
    x: float
    text: str
    is_heard: bool

    @property
    def width(self) -> float:
        return text_width_in(self.text, SIZE, italic=not self.is_heard)


def set_subtitles(
    speeches: Sequence[Speech],
    x_of: Callable[[float], float],
    left: float,
    right: float,
) -> list[Line]:
    """Return the lines for all turns between `left` and `right`, in inches."""
    turns = [_words(speech, x_of, left, right) for speech in speeches]
    turns = [words for words in turns if words]
    lines: list[Line] = []
    free_x = left
    index = 0
    while index < len(turns):
        words = turns[index]
        index += 1
        enough = min(_width(words), _ENOUGH_IN)
        # Where turns crowd, one in several is set, and set readably.
        while index < len(turns) and turns[index][0].x - words[0].x < enough:
            index += 1
        limit = turns[index][0].x - _BETWEEN_TURNS_IN if index < len(turns) else right
        turn = _in_place(words, free_x, limit) or _paragraph(words, free_x, limit)
        lines += turn
        if turn:
            free_x = max(line.right for line in turn) + _BETWEEN_TURNS_IN
    return lines


def _words(
    speech: Speech, x_of: Callable[[float], float], left: float, right: float
) -> list[_Word]:
    """Split the visible pieces of a turn into words.

    A piece may begin in the middle of a word, so the pieces are joined first.
    """
    letters: list[tuple[str, float, bool]] = []
    for at_s, text, is_heard in speech.pieces:
        x = x_of(at_s)
        if left - 1e-6 <= x <= right:
            letters += [(letter, x, is_heard) for letter in text]
    words = []
    for is_blank, group in groupby(letters, key=lambda one: one[0].isspace()):
        if not is_blank:
            spelled = list(group)
            text = drawable("".join(letter for letter, _, _ in spelled))
            if text:
                words.append(_Word(spelled[0][1], text, spelled[0][2]))
    return words


def _in_place(words: Sequence[_Word], free_x: float, limit: float) -> list[Line]:
    """Put words where they are heard, in one row; nothing if they do not fit."""
    space = text_width_in(" ", SIZE)
    groups: list[list[_Word]] = []
    starts: list[float] = []
    cursor = free_x
    for word in words:
        joins = (
            groups
            and word.is_heard == groups[-1][-1].is_heard
            and word.x < cursor + 3 * space
        )
        if joins:
            groups[-1].append(word)
        else:
            starts.append(max(word.x, cursor + (space if groups else 0.0)))
            groups.append([word])
        cursor = starts[-1] + _width(groups[-1])
        if cursor > limit:
            return []
    return [
        Line(start, 0, _joined(group), group[0].is_heard)
        for start, group in zip(starts, groups, strict=True)
    ]


def _paragraph(words: Sequence[_Word], free_x: float, limit: float) -> list[Line]:
    """Set words as a paragraph: where they begin, if there are rows enough there."""
    start = max(free_x, words[0].x)
    while start > free_x and len(list(_rows(words, limit - start))) > _MOST_ROWS:
        start = max(free_x, start - 0.1)
    room = limit - start
    if room < _NARROWEST_IN:
        return []
    rows = list(_rows(words, room))
    if len(rows) > _MOST_ROWS:
        rows = [*rows[: _MOST_ROWS - 1], _ended(rows[_MOST_ROWS - 1], room)]
    lines = []
    for number, row in enumerate(rows):
        x = start
        for is_heard, same in groupby(row, key=lambda word: word.is_heard):
            group = list(same)
            lines.append(Line(x, number, _joined(group), is_heard))
            x += _width(group) + text_width_in(" ", SIZE)
    return [line for line in lines if line.right <= limit + 1e-6]


def _rows(words: Sequence[_Word], room: float) -> Iterator[list[_Word]]:
    row: list[_Word] = []
    for word in words:
        if row and _row_width([*row, word]) > room:
            yield row
            row = []
        row.append(word)
    if row:
        yield row


def _ended(row: Sequence[_Word], room: float) -> list[_Word]:
    """Mark a row as the last of a text that goes on."""
    kept = list(row)
    while kept:
        last = kept[-1]
        marked = _Word(last.x, last.text.rstrip(",;:.…") + "…", last.is_heard)
        if _row_width([*kept[:-1], marked]) <= room or len(kept) == 1:
            return [*kept[:-1], marked]
        kept.pop()
    return kept


def _row_width(row: Sequence[_Word]) -> float:
    """Return the width of a row in which heard and unheard words may mix."""
    widths = [
        _width(list(group)) for _, group in groupby(row, key=lambda word: word.is_heard)
    ]
    return sum(widths) + (len(widths) - 1) * text_width_in(" ", SIZE)


def _joined(words: Sequence[_Word]) -> str:
    return " ".join(word.text for word in words)


def _width(words: Sequence[_Word]) -> float:
    return text_width_in(_joined(words), SIZE, italic=not words[0].is_heard)
