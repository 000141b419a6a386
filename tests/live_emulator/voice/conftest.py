import asyncio
from collections.abc import Iterator

import pytest

from live_emulator.voice import EnglishRecogniser, SpeechWorker


@pytest.fixture(scope="session")
def speaker() -> Iterator[SpeechWorker]:
    """One worker for all tests; it is bound to no event loop."""
    worker = SpeechWorker()
    yield worker
    asyncio.run(worker.close())


@pytest.fixture(scope="session")
def recogniser() -> Iterator[EnglishRecogniser]:
    recogniser = EnglishRecogniser()
    yield recogniser
    asyncio.run(recogniser.close())
