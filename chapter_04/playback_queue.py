"""Decide when each chunk of a stream begins to sound. No clock, no sound.

The time of the audio device goes in, the time at which a chunk must begin comes
out. The first chunk of a stream waits for the start-up delay, and so does the first
one after an underrun; what arrives meanwhile is the reserve from which late chunks
are made up for. Chapter 4 builds this module; playback-queue.js is its twin, and both
are held to the same vectors (tests/vectors/pcm_queue.json). audio-queue.js plays in a
browser what it decides.
"""

import math

__all__ = ["PlaybackQueue"]


class PlaybackQueue:
    """Put chunks one behind the other, without gap and without overlap."""

    # Places are whole samples: seconds would add up to something crooked.

    def __init__(self, start_up_s: float = 0.1, rate_hz: int = 24_000) -> None:
        self.start_up_s, self.rate_hz = start_up_s, rate_hz
        self.underruns, self.silence_s = 0, 0.0
        self._begin, self._end, self._is_streaming = 0, 0, False

    def add(self, now_s: float, samples: int) -> float:
        """Return when a chunk that has just arrived begins to sound."""
        now = math.ceil(now_s * self.rate_hz)
        # A stream that begins waits even if another ends at this very moment.
        if self._end < now + (0 if self._is_streaming else 1):
            begin = now + math.ceil(self.start_up_s * self.rate_hz)
            if self._is_streaming:
                self.underruns += 1
                self.silence_s += (begin - self._end) / self.rate_hz
            self._begin = self._end = begin
        self._end += samples
        self._is_streaming = True
        return (self._end - samples) / self.rate_hz

    def ahead_s(self, now_s: float) -> float:
        """Return how much audio has not been heard."""
        unheard = self._end - max(self._begin, now_s * self.rate_hz)
        return max(0.0, unheard / self.rate_hz)

    def finish(self) -> None:
        """End the stream: the silence after it is no underrun."""
        self._is_streaming = False

    def flush(self, now_s: float) -> None:
        """Forget what has not been heard, and end the stream."""
        self._end = min(self._end, math.floor(now_s * self.rate_hz))
        self.finish()
