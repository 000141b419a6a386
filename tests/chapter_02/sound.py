"""An ear for what a conversation let be heard, and for when."""

import asyncio
import re

import numpy as np

from live_emulator.voice import EnglishRecogniser, resample

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
    """Return the words of each piece, in small letters."""

    async def listen():
        heard = []
        async with EnglishRecogniser() as recogniser:
            for piece in pieces:
                speech = resample(piece.astype("<i2").tobytes(), rate_hz, 16_000)
                listener = recogniser.listen()
                listener.feed(bytes(16_000) + speech + bytes(16_000))
                text = (await listener.finish()).text
                heard.append(" ".join(re.findall(r"[\w']+", text.lower())))
                listener.drop()
        return heard

    return asyncio.run(listen())
