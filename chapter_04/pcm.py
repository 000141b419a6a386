"""Turn the bytes of audio into samples, and back, at any rate.

Audio travels as 16-bit little-endian samples, mono (in base64, which
chapter_03.live_messages reads and writes). Devices and arithmetic want numbers
between -1 and 1, at a rate of their own. Nothing here reads, waits or plays. Half a
sample and impossible rates raise a ValueError. Chapter 4 builds a part of it; pcm.js
is its twin, and both are held to the same vectors (tests/vectors/pcm.json).
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "PASSBAND",
    "Pcm16Decoder",
    "Resampler",
    "Samples",
    "filter_taps",
    "float_to_pcm16",
    "pcm16_to_float",
]

Samples = NDArray[np.float32]

ZERO_CROSSINGS = 32
"""Half the length of the filter, in samples of the lower of the two rates."""

STOPBAND_DB = 90.0
"""What the window of the filter is made for; 80 dB are promised."""

TRANSITION = (STOPBAND_DB - 7.95) / (14.36 * 2 * ZERO_CROSSINGS)
"""From what passes to what is stopped, as a share of the lower rate (Kaiser)."""

PASSBAND = 0.5 - TRANSITION
"""What passes untouched, as a share of the lower rate: to 6.6 kHz for 16 kHz."""


def float_to_pcm16(samples: ArrayLike) -> bytes:
    """Scale numbers between -1 and 1 to 16 bits; what is louder is clipped."""
    numbers = np.asarray(samples, np.float64)
    scaled = np.clip(np.floor(numbers * 32768.0 + 0.5), -32768, 32767)
    pcm: bytes = np.nan_to_num(scaled).astype("<i2").tobytes()
    return pcm


def pcm16_to_float(pcm: bytes) -> Samples:
    """Return whole 16-bit samples as numbers from -1 to just under 1."""
    if len(pcm) % 2:
        raise ValueError(f"{len(pcm)} bytes end with half a sample of 16 bits.")
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    return samples / np.float32(32768.0)


class Pcm16Decoder:
    """Decode a stream of PCM that is cut anywhere, even inside a sample."""

    def __init__(self) -> None:
        self._half = b""

    def decode(self, chunk: bytes) -> Samples:
        """Return the samples that are complete; half a sample waits."""
        pcm = self._half + bytes(chunk)
        whole = len(pcm) // 2 * 2
        self._half = pcm[whole:]
        return pcm16_to_float(pcm[:whole])

    def reset(self) -> None:
        """Forget the half sample; call it between two streams."""
        self._half = b""


def filter_taps(from_hz: int, to_hz: int) -> Samples:
    """Return a low-pass filter, one row for each place between two samples."""
    common = math.gcd(from_hz, to_hz)
    phases = to_hz // common
    half = math.ceil(ZERO_CROSSINGS * max(1.0, from_hz / to_hz))
    cutoff = min(1.0, to_hz / from_hz) * (1.0 - TRANSITION)
    # A sinc in a Kaiser window: all from half the lower rate upwards is stopped.
    beta = 0.1102 * (STOPBAND_DB - 8.7)
    fraction = np.arange(phases)[:, None] / phases
    distance = np.arange(1 - half, 1 + half)[None, :] - fraction
    window = np.i0(beta * np.sqrt(np.maximum(0.0, 1.0 - (distance / half) ** 2)))
    taps = np.sinc(distance * cutoff) * window
    # With a sum of 1, each row leaves a constant what it is.
    rows: NDArray[np.float64] = taps / taps.sum(axis=1, keepdims=True)
    return rows.astype(np.float32)


class Resampler:
    """Change the rate of a stream, chunk by chunk, as if it came in one piece.

    Every sample that comes out is exactly where it was in what went in; it
    is held back by `delay_s`, until its neighbours have come.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        """Prepare the filter.

        Args:
            from_hz: Rate of what goes in, a whole number of hertz, 4,000 to 384,000.
            to_hz: Rate of what comes out, likewise.

        Raises:
            ValueError: A rate is something else.

        """
        for rate_hz in (from_hz, to_hz):
            if not 4_000 <= rate_hz <= 384_000 or rate_hz != int(rate_hz):
                raise ValueError(
                    f"{rate_hz} Hz is no rate that can be resampled: it takes a "
                    "whole number from 4000 to 384000."
                )
        common = math.gcd(int(from_hz), int(to_hz))
        self._up = int(to_hz) // common
        self._down = int(from_hz) // common
        self._taps = filter_taps(int(from_hz), int(to_hz)).astype(np.float64)
        self._half = self._taps.shape[1] // 2
        self.delay_s = 0.0 if from_hz == to_hz else self._half / from_hz
        """How long a sample is held back: 2 ms between 48 and 16 kHz."""
        self.reset()

    def reset(self) -> None:
        """Forget what went in; call it between two streams."""
        self._waiting: NDArray[np.float64] = np.zeros(self._half - 1)
        self._place = 0
        """Where the next sample is: in `_waiting`, in parts of `_up`."""
        self._owed = 0
        """What is still to come out for what went in, in parts of `_up`."""

    def process(self, samples: ArrayLike) -> Samples:
        """Return what has become complete; as many as the rates say, in the end."""
        fresh = np.asarray(samples, np.float32)
        if self._up == self._down:
            return fresh.copy()
        self._owed += len(fresh) * self._up
        return self._advance(fresh)

    def flush(self) -> Samples:
        """Return what was held back, as if silence followed, and begin anew."""
        rest = self._advance(np.zeros(self._half, np.float32))
        self.reset()
        return rest

    def _advance(self, fresh: Samples) -> Samples:
        self._waiting = np.concatenate([self._waiting, fresh])
        ready = len(self._waiting) - 2 * self._half + 1
        last = min(ready * self._up - 1, self._place + self._owed - 1)
        places = np.arange(self._place, last + 1, self._down)
        result = np.empty(len(places), np.float32)
        for block in _blocks(len(places)):
            start, phase = np.divmod(places[block], self._up)
            windows = self._waiting[start[:, None] + np.arange(2 * self._half)]
            result[block] = np.einsum("ij,ij->i", windows, self._taps[phase])
        done = len(places) * self._down
        self._owed -= done
        dropped = min((self._place + done) // self._up, len(self._waiting))
        self._place += done - dropped * self._up
        self._waiting = self._waiting[dropped:]
        return result


def _blocks(count: int, size: int = 256) -> Iterator[slice]:
    """Cut long work into pieces that fit into the cache."""
    return (slice(at, min(at + size, count)) for at in range(0, count, size))
