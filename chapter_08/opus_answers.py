"""Compress the model's voice for the way to the page, and sound for keeping.

24 kHz PCM is 384 kbit/s, Opus 24 to 32. Chapter 8 uses it.
"""

from typing import Any

import av
import numpy as np

__all__ = ["OpusAnswers"]

RATE_HZ = 24_000
PACKET_MS = 20
_PACKET_BYTES = RATE_HZ * PACKET_MS // 1000 * 2


class OpusAnswers:
    """Chunks of PCM in, packets of Opus out; each is 20 ms and a message of its own."""

    def __init__(self, bit_rate: int = 32_000) -> None:
        self._bit_rate = bit_rate
        self._encoder: Any = None
        self._rest = bytearray()

    def feed(self, pcm: bytes) -> list[bytes]:
        """Take in 16-bit mono PCM at 24 kHz, and return the packets it fills."""
        self._rest += pcm
        whole = len(self._rest) // _PACKET_BYTES * _PACKET_BYTES
        ready = bytes(self._rest[:whole])
        del self._rest[:whole]
        return [
            packet
            for at in range(0, whole, _PACKET_BYTES)
            for packet in self._encode(ready[at : at + _PACKET_BYTES])
        ]

    def finish(self) -> list[bytes]:
        """Return what is left of an answer, filled up with silence."""
        if not self._rest:
            return []
        return self.feed(bytes(_PACKET_BYTES - len(self._rest)))

    def reset(self) -> None:
        """Forget an answer that was interrupted."""
        self._rest.clear()

    def _encode(self, pcm: bytes) -> list[bytes]:
        if self._encoder is None:
            self._encoder = av.CodecContext.create("libopus", "w")
            self._encoder.sample_rate = RATE_HZ
            self._encoder.layout = "mono"
            self._encoder.format = "s16"
            self._encoder.bit_rate = self._bit_rate
            self._encoder.thread_count = 1
            self._encoder.options = {
                "application": "voip",
                "frame_duration": str(PACKET_MS),
            }
        samples = np.frombuffer(pcm, "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        return [bytes(packet) for packet in self._encoder.encode(frame)]
