"""Sounds for the tests of this chapter, and an ear for what was answered."""

import asyncio
import re
import wave

import numpy as np

from guide.audio_files import read_speech
from live_emulator.voice import EnglishRecogniser


def write_sound(path, samples, rate_hz, channels=1):
    """Write 16-bit samples, interleaved if there are several channels."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.asarray(samples, "<i2").tobytes())
    return path


def stereo_44_khz(question, path):
    """Write a question as a music player would have it."""
    samples = np.frombuffer(read_speech(question), "<i2").astype(float)
    times_s = np.arange(int(len(samples) / 16_000 * 44_100)) / 44_100
    resampled = np.interp(times_s, np.arange(len(samples)) / 16_000, samples)
    return write_sound(path, np.repeat(resampled, 2), 44_100, channels=2)


def hear(path):
    """Return the words of an answer, in small letters."""

    async def listen():
        async with EnglishRecogniser() as recogniser:
            listener = recogniser.listen()
            silence = bytes(16_000)
            listener.feed(silence + read_speech(path) + silence)
            text = (await listener.finish()).text
            listener.drop()
            return " ".join(re.findall(r"[\w']+", text.lower()))

    return asyncio.run(listen())
