"""An ear for what a conversation let be heard, and for when."""

import asyncio

import numpy as np

from live_emulator.voice import SphinxRecogniser, resample
from live_emulator.voice.types import Vocabulary

WORDS = """#JSGF V1.0;
grammar words;
public <said> = nice to meet you <name> | your name is <name> | <opening>
              | my name is <name> | what is my name | tell me a <thing>;
<name> = ada | bob | eve | tom | mary | peter;
<thing> = story | joke | secret;
<opening> = long before the road was paved | once there lived | a long time ago;
"""
"""Some of which is said: to be heard, it must stand out from all others."""

QUIET_BELOW = 300
"""Peak of a stretch of 20 ms that holds no speech."""


def utterances(samples, rate_hz, gap_s=0.7):
    """Cut one side into stretches of speech: (start and end in seconds, samples)."""
    block = rate_hz // 50
    blocks = len(samples) // block
    peaks = np.abs(samples[: blocks * block].astype(int)).reshape(-1, block).max(1)
    loud = np.flatnonzero(peaks > QUIET_BELOW)
    if not len(loud):
        return []
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > gap_s * 50) + 1)
    return [
        (
            group[0] / 50,
            (group[-1] + 1) / 50,
            samples[group[0] * block : (group[-1] + 1) * block],
        )
        for group in groups
    ]


def hear(pieces, rate_hz):
    """Return what the recogniser makes of each piece."""

    async def listen():
        heard = []
        async with SphinxRecogniser() as recogniser:
            for piece in pieces:
                speech = resample(piece.astype("<i2").tobytes(), rate_hz, 16_000)
                listener = recogniser.listen(Vocabulary(WORDS))
                listener.feed(bytes(16_000) + speech + bytes(16_000))
                heard.append((await listener.finish()).text)
                listener.drop()
        return heard

    return asyncio.run(listen())
