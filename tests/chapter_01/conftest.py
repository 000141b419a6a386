"""An emulator for the tests of this chapter, and questions to ask it."""

import pytest

from guide import backend
from live_emulator import Emulator

SPEED = 8.0
"""The emulator's clock runs ahead, so that nobody waits for an answer to be heard."""


@pytest.fixture(scope="session")
def emulator():
    """Run one emulator for all tests."""
    with Emulator(speed=SPEED) as running:
        yield running


@pytest.fixture
def reachable(emulator, monkeypatch):
    """Let the guide find that emulator, and forget it afterwards."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", emulator.url)
    yield emulator
    backend.stop()


@pytest.fixture
def questions(repository):
    """Return the folder of the spoken questions."""
    return repository / "assets" / "audio"
