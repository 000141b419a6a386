"""An emulator that runs at the pace of people, for conversations with recordings."""

import pytest

from guide import backend
from live_emulator import Emulator


@pytest.fixture(scope="session")
def emulator():
    """Run one emulator for all tests."""
    with Emulator(seed=backend.SEED) as running:
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
