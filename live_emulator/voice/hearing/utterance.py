"""One utterance on its way through a Whisper model: when it is decoded, and what holds.

Whisper hears pieces of audio, not a stream. So an utterance is decoded

- when its speaker pauses, since it may be over: if nobody goes on, the text is there
  before the end is known;
- while somebody speaks, if text is wanted then: what two decodes agree on is settled,
  and all later ones begin with it;
- in pieces if it is long, cut in a pause if there is one.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from live_emulator.voice.process.head import Urgency
from live_emulator.voice.types import INPUT_RATE_HZ, Hearing, Interim

__all__ = ["Utterance", "Writer"]

_BYTES_PER_S = INPUT_RATE_HZ * 2
_LEAST_BYTES = _BYTES_PER_S // 10
"""Less than a tenth of a second holds no word."""
_INTERIM_BYTES = _BYTES_PER_S // 2
"""While somebody speaks there is a decode after each half second."""
_PIECE_BYTES = 12 * _BYTES_PER_S
_MOST_BYTES = 24 * _BYTES_PER_S
"""After 12 s of audio the next pause ends a piece, after 24 s the quietest place in
the last 8 s does."""
_SEARCH_BYTES = 8 * _BYTES_PER_S
_UNCUT_BYTES = _MOST_BYTES - _SEARCH_BYTES
_LEAD_IN_BYTES = 3 * _BYTES_PER_S // 10 // 2 * 2
"""Silence that is left before the first word of a piece."""
_QUIET_SAMPLES = INPUT_RATE_HZ // 5


class Writer(Protocol):
    """As `Transcriber`; the tests have another one."""

    def write(
        self,
        samples: NDArray[np.float32],
        *,
        begins: Sequence[int] = (),
        prompt: Sequence[int] = (),
    ) -> Sequence[int]:
        """Return the tokens of what is said, none if nothing is."""
        ...

    def text(self, tokens: Sequence[int]) -> str:
        """Return their text."""
        ...

    def word_starts(self, tokens: Sequence[int]) -> list[int]:
        """Return the indices at which a word begins."""
        ...


class Utterance:
    """Audio in, text out; a `Task`."""

    def __init__(
        self, writer: Writer, prompt: Sequence[int] = (), *, wants_interim: bool = False
    ) -> None:
        self._writer = writer
        self._prompt = prompt
        self._wants_interim = wants_interim
        self._pieces: list[str] = []
        """Texts of the pieces that are done."""
        self._audio = bytearray()
        """Of the piece that is not."""
        self._settled: Sequence[int] = ()
        self._latest: Sequence[int] = ()
        self._decoded_bytes = 0
        """How much of the audio the latest decode had."""
        self._holds = False
        """The latest decode had all that was said."""
        self._silent = False
        self._ended = False

    @property
    def waiting_bytes(self) -> int:
        """Audio that is kept."""
        return len(self._audio)

    @property
    def urgency(self) -> Urgency | None:
        """How urgent the next decode is; see `Task.urgency`."""
        if self._ended:
            return Urgency.AWAITED
        if self._silent:
            return None if self._holds else Urgency.PAUSED
        fresh = len(self._audio) - self._decoded_bytes
        if len(self._audio) > _MOST_BYTES:
            return Urgency.SPOKEN
        # Nothing is settled of audio that may come behind the cut.
        is_due = fresh >= _INTERIM_BYTES and len(self._audio) <= _UNCUT_BYTES
        return Urgency.SPOKEN if self._wants_interim and is_due else None

    def add(self, pcm: bytes, *, silent: bool = False) -> None:
        """Add audio, cut anywhere; see `Listener.feed`."""
        if not silent and self._holds:
            if self._decoded_bytes >= _PIECE_BYTES:
                self._end_piece(max(0, len(self._audio) - _LEAD_IN_BYTES) // 2 * 2)
            self._holds = False
        self._audio += pcm
        self._silent = silent

    def end(self) -> None:
        """Say that no more audio comes."""
        self._ended = True

    def work(self) -> Hearing | None:
        """Decode once; see `Task.work`."""
        if len(self._audio) > _MOST_BYTES:
            cut = self._quietest_place()
            self._decode(cut)
            self._end_piece(cut)
            return None
        if not self._holds:
            self._decode(len(self._audio))
            self._holds = self._silent or self._ended
        if not self._ended:
            return None
        self._end_piece(len(self._audio))
        return Hearing(" ".join(self._pieces))

    def interim(self) -> Interim:
        """Return the text so far."""
        settled = self._writer.text(self._settled)
        rest = self._writer.text(self._latest[len(self._settled) :])
        return Interim(" ".join(filter(None, [*self._pieces, settled])), rest)

    def _decode(self, size: int) -> None:
        earlier = self._latest
        self._decoded_bytes = size
        if size < _LEAST_BYTES:
            self._latest = self._settled
            return
        pcm = self._audio[: size // 2 * 2]
        samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
        self._latest = self._writer.write(
            samples, begins=self._settled, prompt=self._prompt
        )
        self._settle(earlier)

    def _settle(self, earlier: Sequence[int]) -> None:
        """Settle the words that two decodes in a row have, and have gone beyond."""
        same = 0
        for one, other in zip(earlier, self._latest, strict=False):
            if one != other:
                break
            same += 1
        starts = self._writer.word_starts(self._latest)
        agreed = max((at for at in starts if at <= same), default=0)
        if agreed > len(self._settled):
            self._settled = self._latest[:agreed]

    def _end_piece(self, size: int) -> None:
        """Keep the text of the latest decode, and forget so much audio."""
        if text := self._writer.text(self._latest):
            self._pieces.append(text)
        del self._audio[:size]
        self._settled = self._latest = ()
        self._decoded_bytes = 0
        self._holds = False

    def _quietest_place(self) -> int:
        """Return where in the audio a piece can end, in bytes."""
        window = bytes(self._audio[_UNCUT_BYTES:_MOST_BYTES])
        loudness = np.square(np.frombuffer(window, "<i2").astype(np.float32))
        sums = np.concatenate([[0.0], loudness.cumsum(dtype=np.float64)])
        energy = sums[_QUIET_SAMPLES:] - sums[:-_QUIET_SAMPLES]
        middle = int(energy.argmin()) + _QUIET_SAMPLES // 2
        return _UNCUT_BYTES + 2 * middle
