"""What a Whisper model hears: the loudness of bands of pitch, a hundred times a second.

As in OpenAI's implementation: windows of 25 ms, bands on Slaney's mel scale, logarithms
within 80 dB of the loudest.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from live_emulator.voice.types import INPUT_RATE_HZ

__all__ = ["HOP", "Samples", "mel_spectrogram"]

Samples = NDArray[np.float32]

HOP = INPUT_RATE_HZ // 100
"""Samples from one frame to the next."""
_WINDOW = INPUT_RATE_HZ // 40
_LINEAR_HZ = 200 / 3
"""Width of a mel below 1000 Hz; above, 27 mels are a factor of 6.4."""
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ
_LOG_STEP = np.log(6.4) / 27
_TOP_MEL = 45.245640471924965
"""Of 8000 Hz."""


def mel_spectrogram(samples: Samples, bands: int = 80) -> Samples:
    """Return an array of so many bands by frames, for audio at `INPUT_RATE_HZ`."""
    padded = np.pad(samples, (0, HOP))
    if len(padded) <= _WINDOW // 2:
        padded = np.pad(padded, (0, _WINDOW // 2))
    padded = np.pad(padded, _WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][:-1]
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    powers = np.abs(np.fft.rfft(frames * window).astype(np.complex64)) ** 2
    logarithms = np.log10(np.maximum(_filters(bands) @ powers.T, 1e-10))
    logarithms = np.maximum(logarithms, logarithms.max() - 8)
    features: Samples = ((logarithms + 4) / 4).astype(np.float32)
    return features


@cache
def _filters(bands: int) -> Samples:
    """Return the weights of the frequencies in each band, each of the same area."""
    mels = np.linspace(0, _TOP_MEL, bands + 2)
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MEL))
    edges = np.where(mels < _BREAK_MEL, mels * _LINEAR_HZ, above)
    distances = edges[:, None] - np.fft.rfftfreq(_WINDOW, 1 / INPUT_RATE_HZ)
    widths = np.diff(edges)[:, None]
    rising, falling = -distances[:-2] / widths[:-1], distances[2:] / widths[1:]
    weights = np.maximum(0, np.minimum(rising, falling))
    areas = (edges[2:] - edges[:-2]) / 2
    filters: Samples = (weights / areas[:, None]).astype(np.float32)
    return filters
