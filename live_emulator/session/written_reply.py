"""Pace a reply of a model that answers in text parts.

Recordings of the half-cascade models show a first piece of one or two words and
then pieces of ten to twenty, with nothing held back at the end.
"""

import re
from collections import deque

from live_emulator.protocol.usage import Tokens, text_tokens
from live_emulator.session.reply import Chunk, Reply

__all__ = ["WrittenReply"]

_FIRST_WORDS = 2
_WORDS = 15


class WrittenReply(Reply):
    """The text parts of one model turn on their way out."""

    def __init__(self) -> None:
        self._pieces: deque[str] = deque()
        self._complete = False
        self._began = False
        self._sent_text = ""

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
    def sent_text(self) -> str:
        """The words that were sent."""
        return self._sent_text

    def tokens(self) -> Tokens:
        """Return what was sent, in tokens."""
        tokens = Tokens()
        tokens.add("TEXT", text_tokens(self._sent_text))
        return tokens

    @property
    def idle(self) -> bool:
        """Nothing is waiting to be sent."""
        return not self._pieces

    @property
    def finished(self) -> bool:
        """Everything was sent."""
        return self._complete and not self._pieces

    def take_chunk(self, now: float) -> Chunk | None:
        """Return the next piece, which is due at once."""
        if not self._pieces:
            return None
        piece = self._pieces.popleft()
        self._sent_text += piece
        return Chunk(b"", piece)
