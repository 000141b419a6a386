"""From spectra to sound, slice by slice, with the pitch and tract of a voice.

hibari's own synthesis (`hibari.dsp.synth`) makes a whole sentence at once and in
the network's voice. This one changes the voice on the way, and gives the first half
second before it works on the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from hibari.dsp import HOP, N_FFT, SR, WIN, WIN_SRC, pulses
from numpy.typing import NDArray

from live_emulator.voice.speaking.voices import NETWORK_PITCH_HZ, Voice

__all__ = ["FRAME_MS", "Spectra", "audible", "synthesise"]

Floats = NDArray[np.float32]
Complexes = NDArray[np.complex64]

FRAME_MS = HOP / SR * 1000
_BLOCKS = N_FFT // HOP
"""How many frames sound at the same time."""
_WINDOW_SUM = 1.5
"""What squared Hann windows, a quarter of their length apart, add up to."""
_SLICE_FRAMES = (32, 96, 320)
"""0.4 s to begin with, then 1.2 s, then 4 s at a time."""
_VOICED_HZ = 40.0
_MAX_HARMONIC_HZ = 11_000.0
_MAX_LOG = 7.0
"""Of a magnitude, as in hibari: the network never means more."""
_HOLLOW = 2.5
"""A bin that is so much below its neighbours (22 dB) is a gap."""
_SILENT_RMS = 0.001
_MARGIN_FRAMES = 2
"""Kept before the first and after the last frame that can be heard."""
_KNEE = 0.7
"""Samples above it are bent, so that none reaches 1."""


@dataclass(frozen=True)
class Spectra:
    """What the network says of a sentence: (601 bins, frames), pitch (frames).

    Magnitudes are natural logarithms, phases radians.
    """

    tone: Floats
    """What the vocal folds excite."""
    tone_phase: Floats
    """Tanh of it is in units of pi."""
    noise: Floats
    """What breath excites."""
    rest: Floats
    """What is neither, such as the clicks of plosives."""
    rest_phase: Floats
    pitch_hz: Floats
    """0 where nothing is voiced."""

    def cut(self, start: int, end: int) -> "Spectra":
        """Return some of the frames."""
        part = slice(start, end)
        return Spectra(
            self.tone[:, part],
            self.tone_phase[:, part],
            self.noise[:, part],
            self.rest[:, part],
            self.rest_phase[:, part],
            self.pitch_hz[part],
        )


def audible(spectra: Spectra) -> tuple[int, int]:
    """Return the first frame that can be heard, and the one behind the last."""
    voiced = spectra.pitch_hz > _VOICED_HZ
    harmonics_a_bin = np.where(voiced, SR / N_FFT / np.maximum(spectra.pitch_hz, 1), 0)
    power = 8 * harmonics_a_bin * _power(spectra.tone)
    power += 2.7 * _power(spectra.noise) + 1.3 * _power(spectra.rest)
    loud = np.flatnonzero(power > (_SILENT_RMS * N_FFT) ** 2)
    if not len(loud):
        return 0, 0
    return (
        max(0, int(loud[0]) - _MARGIN_FRAMES),
        min(len(power), int(loud[-1]) + 1 + _MARGIN_FRAMES),
    )


def _power(logarithms: Floats) -> Floats:
    power: Floats = np.exp(2 * np.minimum(logarithms, _MAX_LOG)).sum(0)
    return power


def synthesise(
    spectra: Spectra, voice: Voice, rng: np.random.Generator
) -> Iterator[Floats]:
    """Yield sound at 24 kHz, between -1 and 1, all slices as long as the frames."""
    pitch_hz = _pitch(spectra.pitch_hz, voice, rng)
    source = np.pad(pulses(pitch_hz, _VOICED_HZ, _MAX_HARMONIC_HZ), N_FFT // 2)
    excited = np.lib.stride_tricks.sliding_window_view(source, N_FFT)[::HOP]
    overlap: Floats = np.zeros((_BLOCKS - 1, HOP), np.float32)
    last = len(pitch_hz)
    for start, end in _slices(last):
        spectrum = _spectrum(excited[start:end], spectra.cut(start, end), voice, rng)
        frames = np.fft.irfft(spectrum.T, N_FFT, axis=1).astype(np.float32)
        frames = (frames * WIN).reshape(end - start, _BLOCKS, HOP)
        sound: Floats = np.zeros((end - start + _BLOCKS - 1, HOP), np.float32)
        sound[: _BLOCKS - 1] = overlap
        for block in range(_BLOCKS):
            sound[block : block + end - start] += frames[:, block]
        overlap = sound[end - start :]
        # A frame sounds half a window before its middle: the first half of the
        # first one is left out, and that of the last one is behind it.
        done = end - start + (_BLOCKS // 2 if end == last else 0)
        ready = sound[_BLOCKS // 2 if start == 0 else 0 : done]
        yield _limited(ready.ravel() * np.float32(1 / _WINDOW_SUM))


def _slices(frames: int) -> Iterator[tuple[int, int]]:
    start = 0
    for length in (
        *_SLICE_FRAMES,
        *[_SLICE_FRAMES[-1]] * (frames // _SLICE_FRAMES[-1]),
    ):
        end = min(start + length, frames)
        # A rest too short to be worth a slice of its own goes with this one.
        end = frames if frames - end < _BLOCKS * 2 else end
        if start < end:
            yield start, end
        start = end


def _pitch(pitch_hz: Floats, voice: Voice, rng: np.random.Generator) -> Floats:
    """Return the melody of a voice: its own height, width and steadiness."""
    interval = np.maximum(pitch_hz, 1.0) / NETWORK_PITCH_HZ
    moved = voice.pitch_hz * interval**voice.range
    if voice.roughness:
        moved *= 1 + voice.roughness * rng.standard_normal(len(moved))
    voiced = pitch_hz > _VOICED_HZ
    return np.where(voiced, np.maximum(moved, _VOICED_HZ * 1.1), 0).astype(np.float32)


def _spectrum(
    excited: Floats, part: Spectra, voice: Voice, rng: np.random.Generator
) -> Complexes:
    """Return (601, frames): pulses, noise and the rest through the vocal tract."""
    spectrum: Complexes = np.fft.rfft(excited * WIN_SRC, axis=1).T.astype(np.complex64)
    tone = _stretched(_mended(part.tone), voice.formants)
    phase = np.float32(np.pi) * np.tanh(_moved(part.tone_phase, voice.formants))
    spectrum *= _polar(tone, phase)
    noise = _stretched(part.noise, voice.formants) + np.float32(voice.breath)
    random = rng.standard_normal((len(noise), 2 * noise.shape[1]), dtype=np.float32)
    spectrum += random.view(np.complex64) * np.exp(np.minimum(noise, _MAX_LOG))
    rest = _stretched(part.rest, voice.formants)
    spectrum += _polar(rest, _moved(part.rest_phase, voice.formants))
    return spectrum * np.float32(10 ** (voice.gain_db / 20))


def _mended(logarithms: Floats) -> Floats:
    """Fill the few bins in which the network has nothing between neighbours that do.

    Its own harmonics pass them by; those of another pitch would fall into them.
    """
    mended = logarithms.copy()
    between = (logarithms[:-2] + logarithms[2:]) / 2
    hollow = between - logarithms[1:-1] > _HOLLOW
    mended[1:-1][hollow] = between[hollow]
    return mended


def _stretched(logarithms: Floats, factor: float) -> Floats:
    """Move the resonances of (601, frames) up or down by a factor."""
    if factor == 1:
        return logarithms
    bins = len(logarithms)
    origin = np.minimum(np.arange(bins, dtype=np.float32) / factor, bins - 1)
    below = np.minimum(origin.astype(np.intp), bins - 2)
    share = (origin - below)[:, None]
    moved: Floats = logarithms[below] * (1 - share) + logarithms[below + 1] * share
    return moved


def _moved(phases: Floats, factor: float) -> Floats:
    """Move phases with their resonances; between two there is nothing to average."""
    if factor == 1:
        return phases
    bins = len(phases)
    origin = np.rint(np.arange(bins) / factor).astype(np.intp)
    moved: Floats = phases[np.minimum(origin, bins - 1)]
    return moved


def _polar(logarithms: Floats, phases: Floats) -> Complexes:
    magnitudes = np.exp(np.minimum(logarithms, _MAX_LOG))
    both = np.empty(magnitudes.shape, np.complex64)
    np.multiply(magnitudes, np.cos(phases), out=both.real)
    np.multiply(magnitudes, np.sin(phases), out=both.imag)
    return both


def _limited(samples: Floats) -> Floats:
    """Bend what is too loud, smoothly and sample by sample."""
    size = np.abs(samples)
    room = 1 - _KNEE
    bent = np.sign(samples) * (_KNEE + room * np.tanh((size - _KNEE) / room))
    return np.where(size > _KNEE, bent, samples).astype(np.float32)
