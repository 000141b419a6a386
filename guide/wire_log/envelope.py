"""The outline of a sound: all that a drawing needs, and no speech in it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BIN_MS",
    "FULL_SCALE",
    "Envelope",
    "Outline",
    "envelope_of",
    "outline_of",
    "peak_dbfs",
    "samples_of",
]

BIN_MS = 2.0
"""Width of a bin: two pixels of a one-second drawing, and far too coarse to
make the words out again."""

FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """Lowest, highest and effective value of each bin, from -1 to 1."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    rms: NDArray[np.float32]
    bin_s: float

    def __len__(self) -> int:
        """Return the number of bins."""
        return len(self.low)

    def __getitem__(self, part: slice) -> "Envelope":
        """Return a stretch of it."""
        return Envelope(self.low[part], self.high[part], self.rms[part], self.bin_s)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Pixel columns of a sound; NaN where there is none."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    rms: NDArray[np.float64]


def samples_of(pcm: bytes) -> NDArray[np.int16]:
    """Return 16-bit little-endian PCM as integers; an odd last byte is dropped."""
    return np.frombuffer(pcm, "<i2", count=len(pcm) // 2)


def envelope_of(pcm: bytes, rate_hz: int, *, bin_ms: float = BIN_MS) -> Envelope:
    """Return the envelope of 16-bit little-endian mono PCM."""
    samples = samples_of(pcm).astype(np.float32) / np.float32(FULL_SCALE)
    samples_per_bin = max(1.0, rate_hz * bin_ms / 1000)
    bin_s = samples_per_bin / rate_hz
    if not len(samples):
        nothing = np.empty(0, np.float32)
        return Envelope(nothing, nothing, nothing, bin_s)
    bins = math.ceil(len(samples) / samples_per_bin)
    edges = (np.arange(bins) * samples_per_bin).astype(np.intp)
    edges = edges[edges < len(samples)]  # rounding may have made one bin too many
    sizes = np.diff(edges, append=len(samples))
    power = np.add.reduceat(samples * samples, edges) / sizes
    return Envelope(
        np.minimum.reduceat(samples, edges),
        np.maximum.reduceat(samples, edges),
        np.sqrt(power).astype(np.float32),
        bin_s,
    )


def outline_of(
    pieces: Sequence[tuple[float, Envelope]],
    start_s: float,
    end_s: float,
    columns: int,
) -> Outline:
    """Sort envelopes that begin at given times into pixel columns.

    Columns narrower than a bin would be full of holes: ask for at most
    `(end_s - start_s) / bin_s` of them.
    """
    low = np.full(columns, np.inf)
    high = np.full(columns, -np.inf)
    power = np.zeros(columns)
    count = np.zeros(columns)
    scale = columns / max(end_s - start_s, 1e-9)
    for at_s, envelope in pieces:
        middles_s = at_s + (np.arange(len(envelope)) + 0.5) * envelope.bin_s
        index = np.floor((middles_s - start_s) * scale).astype(np.intp)
        inside = (index >= 0) & (index < columns)
        index = index[inside]
        np.minimum.at(low, index, envelope.low[inside])
        np.maximum.at(high, index, envelope.high[inside])
        np.add.at(power, index, np.square(envelope.rms[inside], dtype=np.float64))
        np.add.at(count, index, 1)
    empty = count == 0
    rms = np.sqrt(power / np.maximum(count, 1))
    low[empty] = high[empty] = rms[empty] = np.nan
    for values in (low, high, rms):
        _bridge_single_holes(values)
    return Outline(low, high, rms)


def _bridge_single_holes(values: NDArray[np.float64]) -> None:
    """Fill lone empty columns, which rounding leaves between two chunks."""
    if len(values) < 3:
        return
    hole = np.isnan(values[1:-1]) & ~np.isnan(values[:-2]) & ~np.isnan(values[2:])
    between = (values[:-2] + values[2:]) / 2
    values[1:-1][hole] = between[hole]


def peak_dbfs(pcm: bytes) -> float:
    """Return the level of the loudest sample; minus infinity for silence."""
    samples = samples_of(pcm)
    peak = int(np.max(np.abs(samples.astype(np.int32)), initial=0))
    return 20 * math.log10(peak / FULL_SCALE) if peak else -math.inf
