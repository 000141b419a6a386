"""Sounds that are no speech: a hundred of them, each made from its number alone."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from live_emulator.voice.types import INPUT_RATE_HZ

__all__ = ["noises"]

Samples = NDArray[np.float64]


def noises() -> Iterator[tuple[str, bytes]]:
    """Yield names and sounds, PCM16 at 16 kHz, 0.6 to 6 s long."""
    makers = {
        "hiss": (_hiss, 20),
        "tone": (_tone, 10),
        "hum": (_hum, 8),
        "keys": (_keys, 14),
        "music": (_music, 14),
        "cough": (_cough, 12),
        "breath": (_breath, 6),
        "siren": (_siren, 6),
        "engine": (_engine, 4),
        "clipping": (_clipping, 6),
    }
    for name, (make, count) in makers.items():
        for number in range(count):
            chance = np.random.default_rng([number, len(name), ord(name[0])])
            samples = make(chance, _times(chance))
            pcm = np.clip(np.rint(samples * 32767), -32768, 32767).astype("<i2")
            yield f"{name} {number}", pcm.tobytes()


def _times(chance: np.random.Generator) -> Samples:
    return np.arange(int(INPUT_RATE_HZ * chance.uniform(0.6, 6))) / INPUT_RATE_HZ


def _coloured(chance: np.random.Generator, count: int, slope: float) -> Samples:
    frequencies = np.fft.rfftfreq(count, 1 / INPUT_RATE_HZ)
    frequencies[0] = 1
    spectrum = np.fft.rfft(chance.standard_normal(count)) / frequencies ** (slope / 2)
    samples = np.fft.irfft(spectrum, count)
    return samples / np.abs(samples).max()


def _hiss(chance: np.random.Generator, times: Samples) -> Samples:
    """White, pink, brown or blue noise."""
    level = chance.choice([0.01, 0.05, 0.2, 0.7])
    return _coloured(chance, len(times), chance.choice([0, 1, 2, -1])) * level


def _tone(chance: np.random.Generator, times: Samples) -> Samples:
    frequency = chance.choice([50, 120, 440, 1000, 3000])
    return np.sin(2 * np.pi * frequency * times) * chance.choice([0.05, 0.5])


def _hum(chance: np.random.Generator, times: Samples) -> Samples:
    pitch = chance.uniform(40, 300)
    tones = (
        np.sin(2 * np.pi * pitch * k * times + chance.uniform(0, 6)) / k
        for k in range(1, 12)
    )
    return sum(tones) * 0.1 + chance.standard_normal(len(times)) * 0.01


def _keys(chance: np.random.Generator, times: Samples) -> Samples:
    """Clicks and knocks over a quiet room."""
    samples = chance.standard_normal(len(times)) * 0.003
    for _ in range(chance.integers(1, 25)):
        length = chance.integers(60, 1800)
        at = chance.integers(0, len(times) - length)
        fading = np.exp(-np.arange(length) / (length / 5))
        click = chance.standard_normal(length) * fading
        samples[at : at + length] += click * chance.uniform(0.1, 0.9)
    return samples


def _music(chance: np.random.Generator, times: Samples) -> Samples:
    """Chords of three notes with overtones, each dying away."""
    samples = np.zeros(len(times))
    at = 0
    while at < len(times):
        root = 220 * 2 ** (chance.integers(-12, 12) / 12)
        part = times[: min(int(chance.uniform(3200, 11_000)), len(times) - at)]
        for interval in (0, 4, 7):
            for overtone in range(1, 7):
                pitch = root * 2 ** (interval / 12) * overtone
                note = np.sin(2 * np.pi * pitch * part) * np.exp(-part * 3)
                samples[at : at + len(part)] += 0.15 * note / overtone**1.5
        at += len(part)
    return samples


def _cough(chance: np.random.Generator, times: Samples) -> Samples:
    """Bursts of noise through a throat of three resonances."""
    parts = [np.zeros(INPUT_RATE_HZ // 4)]
    for _ in range(chance.integers(1, 4)):
        length = int(INPUT_RATE_HZ * chance.uniform(0.15, 0.4))
        frequencies = np.fft.rfftfreq(length, 1 / INPUT_RATE_HZ)
        throat = sum(
            np.exp(-(((frequencies - chance.uniform(*place)) / width) ** 2))
            for place, width in (
                ((300, 900), 250),
                ((1000, 2000), 400),
                ((2200, 3800), 700),
            )
        )
        burst = np.fft.irfft(
            np.fft.rfft(chance.standard_normal(length)) * throat, length
        )
        burst *= np.exp(-np.linspace(0, 5, length)) * np.minimum(
            1, np.linspace(0, 30, length)
        )
        burst *= chance.uniform(0.2, 0.9) / np.abs(burst).max()
        parts += [burst, np.zeros(int(INPUT_RATE_HZ * chance.uniform(0.05, 0.2)))]
    return np.concatenate(parts)


def _breath(chance: np.random.Generator, times: Samples) -> Samples:
    noise = _coloured(chance, len(times), 0.5)
    return noise * np.hanning(len(times)) * chance.uniform(0.02, 0.2)


def _siren(chance: np.random.Generator, times: Samples) -> Samples:
    swing = 1 + 0.3 * np.sin(2 * np.pi * chance.uniform(0.3, 6) * times)
    pitch = chance.uniform(400, 2500) * swing
    return np.sin(2 * np.pi * np.cumsum(pitch) / INPUT_RATE_HZ) * 0.4


def _engine(chance: np.random.Generator, times: Samples) -> Samples:
    beat = 0.5 + 0.5 * np.sin(2 * np.pi * chance.uniform(8, 40) * times)
    return _coloured(chance, len(times), 1.5) * beat * 0.5


def _clipping(chance: np.random.Generator, times: Samples) -> Samples:
    return np.clip(chance.standard_normal(len(times)) * chance.uniform(0.5, 3), -1, 1)
