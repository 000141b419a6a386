"""An emulator for the tests of this chapter."""

from collections.abc import Iterator

import pytest

from guide import backend
from live_emulator import Emulator

SPEED = 8.0
"""The emulator's clock runs ahead, so that nobody waits for speech to be heard."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """Run one emulator for a file of tests."""
    with Emulator(speed=SPEED) as running:
        yield running


@pytest.fixture
def reachable(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Emulator]:
    """Let the guide find that emulator, and forget it afterwards."""
    monkeypatch.setenv("LIVE_EMULATOR_URL", emulator.url)
    yield emulator
    backend.stop()
