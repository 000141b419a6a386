"""Sounds for the tests of this chapter, and an ear for what was answered."""

import asyncio
import wave

import numpy as np

from guide.audio_files import read_speech
from live_emulator.voice import SphinxRecogniser
from live_emulator.voice.types import Vocabulary

ANSWERS = """#JSGF V1.0;
grammar answers;
public <answer> = the capital of <country> is <city>
                | <number> times <number> is <tens> <digit>;
<country> = france | germany | spain | italy | england | poland;
<city> = paris | berlin | madrid | rome | london | warsaw;
<number> = <digit> | ten | eleven | twelve | thirteen;
<digit> = one | two | three | four | five | six | seven | eight | nine;
<tens> = twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety;
"""
"""Some of which is said: to be heard, an answer must stand out from all others."""


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
    """Return what the recogniser makes of an answer, and which model it believed."""

    async def listen():
        async with SphinxRecogniser() as recogniser:
            listener = recogniser.listen(Vocabulary(ANSWERS))
            silence = bytes(16_000)
            listener.feed(silence + read_speech(path) + silence)
            hearing = await listener.finish()
            listener.drop()
            return hearing.text, hearing.source

    return asyncio.run(listen())
