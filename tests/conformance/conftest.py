"""Whom the tests of conformance talk to: the emulator, or Google's service.

`pytest tests/conformance` takes an emulator of its own. With `--target service`
and a key (in the environment or in `.env`) the same tests go to the service.
"""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from google import genai

from guide.backend import Backend, BackendError, ensure, look, stop
from live_emulator import Emulator

SPEED = 10.0
"""The emulator's clock; the service has one of its own, of speed 1."""

ANSWERED_WITHIN_S = 15.0


@pytest.fixture(scope="session")
def is_service(pytestconfig: pytest.Config) -> bool:
    """Tell whether Google's service is meant."""
    return bool(pytestconfig.getoption("--target") == "service")


@pytest.fixture(scope="session")
def speed(is_service: bool) -> float:
    """Return how much faster than real time the other side's clock runs."""
    return 1.0 if is_service else SPEED


@pytest.fixture(scope="session")
def emulator(is_service: bool) -> Iterator[Emulator | None]:
    """Run an emulator, unless the service is meant."""
    if is_service:
        yield None
        return
    with Emulator(speed=SPEED) as running:
        yield running


@pytest.fixture(scope="session")
def backend(emulator: Emulator | None) -> Backend:
    """Return what tells the addresses and the key."""
    if emulator is None:
        return reachable_service()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIVE_EMULATOR_URL", emulator.url)
        return look()


@pytest.fixture
def client(
    emulator: Emulator | None, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> Iterator[genai.Client]:
    """Return a client of the plain SDK, made as every chapter makes it."""
    if emulator is not None:
        monkeypatch.setenv("LIVE_EMULATOR_URL", emulator.url)
    ensure(backend.kind)
    yield genai.Client()
    stop()


@pytest.fixture(scope="session")
def once() -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Return what runs a coroutine function once, however many tests ask."""
    results: dict[Any, Any] = {}

    def run(work: Callable[[], Awaitable[Any]]) -> Any:
        if work.__name__ not in results:
            results[work.__name__] = asyncio.run(work())  # type: ignore[arg-type]
        return results[work.__name__]

    return run


def reachable_service() -> Backend:
    """Return the service; end the run in one sentence if it can't be used."""
    try:
        found = look()
        if found.kind != "service":
            _give_up("There is no key. Put GEMINI_API_KEY=... into the file .env.")
        found.websocket_url()
    except BackendError as error:
        _give_up(str(error))
    request = urllib.request.Request(
        f"{found.url}/v1beta/models?pageSize=1", headers=found.headers()
    )
    try:
        with urllib.request.urlopen(
            request, timeout=ANSWERED_WITHIN_S, context=found.ssl_context()
        ):
            return found
    except urllib.error.HTTPError as error:
        _give_up(f"The service refuses the key: {_message_of(error)}")
    except OSError as error:
        reason = getattr(error, "reason", error)
        _give_up(f"{found.url} can't be reached: {reason}.")
    raise AssertionError


def _message_of(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"]["message"])
    except (ValueError, LookupError, TypeError):
        return f"HTTP {error.code}."


def _give_up(sentence: str) -> None:
    pytest.exit(f"--target service was asked for. {sentence}", returncode=1)
