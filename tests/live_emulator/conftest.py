"""A real emulator, and a person who speaks to it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

import pytest

from live_emulator.emulator import Emulator
from live_emulator.voice import USER_VOICE, SpeechWorker, resample
from live_emulator.voice.types import INPUT_RATE_HZ, OUTPUT_RATE_HZ

SPEED = 10.0
"""The emulator's clock in these tests: ten seconds of waiting pass in one."""

Say = Callable[[str], Awaitable[bytes]]


@pytest.fixture(scope="module", autouse=True)
def debug_mode() -> Iterator[None]:
    """Run asyncio in its debug mode, which finds calls from the wrong thread.

    Not by PYTHONASYNCIODEBUG, which the processes that tests start would inherit:
    what these write is compared. Nothing is said of slow steps, since a busy machine
    makes any step slow.
    """

    def matters(record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Executing ")

    logger = logging.getLogger("asyncio")
    logger.addFilter(matters)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.coroutines, "_is_debug_mode", lambda: True)
        yield
    logger.removeFilter(matters)


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
