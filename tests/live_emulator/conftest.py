"""A real emulator, and a person who speaks to it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from live_emulator.emulator import Emulator
from live_emulator.voice import USER_VOICE, SpeechWorker, resample
from live_emulator.voice.types import INPUT_RATE_HZ, OUTPUT_RATE_HZ

SPEED = 10.0
"""The emulator's clock in these tests: ten seconds of waiting pass in one."""

Say = Callable[[str], Awaitable[bytes]]


@pytest.fixture(scope="session")
def live() -> Iterator[Emulator]:
    """Run an emulator for all tests."""
    with Emulator(speed=SPEED) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def say() -> Iterator[Say]:
    """Return what speaks a sentence as a person would: PCM16 at 16 kHz.

    A second of silence follows, so that it is a whole turn.
    """
    worker = SpeechWorker()
    spoken: dict[str, bytes] = {}

    async def speak(text: str) -> bytes:
        if text not in spoken:
            pieces = [piece.pcm async for piece in worker.speak(text, voice=USER_VOICE)]
            pcm = resample(b"".join(pieces), OUTPUT_RATE_HZ, INPUT_RATE_HZ)
            spoken[text] = bytes(INPUT_RATE_HZ // 2) + pcm + bytes(INPUT_RATE_HZ * 2)
        return spoken[text]

    yield speak
    asyncio.run(worker.close())
