"""Thirty voices that can be told apart, and a thirty-first that is the user's.

Measured in what they say, not read from their table. The distance of two voices
counts steps that listeners notice: a semitone of pitch, 5 % of resonances, 7 % of
pace, and a factor of 1.5 in the width of the melody. Breath and roughness come on top.
"""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from guide import voices as guide_voices
from live_emulator.protocol import voices as protocol_voices
from live_emulator.voice import SpeechWorker
from live_emulator.voice.hearing.recognisers import EnglishRecogniser
from live_emulator.voice.speaking.network import EnglishNetwork
from live_emulator.voice.speaking.synthesis import audible, synthesise
from live_emulator.voice.speaking.voices import USER_VOICE, VOICES, find_voice
from tests.live_emulator.voice.voice_helpers import hear, speech
from tests.live_emulator.voice.word_errors import word_errors, words

Floats = NDArray[np.float64]

RATE_HZ = 24_000
NEAREST = 2.0
"""No two voices are nearer than this; few pairs are nearer than 2.2."""
TEXTS = (
    "The capital of France is Paris, and the weather there is fine.",
    "My name is Ada, and I would like to hear a story about a robot.",
    "Seven new moons rose over the dark water, and nobody saw them.",
)
BANDS_HZ = np.geomspace(250, 6000, 160)


def test_the_names_and_words_are_the_services():
    """The protocol, the guide and the mouth know the same thirty, in one order."""
    assert tuple(VOICES) == protocol_voices.VOICES
    assert {name: voice.word for name, voice in VOICES.items()} == guide_voices.VOICES


def test_no_two_voices_are_near_each_other():
    """Neither among the model's nor to the user's."""
    measured = dict(zip((USER_VOICE, *VOICES), measure_all(), strict=True))
    distances = {
        (one, two): float(np.linalg.norm(measured[one] - measured[two]))
        for one, two in combinations(measured, 2)
    }
    nearest = sorted(distances.items(), key=lambda pair: pair[1])[:5]
    assert nearest[0][1] >= NEAREST, nearest


def measure_all() -> list[Floats]:
    """Return pitch, resonances, pace and width of melody, in steps."""
    english = EnglishNetwork()
    found = []
    reference: list[Floats] = []
    for name in (USER_VOICE, *VOICES):
        voice = find_voice(name)
        assert voice is not None
        spoken, seconds = [], 0.0
        for text in TEXTS:
            utterance = english.say(text, voice.pace)
            assert utterance is not None
            spectra = utterance.spectra.cut(*audible(utterance.spectra))
            slices = synthesise(spectra, voice, np.random.default_rng(0))
            spoken.append(np.concatenate(list(slices)).astype(float))
            seconds += len(spoken[-1]) / RATE_HZ
        pitches = np.concatenate([pitch_hz(samples) for samples in spoken])
        envelopes = [envelope(samples) for samples in spoken]
        reference = reference or envelopes
        semitones = 12 * np.log2(pitches)
        found.append(
            np.array(
                [
                    np.median(semitones),
                    shift(envelopes, reference) / 0.05,
                    -np.log(seconds) / 0.07,
                    np.log(np.subtract(*np.percentile(semitones, [75, 25])))
                    / np.log(1.5),
                ]
            )
        )
    return found


def pitch_hz(samples: Floats) -> Floats:
    """Return the pitch of voiced stretches, by autocorrelation."""
    found = []
    size = 1440
    for start in range(0, len(samples) - size, 480):
        frame = samples[start : start + size] * np.hanning(size)
        if np.sqrt((frame**2).mean()) < 0.02:
            continue
        power = np.abs(np.fft.rfft(frame, 4096)) ** 2
        curve = np.fft.irfft(power)[:size] / np.fft.irfft(power)[0]
        window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(size), 4096)) ** 2)[:size]
        curve = curve / (window / window[0])
        lags = slice(RATE_HZ // 500, RATE_HZ // 50)
        peaks = curve[lags]
        best = peaks.max()
        if best < 0.7:
            continue
        # The first lag that is nearly as good: a multiple of it is as well.
        first = int(np.flatnonzero(peaks > best - 0.08)[0])
        while first + 1 < len(peaks) and peaks[first + 1] > peaks[first]:
            first += 1
        found.append(RATE_HZ / (first + RATE_HZ // 500))
    return np.array(found)


def envelope(samples: Floats) -> Floats:
    """Return the long-term spectrum in dB, on a logarithmic scale of frequency."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, 2048)[::1024]
    power = (np.abs(np.fft.rfft(frames * np.hanning(2048), axis=1)) ** 2).mean(0)
    smooth = np.convolve(power, np.hanning(33) / np.hanning(33).sum(), "same")
    bins = np.fft.rfftfreq(2048, 1 / RATE_HZ)
    return np.interp(BANDS_HZ, bins, 10 * np.log10(smooth + 1e-12))


def shift(envelopes: list[Floats], reference: list[Floats]) -> float:
    """Return by how much (in nepers) resonances are higher than in the reference."""
    step = float(np.log(BANDS_HZ[1] / BANDS_HZ[0]))
    best = max(range(-16, 17), key=lambda by: likeness(envelopes, reference, by))
    around = [likeness(envelopes, reference, best + by) for by in (-1, 0, 1)]
    curve = around[0] - 2 * around[1] + around[2]
    return step * (best + (0.5 * (around[0] - around[2]) / curve if curve else 0.0))


def likeness(envelopes: list[Floats], reference: list[Floats], by: int) -> float:
    edge = 20
    return float(
        np.mean(
            [
                np.corrcoef(
                    one[edge : len(one) - edge],
                    two[edge - by : len(two) - edge - by],
                )[0, 1]
                for one, two in zip(envelopes, reference, strict=True)
            ]
        )
    )


def test_the_measure_finds_a_known_pitch():
    """A pulse train of 120 Hz is one of 120 Hz, and not of 60 or 240."""
    samples = np.zeros(RATE_HZ)
    samples[:: RATE_HZ // 120] = 1.0
    assert np.median(pitch_hz(samples)) == pytest.approx(120, rel=0.02)


SENTENCES = (
    "The train leaves from platform nine.",
    "Remember that my favourite number is seven.",
    "There is nothing left in the fridge.",
    "I have a question about my order.",
    "The price of bread has gone up again.",
)
"""What `benchmarks/voices.py` asks of fifty sentences and every voice."""
WRITTEN_TWICE = "Set the brightness to fifty percent."
"""By the ears of before, of these voices:"""
ONCE_MISHEARD = ("Zephyr", "Despina", "Callirrhoe")


async def test_the_ears_understand_every_voice(
    speaker: SpeechWorker, recogniser: EnglishRecogniser
):
    """Each says a sentence, and hardly a word of all is heard otherwise."""
    said = [
        (voice, SENTENCES[number % len(SENTENCES)])
        for number, voice in enumerate((USER_VOICE, *VOICES))
    ]
    said += [(voice, WRITTEN_TWICE) for voice in ONCE_MISHEARD]
    wrong, count = [], 0
    for voice, sentence in said:
        heard = (await hear(recogniser, await speech(speaker, sentence, voice))).text
        count += len(words(sentence))
        errors = word_errors(sentence, heard)
        wrong += [(voice, heard)] * errors
    assert len(wrong) <= 0.02 * count, wrong
