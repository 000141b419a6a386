"""Cut text that is still being written into sentences that can be spoken.

What comes out depends on the text alone, not on the pieces in which it came.
"""

import re
import unicodedata

from live_emulator.brain.words.data import words

__all__ = ["INTERRUPTED", "Sentences", "spoken"]

INTERRUPTED = "[interrupted]"
"""Marks answers that were cut off; models like to write it themselves."""

_LONGEST = 300
"""Characters; a sentence without an end is cut before, so that speech can start."""
_AHEAD = 16
"""So many characters more decide whether a full stop ends a sentence."""
_WIDE = "\u3002\uff01\uff1f"
"""The marks of Chinese and Japanese, which need no blank behind them."""
_END = re.compile(
    rf"\n|[.!?\u2026]{{1,8}}[\"'\u201d\u2019)\]*_`]{{0,4}}(?=\s|$)|[{_WIDE}]"
)
_CLAUSE = re.compile(r"[,;:\u2013\u2014](?=\s)|[\uff0c\u3001\uff1b]")
_BLANKS = re.compile(r"[^\S\n]+")
_WORD_BEFORE = re.compile(r"[\w.]*\Z")
_LIST_NUMBER = re.compile(r"\s*[(*_]*\d{1,3}\Z")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_NEVER_LAST, _SELDOM_LAST = words("never_last"), words("seldom_last")
_NO_CODE = "I leave out the code."


class Sentences:
    """Takes text as it comes, and gives each sentence once it is complete."""

    def __init__(self) -> None:
        self._text = ""
        self._line_start = True
        self._in_code = False

    def feed(self, text: str) -> list[str]:
        """Return the sentences that are complete now."""
        # Runs of blanks become one, also across pieces: they mean nothing, and a
        # server may send them for ever.
        self._text = _BLANKS.sub(" ", self._text + text.replace("\r", "\n"))
        return self._cut(final=False)

    def end(self) -> list[str]:
        """Return what is left."""
        sentences = self._cut(final=True)
        rest, self._text = self._text, ""
        return sentences + self._said(rest, whole_line=True)

    def _cut(self, final: bool) -> list[str]:
        sentences: list[str] = []
        while (end := self._next_end(final)) is not None:
            piece, self._text = self._text[:end], self._text[end:]
            at_line_end = piece.endswith("\n") or self._text.startswith("\n")
            sentences += self._said(piece, at_line_end)
            self._line_start = piece.endswith("\n")
        return sentences

    def _next_end(self, final: bool) -> int | None:
        """Return where the next sentence ends, None if that can't be told yet."""
        for found in _END.finditer(self._text):
            if found.start() >= _LONGEST:
                break
            ends = self._is_end(found, final)
            if ends is None:
                break
            if ends:
                return found.end()
        if len(self._text) < _LONGEST + _AHEAD:
            return None
        clauses = list(_CLAUSE.finditer(self._text, _LONGEST // 2, _LONGEST))
        blank = self._text.rfind(" ", _LONGEST // 2, _LONGEST)
        return clauses[-1].end() if clauses else blank if blank > 0 else _LONGEST

    def _is_end(self, found: re.Match[str], final: bool) -> bool | None:
        text, mark = found.string, found.group()
        behind = text[found.end() : found.end() + 2]
        if mark == "\n":
            return True
        if self._in_code or (self._line_start and _FENCE.match(text)):
            return False
        if mark in _WIDE or "\n" in behind:
            return True
        if len(behind) < 2:
            return True if final else None
        return _ends_sentence(text[: found.start()], mark, behind[1], self._line_start)

    def _said(self, piece: str, whole_line: bool) -> list[str]:
        if self._line_start and _FENCE.match(piece):
            self._in_code = not self._in_code
            return [_NO_CODE] if self._in_code else []
        said = "" if self._in_code else spoken(piece, self._line_start)
        if not any(map(str.isalnum, said)):
            return []
        return [said + "." if whole_line and said[-1].isalnum() else said]


def _ends_sentence(before: str, mark: str, following: str, line_start: bool) -> bool:
    """Tell whether a mark with a blank behind it ends a sentence."""
    dots = mark.startswith(("..", "\u2026"))
    if following.islower() and (dots or mark[-1] in "\"'\u201d\u2019)"):
        return False  # "Stop!" he said
    if mark[0] != "." or dots:
        return True
    word = before[_WORD_BEFORE.search(before).start() :]  # type: ignore[union-attr]
    lower = word.lower()
    if line_start and _LIST_NUMBER.fullmatch(before):
        return False
    if lower in _NEVER_LAST or (len(word) == 1 and word.isupper()):
        return word == "I"
    if lower in _SELDOM_LAST:
        return following.isupper()
    return not (lower == "no" and following.isdigit())


_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[^\s.,;:!?)]")
_LINE_MARK = re.compile(r"\s*(?:#{1,6}\s+|>\s*|[-*+\u2022\u2013]\s+(?:\[[ xX]\]\s)?)+")
_RULE = re.compile(r"\s*[-*_=|:\s]{3,}\s*")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_STARS = re.compile(r"(?<!\s)\*+|\*+(?!\s)|`+|~~+|__+|(?<!\w)_|_(?!\w)|\\(?=\W)")
_UNSAID = ("So", "Cc", "Cf", "Cs", "Co", "Cn")


def spoken(text: str, line_start: bool = True) -> str:
    """Return a text without markup, addresses and pictographs."""
    if line_start:
        if _RULE.fullmatch(text):
            return ""
        text = _LINE_MARK.sub("", text, count=1) if _LINE_MARK.match(text) else text
        if text.lstrip().startswith("|"):
            text = ", ".join(filter(None, map(str.strip, text.split("|"))))
    text = text.replace(INTERRUPTED, " ")
    text = _ADDRESS.sub("a link", _LINK.sub(r"\1", text))
    text = _STARS.sub("", _TAG.sub(" ", text)).replace("_", " ")
    return " ".join("".join(filter(_can_be_said, text)).split())


def _can_be_said(character: str) -> bool:
    if character.isspace() or character == "\u00b0":
        return True
    variant = character == "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff"
    return not variant and unicodedata.category(character) not in _UNSAID
