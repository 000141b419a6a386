"""Pace a reply of a model that answers in text parts.

Recordings of the half-cascade models show a first piece of one or two words and
then pieces of ten to twenty, with nothing held back at the end.
"""

import re
from collections import deque

__all__ = ["TextReply"]

_FIRST_WORDS = 2
_WORDS = 15


class TextReply:
    """The words of one model turn on their way out."""

    def __init__(self) -> None:
        self._pieces: deque[str] = deque()
        self._complete = False
        self._began = False
        self.sent_text = ""

    def add_text(self, text: str) -> None:
        """Add words to be sent after all others."""
        words = re.findall(r"\s*\S+", text)
        if self._began and words and not words[0][0].isspace():
            words[0] = " " + words[0]
        while words:
            count = _WORDS if self._began else _FIRST_WORDS
            self._pieces.append("".join(words[:count]))
            self._began = True
            del words[:count]

    def complete(self) -> None:
        """No more words will come."""
        self._complete = True

    @property
    def finished(self) -> bool:
        """Everything was sent."""
        return self._complete and not self._pieces

    def take_text(self) -> str:
        """Return the next piece, or an empty text if there is none."""
        if not self._pieces:
            return ""
        piece = self._pieces.popleft()
        self.sent_text += piece
        return piece
