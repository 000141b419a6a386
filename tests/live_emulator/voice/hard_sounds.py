"""Speech that is hard to hear, made from clear speech: PCM16 at 16 kHz."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from live_emulator.voice import resample
from live_emulator.voice.types import INPUT_RATE_HZ
from tests.live_emulator.voice.noises import noises

__all__ = [
    "clipped",
    "cough",
    "many_voices",
    "telephone",
    "whispered",
    "without_pauses",
]

Samples = NDArray[np.float64]

_FRAME = INPUT_RATE_HZ // 50
_QUEFRENCIES = 40
"""So many of a cepstrum hold the vocal tract, and nothing of the pitch."""
_PAUSE_RMS = 0.01
"""A frame below it is no speech."""


def samples_of(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2") / 32768


def pcm_of(samples: Samples) -> bytes:
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2").tobytes()


def clipped(pcm: bytes, gain: float = 30) -> bytes:
    """Return what a microphone gives that is far too loud: hardly more than signs."""
    return pcm_of(samples_of(pcm) * gain)


def telephone(pcm: bytes) -> bytes:
    """Return what is left at 8 kHz in 8 bits of mu-law, between 300 and 3400 Hz."""
    narrow = samples_of(resample(pcm, INPUT_RATE_HZ, 8_000))
    spectrum = np.fft.rfft(narrow)
    hz = np.fft.rfftfreq(len(narrow), 1 / 8_000)
    spectrum[(hz < 300) | (hz > 3400)] = 0
    narrow = np.fft.irfft(spectrum, len(narrow))
    bent = np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)
    bent = np.rint(np.clip(bent, -1, 1) * 127) / 127
    narrow = np.sign(bent) * (256 ** np.abs(bent) - 1) / 255
    return resample(pcm_of(narrow), 8_000, INPUT_RATE_HZ)


def whispered(pcm: bytes, seed: int = 0) -> bytes:
    """Return the same words without a voice: noise through the same vocal tract."""
    samples = samples_of(pcm)
    size, hop = 512, 128
    window = np.hanning(size)
    noise = np.random.default_rng(seed).standard_normal(len(samples))
    out, weight = np.zeros(len(samples)), np.full(len(samples), 1e-9)
    for start in range(0, len(samples) - size, hop):
        place = slice(start, start + size)
        spectrum = np.abs(np.fft.rfft(samples[place] * window))
        cepstrum = np.fft.irfft(np.log(spectrum + 1e-6))
        cepstrum[_QUEFRENCIES : size - _QUEFRENCIES] = 0
        tract = np.exp(np.fft.rfft(cepstrum).real)
        hiss = np.fft.rfft(noise[place] * window)
        out[place] += np.fft.irfft(hiss / np.sqrt(size / 3) * tract) * window
        weight[place] += window**2
    whisper = out / weight
    return pcm_of(whisper / np.abs(whisper).max() * 0.3)


def many_voices(clips: Sequence[bytes]) -> bytes:
    """Return all of them at once, each from its beginning, again and again."""
    length = max(map(len, clips)) // 2
    together = sum(np.resize(samples_of(clip), length) for clip in clips)
    return pcm_of(together / np.abs(together).max() * 0.6)


def without_pauses(clips: Sequence[bytes], seconds: float | None = None) -> bytes:
    """Return them in a row, with no time to take a breath.

    Again and again for so many seconds; without a number once.
    """
    spoken = []
    for clip in clips:
        samples = samples_of(clip)
        frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
        spoken.append(frames[np.sqrt((frames**2).mean(axis=1)) > _PAUSE_RMS].ravel())
    once = np.concatenate(spoken)
    count = len(once) if seconds is None else int(seconds * INPUT_RATE_HZ)
    return pcm_of(np.resize(once, count))


def cough() -> bytes:
    """Return one cough, or a few."""
    return next(pcm for name, pcm in noises() if name == "cough 3")
