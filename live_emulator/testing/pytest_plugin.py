"""A fixture for your own tests: an emulator for each test that asks for one.

Installed with the package, so a test only has to name it:

    @pytest.mark.live_api(speed=10)
    def test_greeting(live_api):
        live_api.say("Good day.")
        client = genai.Client()  # talks to the emulator
        ...
        assert live_api.session.typed == ["Hello."]

Options in the marker are those of `Options`. A script with a relative path,
`brain="script:talk.yaml"`, is looked for beside the test. When a test fails, what went
over the wire is shown with it.
"""

import asyncio
import os
from collections.abc import Generator, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from live_emulator.testing.live_api import LiveApi

# Nothing of the emulator is imported before a test asks for it: this module is
# loaded in every run of pytest.

__all__ = [
    "live_api",
    "live_api_workers",
    "pytest_configure",
    "pytest_runtest_makereport",
]

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
        "live_api(**options): options of the fixture live_api, those of "
        "live_emulator.Options: speed, brain, faults, limits and others",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the wire with a test that failed."""
    report = yield
    live = getattr(item, "funcargs", {}).get("live_api")
    if live is not None and call.when == "call" and report.failed:
        report.sections.append(("On the wire (live_api)", live.report()))
    return report


@pytest.fixture(scope="session")
def live_api_workers() -> Iterator[dict[str, Any]]:
    """Share one pair of ears and one mouth: their processes start slowly."""
    from live_emulator.voice import SpeechWorker
    from live_emulator.voice.hearing.recognisers import open_recogniser

    ears, mouth = open_recogniser("whisper"), SpeechWorker()
    yield {"recogniser": ears, "speaker": mouth}

    async def close() -> None:
        await ears.close()
        await mouth.close()

    asyncio.run(close())


@pytest.fixture
def live_api(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    live_api_workers: dict[str, Any],
) -> "Iterator[LiveApi]":
    """Run an emulator on a port of its own, with the environment pointing at it.

    The variables are set for the test alone, so make clients inside of it.
    """
    from live_emulator.testing.live_api import LiveApi

    options = dict(live_api_workers)
    for mark in reversed(list(request.node.iter_markers("live_api"))):
        _check(mark)
        options |= mark.kwargs
    if isinstance(options.get("brain"), str):
        options["brain"] = _brain(options["brain"], request.path.parent)
    with LiveApi(**options) as live:
        for name in _LEADING_ELSEWHERE:
            monkeypatch.delenv(name, raising=False)
        for name, value in live.environment.items():
            monkeypatch.setenv(name, value)
        # WebSocket clients obey proxies, and no proxy reaches this machine.
        for name in ("NO_PROXY", "no_proxy"):
            hosts = filter(None, (os.environ.get(name), "127.0.0.1,localhost"))
            monkeypatch.setenv(name, ",".join(hosts))
        yield live


def _brain(text: str, folder: Path) -> Any:
    """Return the brain that a marker names."""
    from live_emulator.brain.choose import brain_from
    from live_emulator.brain.types import BrainError

    try:
        return brain_from(text, folder)
    except BrainError as error:
        pytest.fail(str(error), pytrace=False)


def _check(mark: pytest.Mark) -> None:
    from live_emulator.options import Options

    known = [field.name for field in fields(Options)]
    wrong = [repr(value) for value in mark.args]
    wrong += [name for name in mark.kwargs if name not in known]
    if wrong:
        pytest.fail(
            f"The marker live_api does not take {', '.join(wrong)}. "
            f"It takes by name: {', '.join(known)}.",
            pytrace=False,
        )
