"""Put both sides of a conversation on one time axis, and write it as Ogg Opus.

You on the left, the model on the right, as chapter 2's recording. `Timeline` is pure;
`AudioFile` writes and belongs into a thread. Chapter 8 uses it.
"""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from numpy.typing import NDArray

from chapter_08.resampling import PcmResampler

__all__ = ["RATE_HZ", "SPOKEN_RATE_HZ", "AudioFile", "Timeline"]

RATE_HZ = 24_000
SPOKEN_RATE_HZ = 16_000
BIT_RATE = 48_000
"""For both channels: 6 kB a second."""

FINAL_AFTER_S = 0.5
"""How late a chunk may be to still find its place."""

Samples = NDArray[np.int16]


class Timeline:
    """Samples of both sides by their place; what can't change any more is taken."""

    def __init__(self) -> None:
        self._tracks = (bytearray(), bytearray())
        self._taken = 0
        self._resampler = PcmResampler(RATE_HZ)

    @property
    def seconds(self) -> float:
        """How much was taken so far."""
        return self._taken / RATE_HZ

    def spoken(self, pcm: bytes, at_s: float) -> None:
        """Add the user's voice (16 kHz PCM), whose end came at that second."""
        frame = av.AudioFrame.from_ndarray(
            np.frombuffer(pcm, "<i2").reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate = SPOKEN_RATE_HZ
        pcm = self._resampler.process(frame)
        length = len(pcm) // 2
        end, place = self._end(0), int(at_s * RATE_HZ) - length
        # Chunks come unevenly, and belong together unless there was a break.
        is_break = place - end > FINAL_AFTER_S * RATE_HZ
        self._add(0, pcm, place if is_break else end)

    def answered(self, pcm: bytes, at_s: float) -> None:
        """Add the model's voice (24 kHz PCM); it begins now, or after what waits."""
        self._add(1, pcm, max(self._end(1), int(at_s * RATE_HZ)))

    def interrupted(self, at_s: float) -> None:
        """Remove what the model would have said after that second."""
        del self._tracks[1][max(0, int(at_s * RATE_HZ) - self._taken) * 2 :]

    def take(self, at_s: float | None = None) -> Samples:
        """Return the stereo samples that are final at that second, shape (n, 2).

        Args:
            at_s: All that there is if left out.

        """
        longest = max(len(track) // 2 for track in self._tracks)
        count = longest
        if at_s is not None:
            final = int((at_s - FINAL_AFTER_S) * RATE_HZ) - self._taken
            count = max(0, min(final, longest))
        both = np.zeros((count, 2), np.int16)
        for channel, track in enumerate(self._tracks):
            samples = np.frombuffer(bytes(track[: count * 2]), "<i2")
            both[: len(samples), channel] = samples
            del track[: count * 2]
        self._taken += count
        return both

    def _end(self, channel: int) -> int:
        return self._taken + len(self._tracks[channel]) // 2

    def _add(self, channel: int, pcm: bytes, place: int) -> None:
        gap = max(0, place - self._end(channel))
        self._tracks[channel].extend(bytes(gap * 2) + pcm)


class AudioFile:
    """An Ogg file that is being written; use it in threads, one call at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: Any = None
        self._stream: Any = None
        self._at = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, samples: Samples) -> None:
        """Add stereo samples, shape (n, 2).

        Raises:
            OSError: The disk is full, say.

        """
        if not len(samples):
            return
        if self._container is None:
            self._container = av.open(str(self._path), "w", format="ogg")
            self._stream = self._container.add_stream("libopus", rate=RATE_HZ)
            self._stream.layout = "stereo"
            self._stream.bit_rate = BIT_RATE
            self._stream.codec_context.thread_count = 1
        frame = av.AudioFrame.from_ndarray(
            samples.reshape(1, -1), format="s16", layout="stereo"
        )
        frame.sample_rate, frame.pts = RATE_HZ, self._at
        self._at += len(samples)
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def close(self) -> None:
        """Finish the file; safe to call twice."""
        container, self._container = self._container, None
        if container is None:
            return
        try:
            for packet in self._stream.encode(None):
                container.mux(packet)
        finally:
            container.close()
