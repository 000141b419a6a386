"""What the model has said and the user has not heard yet.

A program adds audio in bursts; a device takes it at a steady pace, from its own
thread. Neither may wait for the other, so there is no lock: each value is written by
one side only, and a flush replaces the queue with a new, empty one. There is no clock
either. Chapter 2 explains this module.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from chapter_01.exchange import OUTPUT_RATE_HZ

__all__ = [
    "FADE_MS",
    "MAX_WAITING_S",
    "START_DELAY_MS",
    "PlaybackBuffer",
    "SampleQueue",
    "Samples",
]

Samples = NDArray[np.int16]

START_DELAY_MS = 60
"""How long the first audio after a silence is held back, so that a chunk that comes
a little late still joins on. Every answer begins that much later."""

FADE_MS = 10
"""How long a flushed answer takes to fall silent: too short to notice, and long
enough not to click."""

MAX_WAITING_S = 600
"""The buffer keeps no more audio than this; no answer sent in one piece is longer."""


class SampleQueue:
    """Samples in a row: one side adds at the end, one takes from the front."""

    def __init__(self) -> None:
        self._chunks: deque[Samples] = deque()
        self._added = self._taken = 0

    @property
    def waiting(self) -> int:
        """How many samples can be taken."""
        return self._added - self._taken

    @property
    def is_used(self) -> bool:
        """Whether there has ever been a sample in it."""
        return self._added > 0

    def add(self, samples: Samples) -> None:
        """Put samples at the end."""
        self._chunks.append(samples)
        self._added += len(samples)

    def take(self, count: int) -> Samples:
        """Remove up to `count` samples from the front and return them."""
        pieces = [np.empty(0, np.int16)]
        while count and self._chunks:
            chunk = self._chunks.popleft()
            if len(chunk) > count:
                self._chunks.appendleft(chunk[count:])
            pieces.append(chunk[:count])
            count -= len(pieces[-1])
            self._taken += len(pieces[-1])
        return np.concatenate(pieces)


class PlaybackBuffer:
    """Sits between a program that adds answers and a device that plays them."""

    def __init__(
        self, rate_hz: int = OUTPUT_RATE_HZ, start_delay_ms: int = START_DELAY_MS
    ) -> None:
        self.rate_hz = rate_hz
        self.underruns = 0
        self.dropped = 0
        self._queue = SampleQueue()  # changed by the program
        self._is_complete = True
        self._current = self._queue  # from here on: changed by the device
        self._is_playing = False
        self._start_delay = rate_hz * start_delay_ms // 1000
        self._held_back = 0

    @property
    def waiting_ms(self) -> float:
        """How much has not been heard yet."""
        return self._queue.waiting / self.rate_hz * 1000

    def add(self, pcm: bytes) -> None:
        """Append audio, and count an underrun if it comes too late to join on."""
        samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.int16)
        room = MAX_WAITING_S * self.rate_hz - self._queue.waiting
        self.dropped += max(0, len(samples) - room)
        self.underruns += not self._is_complete and not self._queue.waiting
        self._queue.add(samples[:room])
        self._is_complete = False

    def finish(self) -> None:
        """Note that the answer is complete, so that running dry is not an underrun."""
        self._is_complete = True

    def flush(self) -> float:
        """Discard what has not been heard, and return how many ms that is."""
        lost_ms = self.waiting_ms
        self._queue, self._is_complete = SampleQueue(), True
        return lost_ms

    def take(self, count: int) -> Samples:
        """Return the next samples to play, with silence where there are none."""
        heard, at = np.zeros(count, np.int16), 0
        queue = self._queue  # once, because a flush may come at any moment
        if queue is not self._current:
            at = self._fade_out(heard)
            self._current, self._is_playing, self._held_back = queue, False, 0
        if queue.waiting and not self._is_playing:
            pause = min(self._start_delay - self._held_back, count - at)
            self._held_back, at = self._held_back + pause, at + pause
            self._is_playing = self._held_back == self._start_delay
        if self._is_playing:
            samples = queue.take(count - at)
            heard[at : at + len(samples)] = samples
            if at + len(samples) < count:
                self._is_playing, self._held_back = False, 0
        return heard

    def _fade_out(self, heard: Samples) -> int:
        """Let what was playing fall silent; return how many samples that took."""
        if not self._is_playing:
            return 0
        last = self._current.take(min(self.rate_hz * FADE_MS // 1000, len(heard)))
        heard[: len(last)] = last * np.linspace(1, 0, len(last))
        return len(last)
