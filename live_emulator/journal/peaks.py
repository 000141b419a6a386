"""The loudness of a frame's audio, for pictures of it."""

import re

import numpy as np

from live_emulator.protocol.base64_text import decode_base64

__all__ = ["PEAK_MS", "peaks_of"]

PEAK_MS = 20
"""The length of the stretches whose peaks are taken."""

_MAX_PEAKS = 3_000
"""One minute; a whole file in one frame is drawn no further."""

_DEFAULT_RATE_HZ = 16_000
_PCM = re.compile(rb'"audio/pcm(?:;rate=(\d{1,6}))?[^"]*"')


def peaks_of(frame: bytes, payload: bytes) -> tuple[int, ...]:
    """Return the peak of each 20 ms, in percent of full scale, rounded up.

    Empty if the frame's base64 payload is no 16 bit PCM, or nothing that can be
    decoded: what the emulator refuses comes here as well.
    """
    kind = _PCM.search(frame)
    if kind is None:
        return ()
    length = int(kind[1] or _DEFAULT_RATE_HZ) * PEAK_MS // 1000
    try:
        pcm = decode_base64(payload)
    except ValueError:
        return ()
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    if not length or not len(samples):
        return ()
    count = min(_MAX_PEAKS, -(-len(samples) // length))
    samples = samples[: count * length]
    starts = np.arange(count) * length
    highest = np.maximum.reduceat(samples, starts).astype(np.int32)
    lowest = np.minimum.reduceat(samples, starts).astype(np.int32)
    percents = -(-np.maximum(highest, -lowest) * 100 // 32_768)
    return tuple(percents.tolist())
