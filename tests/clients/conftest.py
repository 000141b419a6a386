"""Clients in environments of their own, and emulators for them."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guide.commands.clients import ALL_CLIENTS_VARIABLE
from live_emulator.emulator import Emulator
from live_emulator.session.shared import Limits
from live_emulator.voice import USER_VOICE, SpeechWorker, resample
from live_emulator.voice.types import INPUT_RATE_HZ, OUTPUT_RATE_HZ
from tests.clients.environments import Environment, NotInstalled, find
from tests.clients.known import Client

SPEED = 5.0
"""The emulator's clock for clients that do not care what time it is."""

SENTENCES = {
    "sum": "What is twelve times seven?",
    "weather": "What is the weather in Paris?",
    "story": "Tell me a long story.",
    "ada": "My name is Ada.",
    "name": "What is my name?",
}

Find = Callable[[Client | str], Environment]


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what only `--all` runs."""
    if os.environ.get(ALL_CLIENTS_VARIABLE):
        return
    left_out = [item for item in items if item.get_closest_marker("all_clients")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of sentences as a person speaks them: PCM16 at 16 kHz.

    Half a second of silence comes before each, and a second after it.
    """
    folder = tmp_path_factory.mktemp("speech")

    async def speak() -> None:
        worker = SpeechWorker()
        try:
            for name, sentence in SENTENCES.items():
                pieces = worker.speak(sentence, voice=USER_VOICE)
                pcm = b"".join([piece.pcm async for piece in pieces])
                pcm = resample(pcm, OUTPUT_RATE_HZ, INPUT_RATE_HZ)
                silence = bytes(INPUT_RATE_HZ)  # half a second
                whole = silence + pcm + silence + silence
                (folder / f"{name}.pcm").write_bytes(whole)
        finally:
            await worker.close()

    asyncio.run(speak())
    return folder


@pytest.fixture(scope="session")
def live() -> Iterator[Emulator]:
    """Run an emulator whose clock is quick."""
    with Emulator(speed=SPEED) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def lenient() -> Iterator[Emulator]:
    """Run an emulator that accepts what old clients send."""
    with Emulator(speed=SPEED, lenient=True) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def short_lived() -> Iterator[Emulator]:
    """Run an emulator that says GoAway to every session after four seconds."""
    limits = Limits(go_away_s=4 * SPEED, cut_s=60 * SPEED)
    with Emulator(speed=SPEED, limits=limits) as emulator:
        yield emulator


@pytest.fixture
def soon_gone() -> Iterator[Emulator]:
    """Run an emulator whose sessions have time for an answer before GoAway."""
    limits = Limits(go_away_s=8 * SPEED, cut_s=60 * SPEED)
    with Emulator(speed=SPEED, limits=limits) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def in_real_time() -> Iterator[Emulator]:
    """Run an emulator for clients that send and play audio in real time."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def short_lived_in_real_time() -> Iterator[Emulator]:
    """Run an emulator that says GoAway after 20 seconds and cuts at 22."""
    with Emulator(limits=Limits(go_away_s=20, cut_s=22)) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def environment_of() -> Find:
    """Return what finds the environment of a client, or that of a name.

    Where it was not made, the test is skipped; where all must run, it fails.
    """

    def find_it(client: Client | str) -> Environment:
        try:
            return find(client if isinstance(client, str) else client.environment)
        except NotInstalled as problem:
            reason = str(problem)
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    return find_it
