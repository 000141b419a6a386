"""A fixture for your own tests: an emulator for each test that asks for one.

Installed with the package, so a test only has to name it:

    @pytest.mark.live_emulator(brain=ScriptedBrain(["Good day."]), speed=10)
    def test_greeting(live_emulator):
        client = genai.Client()  # talks to the emulator
        ...
        assert live_emulator.sessions[-1].frames

What it says and how it behaves are options in the marker, those of `Options`.
"""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from live_emulator.emulator import Emulator

# Nothing of the emulator is imported before a test asks for it: this module is
# loaded in every run of pytest.

__all__ = ["live_emulator", "live_emulator_workers", "pytest_configure"]

_LEADING_ELSEWHERE = (
    "GOOGLE_API_KEY",
    "GOOGLE_GENAI_API_VERSION",
    "GOOGLE_GENAI_USE_ENTERPRISE",
    "GOOGLE_GENAI_USE_VERTEXAI",
)
"""Variables by which the SDKs would use another key, or another service."""


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "live_emulator(**options): options of the fixture live_emulator, those of "
        "live_emulator.Options: brain, speed, seed, lenient and others",
    )


@pytest.fixture(scope="session")
def live_emulator_workers() -> Iterator[dict[str, Any]]:
    """Share one pair of ears and one mouth: their processes start slowly."""
    from live_emulator.voice import SpeechWorker, SphinxRecogniser

    ears, mouth = SphinxRecogniser(), SpeechWorker()
    yield {"recogniser": ears, "speaker": mouth}

    async def close() -> None:
        await ears.close()
        await mouth.close()

    asyncio.run(close())


@pytest.fixture
def live_emulator(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    live_emulator_workers: dict[str, Any],
) -> "Iterator[Emulator]":
    """Run an emulator on a port of its own, with the environment pointing at it.

    The variables are set for the test alone, so make clients inside of it.
    `live_emulator.sessions` has the frames of every connection.
    """
    from live_emulator.emulator import Emulator

    options = dict(live_emulator_workers)
    for mark in reversed(list(request.node.iter_markers("live_emulator"))):
        _check(mark)
        options |= mark.kwargs
    with Emulator(**options) as emulator:
        for name in _LEADING_ELSEWHERE:
            monkeypatch.delenv(name, raising=False)
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        # WebSocket clients obey proxies, and no proxy reaches this machine.
        for name in ("NO_PROXY", "no_proxy"):
            hosts = filter(None, (os.environ.get(name), "127.0.0.1,localhost"))
            monkeypatch.setenv(name, ",".join(hosts))
        yield emulator


def _check(mark: pytest.Mark) -> None:
    from live_emulator.emulator import Options

    known = [field.name for field in fields(Options)]
    wrong = [repr(value) for value in mark.args]
    wrong += [name for name in mark.kwargs if name not in known]
    if wrong:
        pytest.fail(
            f"The marker live_emulator does not take {', '.join(wrong)}. "
            f"It takes by name: {', '.join(known)}.",
            pytrace=False,
        )
