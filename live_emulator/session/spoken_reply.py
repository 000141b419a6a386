"""Pace a spoken reply: speech comes in a burst, the wire gets it chunk by chunk.

Observed (2026-08-29): the first chunk of a turn is short, all audio arrives a
few times faster than it plays, `generationComplete` follows at once, and
`turnComplete` is held back until the audio would have been played.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from live_emulator.protocol.usage import Tokens, audio_tokens
from live_emulator.session.reply import Chunk, Reply
from live_emulator.voice.types import OUTPUT_RATE_HZ, SpeechPiece

__all__ = ["Pace", "SpokenReply"]

_BYTES_PER_MS = OUTPUT_RATE_HZ * 2 // 1000


@dataclass(frozen=True)
class Pace:
    """How fast an emulated model answers."""

    generation_rate: float = 4.0
    """Audio is generated so many times faster than it plays (3.7 measured)."""
    thinking_s: float = 0.0
    """Time before a reply begins; the service takes 0.6 to 1.5 s."""
    interruption_s: float = 0.07
    """From `interrupted` to the `turnComplete` that belongs to it (60 to 90 ms
    measured)."""
    chunk_ms: tuple[int, ...] = (40, 100, 200, 240)
    """Lengths of the chunks of a turn; the last is repeated. 200 and 240 ms are
    in recordings; that the first is shorter was observed on 3.1."""

    heartbeat_s: float = 0.0
    """Time between empty messages, 0 for none. The service sends them often
    (observed 2026-10-06), at times that nobody has published."""

    def chunk_lengths(self) -> Iterator[int]:
        """Return the lengths of all chunks in milliseconds."""
        return chain(self.chunk_ms, repeat(self.chunk_ms[-1]))


class SpokenReply(Reply):
    """The audio and transcript of one model turn on their way out."""

    spoken = True

    _AHEAD_MS = 2_000
    """Speech is synthesised this far ahead of what was sent."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lengths = pace.chunk_lengths()
        self._next_bytes = next(self._lengths) * _BYTES_PER_MS
        self._texts: deque[str] = deque()
        self._speaking = False
        self._complete = False
        self._paused = False
        self._audio = bytearray()
        self._received = 0
        self._sent = 0
        self._script = ""
        self._shown = 0
        self._speech_base = 0
        self._speech_from = 0
        self._words: deque[tuple[int, int]] = deque()
        self.first_sent_at: float | None = None

    # --- what comes in

    def add_text(self, text: str) -> None:
        """Add words to be spoken after all others."""
        self._paused = False
        if text.strip():
            self._texts.append(" ".join(text.split()))

    def complete(self) -> None:
        """No more words will come."""
        self._complete = True

    def pause(self) -> None:
        """More words may come, but not soon: send even a short rest."""
        self._paused = True

    def next_text(self) -> str | None:
        """Return the text to synthesise now, if it is time for one."""
        if self._speaking or not self._texts:
            return None
        if len(self._audio) > self._AHEAD_MS * _BYTES_PER_MS:
            return None
        text = self._texts.popleft()
        self._speaking = True
        self._speech_base = self._received
        self._speech_from = len(self._script) + (1 if self._script else 0)
        self._script += f" {text}" if self._script else text
        return text

    def add_piece(self, piece: SpeechPiece) -> None:
        """Add synthesised audio of the current text."""
        self._audio += piece.pcm
        self._received += len(piece.pcm)
        for word in piece.words:
            at = self._speech_base + int(word.at_ms) * _BYTES_PER_MS
            self._words.append((at, self._speech_from + word.end))

    def piece_end(self) -> None:
        """All audio of the current text is there."""
        self._speaking = False

    # --- what goes out

    @property
    def sent_ms(self) -> float:
        """Length of the audio that was sent."""
        return self._sent / _BYTES_PER_MS

    @property
    def sent_text(self) -> str:
        """The transcript of the audio that was sent."""
        return self._script[: self._shown]

    def tokens(self) -> Tokens:
        """Return what was sent, in tokens."""
        tokens = Tokens()
        tokens.add("AUDIO", audio_tokens(self.sent_ms))
        return tokens

    @property
    def said(self) -> bool:
        """All words there are were synthesised."""
        return not (self._speaking or self._texts)

    @property
    def idle(self) -> bool:
        """Nothing is waiting to be synthesised or sent."""
        return self.said and not self._audio

    @property
    def _at_end(self) -> bool:
        return self._complete and self.said

    @property
    def finished(self) -> bool:
        """Everything was sent."""
        return self._at_end and not self._audio

    @property
    def played_at(self) -> float | None:
        """When a listener will have heard all that was sent."""
        if self.first_sent_at is None:
            return None
        return self.first_sent_at + self.sent_ms / 1000

    @property
    def next_due(self) -> float | None:
        """When the next chunk may go; None while there is none.

        The first may go at once, at any time: minus infinity.
        """
        if not self._audio:
            return None
        rest = self._at_end or (self._paused and self.said)
        if len(self._audio) < self._next_bytes and not rest:
            return None
        if self.first_sent_at is None:
            return float("-inf")
        return self.first_sent_at + self.sent_ms / 1000 / self._pace.generation_rate

    def take_chunk(self, now: float) -> Chunk | None:
        """Return the next chunk if it is due."""
        due = self.next_due
        if due is None or due > now:
            return None
        if self.first_sent_at is None:
            self.first_sent_at = now
        pcm = bytes(self._audio[: self._next_bytes])
        del self._audio[: self._next_bytes]
        self._sent += len(pcm)
        self._next_bytes = next(self._lengths) * _BYTES_PER_MS
        return Chunk(pcm, self._take_text())

    def take_rest(self) -> str:
        """Return text that no chunk carried; for the end of the reply."""
        text, self._shown = self._script[self._shown :], len(self._script)
        return text

    def _take_text(self) -> str:
        """Return the part of the script whose words begin in what was sent."""
        if self._at_end and not self._audio:
            until = len(self._script)
        else:
            until = self._shown
            while self._words and self._words[0][0] < self._sent:
                until = max(until, self._words.popleft()[1])
            while until < len(self._script) and not self._script[until].isspace():
                until += 1  # punctuation behind the word
        text = self._script[self._shown : until]
        self._shown = until
        return text
