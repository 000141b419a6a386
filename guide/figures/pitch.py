"""The pitch of a voice over time, well enough to tell voices apart by eye."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guide.wire_log.envelope import FULL_SCALE, samples_of

__all__ = ["Pitch", "pitch_of"]

LOWEST_HZ = 60.0
HIGHEST_HZ = 500.0
_WINDOW_S = 0.040
_HOP_S = 0.010
_CLARITY = 0.6
"""Least self-similarity of a frame that counts as voiced; 1 is a pure tone."""
_QUIET_DB = 35.0
"""Frames this far below the loudest count as silence."""
_BLOCK = 512
"""Frames worked on at once; bounds the memory for long audio."""


@dataclass(frozen=True, slots=True, eq=False)
class Pitch:
    """A pitch contour; NaN where nothing is voiced."""

    times_s: NDArray[np.float64]
    hz: NDArray[np.float64]

    @property
    def median_hz(self) -> float:
        """The middle pitch of all voiced frames; NaN if there are none."""
        voiced = self.hz[~np.isnan(self.hz)]
        return float(np.median(voiced)) if len(voiced) else float("nan")


def pitch_of(pcm: bytes, rate_hz: int) -> Pitch:
    """Track the pitch of 16-bit mono PCM between 60 and 500 Hz.

    Each frame of 40 ms is compared with itself, shifted: the first shift at which
    it is nearly as similar as it ever gets is the period.
    """
    samples = samples_of(pcm).astype(np.float64) / FULL_SCALE
    window, hop = round(_WINDOW_S * rate_hz), round(_HOP_S * rate_hz)
    if hop < 1 or len(samples) < window:
        return Pitch(np.empty(0), np.empty(0))
    frames = np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]
    times_s = (np.arange(len(frames)) * hop + window / 2) / rate_hz
    blocks = [
        _track(frames[start : start + _BLOCK], rate_hz)
        for start in range(0, len(frames), _BLOCK)
    ]
    hz = np.concatenate(blocks)
    level = np.sqrt(np.mean(np.square(frames), axis=1))
    hz[level <= np.max(level) * 10 ** (-_QUIET_DB / 20)] = np.nan
    return Pitch(times_s, _without_specks(hz))


def _track(frames: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    frames = frames - np.mean(frames, axis=1, keepdims=True)
    similarity = _similarity(frames)
    shortest = max(2, int(rate_hz / HIGHEST_HZ))
    longest = min(similarity.shape[1] - 2, int(rate_hz / LOWEST_HZ) + 1)
    middle = similarity[:, shortest : longest + 1]
    is_peak = (middle >= similarity[:, shortest - 1 : longest]) & (
        middle > similarity[:, shortest + 1 : longest + 2]
    )
    height = np.where(is_peak, middle, -1.0)
    best = np.max(height, axis=1)
    first = np.argmax(height >= 0.9 * best[:, None], axis=1) + shortest
    hz = rate_hz / _refined(similarity, first)
    hz[best < _CLARITY] = np.nan
    return hz


def _similarity(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the self-similarity of each frame at each shift, from -1 to 1."""
    window = frames.shape[1]
    size = 1 << (2 * window - 1).bit_length()
    spectrum = np.fft.rfft(frames, size, axis=1)
    products = np.fft.irfft(np.abs(spectrum) ** 2, size, axis=1)[:, :window]
    squares = np.cumsum(np.square(frames), axis=1)
    total = squares[:, -1:]
    # Energy of the part of the frame that overlaps its shifted self, both ways.
    head = squares[:, ::-1]
    tail = total - np.concatenate([np.zeros_like(total), squares[:, :-1]], axis=1)
    similarity: NDArray[np.float64] = 2 * products / np.maximum(head + tail, 1e-12)
    return similarity


def _refined(
    similarity: NDArray[np.float64], index: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Place each peak between samples, by the parabola through its neighbours."""
    rows = np.arange(len(index))
    before, at, after = (similarity[rows, index + shift] for shift in (-1, 0, 1))
    bend = before - 2 * at + after
    safe = np.where(np.abs(bend) < 1e-12, 1.0, bend)
    shift = np.where(np.abs(bend) < 1e-12, 0.0, 0.5 * (before - after) / safe)
    refined: NDArray[np.float64] = index + np.clip(shift, -0.5, 0.5)
    return refined


def _without_specks(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Drop values that no neighbour confirms: octave errors and clicks."""
    around = np.stack([np.roll(hz, shift) for shift in (-2, -1, 1, 2)])
    close = np.abs(np.log2(around / hz)) < 0.25
    return np.where(np.sum(close, axis=0) >= 2, hz, np.nan)
