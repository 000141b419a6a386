"""What was said by each side, how much of it was heard, and how long it took.

Nothing here has a clock: times come from outside, in milliseconds of any clock that
never goes back. Chapter 5 builds a part of it; utterances.js is its twin, and both
are held to tests/vectors/turns.json.
"""

import math
import re
from collections import deque
from dataclasses import dataclass, field

__all__ = ["Answer", "Delay", "Question", "SentAudio", "Utterance"]

REMEMBERED_CHUNKS = 3000
"""How far back a place in the audio can be found."""

Times = deque[tuple[float, float, float]]
"""Where chunks begin and end in the audio, and when the end was spoken (ms)."""


class SentAudio:
    """Knows when each moment of the audio that was sent was spoken."""

    def __init__(self) -> None:
        self._chunks: Times = deque(maxlen=REMEMBERED_CHUNKS)
        self._sent_ms = 0.0

    def add(self, ms: float, at_ms: float) -> None:
        """Note a chunk's length, and when the last of it was spoken."""
        begin_ms, self._sent_ms = self._sent_ms, self._sent_ms + ms
        self._chunks.append((begin_ms, self._sent_ms, at_ms))

    def spoken_at_ms(self, offset_ms: float) -> float | None:
        """Return when a moment of the audio was spoken; None if unknown.

        Args:
            offset_ms: From the beginning of all audio that was sent.

        """
        for begin_ms, end_ms, at_ms in self._chunks:
            if begin_ms <= offset_ms <= end_ms:
                return at_ms - (end_ms - offset_ms)
        return None


@dataclass
class Question:
    """What you said, in one go."""

    text: str = ""
    spoken_until_ms: float | None = None
    """When your voice ended."""
    noticed_at_ms: float | None = None
    """When that was noticed."""
    is_typed: bool = False
    """It was sent as text, and nothing is added to it."""
    who: str = "user"


@dataclass(frozen=True)
class Delay:
    """Where the time went from the end of your words to the first of the answer's."""

    noticing_ms: float
    answering_ms: float
    playing_ms: float

    @property
    def total_ms(self) -> float:
        """From lips to ears."""
        return self.noticing_ms + self.answering_ms + self.playing_ms


@dataclass
class Answer:
    """What the model said, in one turn."""

    question: Question | None
    first_at_ms: float
    """When the first of it came."""
    audible_at_ms: float | None = None
    """When the first of it left the loudspeaker."""
    received_ms: float = 0.0
    """How much audio has come."""
    heard_ms: float | None = None
    """How much of it was heard; None: all of it was, or will be."""
    was_interrupted: bool = False
    is_over: bool = False
    who: str = "model"
    pieces: list[tuple[str, float]] = field(default_factory=list)
    """Words, and where (ms) the chunk began with which they came."""
    _chunk_from_ms: float = 0.0

    @property
    def text(self) -> str:
        """All words, heard or not."""
        return "".join(text for text, _ in self.pieces)

    def add_audio(self, ms: float) -> None:
        """Note the length of a chunk that came."""
        self._chunk_from_ms = self.received_ms
        self.received_ms += ms

    def add_words(self, text: str) -> None:
        """Add words of the transcript, which begin with the chunk they came with."""
        if self.pieces and self.pieces[-1][1] == self._chunk_from_ms:
            self.pieces[-1] = (self.pieces[-1][0] + text, self._chunk_from_ms)
        else:
            self.pieces.append((text, self._chunk_from_ms))

    def split(self) -> tuple[str, str]:
        """Return the words that were heard, and those that were not.

        An estimate: a transcript has no times. Words are taken to begin with the
        chunk they came with and to go on to the next words; one that was begun
        counts as heard.
        """
        heard_ms = math.inf if self.heard_ms is None else self.heard_ms
        ends_ms = [from_ms for _, from_ms in self.pieces[1:]] + [self.received_ms]
        heard = unheard = ""
        for (text, from_ms), end_ms in zip(self.pieces, ends_ms, strict=False):
            share = 1.0 if heard_ms >= end_ms else 0.0
            if from_ms < heard_ms < end_ms:
                share = (heard_ms - from_ms) / (end_ms - from_ms)
            letters = _letters_heard(text, share)
            heard += text[:letters]
            unheard += text[letters:]
        return heard, unheard

    def delay(self) -> Delay | None:
        """Return where the time went; None as long as an end of it is unknown."""
        asked = self.question or Question()
        if asked.spoken_until_ms is None or asked.noticed_at_ms is None:
            return None
        if self.audible_at_ms is None:
            return None
        return Delay(
            noticing_ms=asked.noticed_at_ms - asked.spoken_until_ms,
            answering_ms=self.first_at_ms - asked.noticed_at_ms,
            playing_ms=self.audible_at_ms - self.first_at_ms,
        )


Utterance = Question | Answer


def _letters_heard(text: str, share: float) -> int:
    """Return how many letters of a text are words that were begun."""
    reached = math.floor(len(text) * share)
    if reached == 0:
        return 0
    end = re.compile(r"\s").search(text, reached)
    return end.start() if end else len(text)
