"""The clients, and what each was seen doing; CLIENTS.md shows the same.

A test asks `that_do` for the clients it is run with, so a client that is said to
do something here is made to do it there.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.clients.environments import ALWAYS, HERE

__all__ = [
    "BROWSER",
    "CLIENTS",
    "FEATURES",
    "TRIED",
    "Client",
    "proven",
    "that_do",
    "with_names",
]

FEATURES = {
    "spoken_turn": "Spoken turn",
    "barge_in": "Barge-in",
    "tool_call": "Tool call",
    "resumption": "Resumption after GoAway",
    "token": "Ephemeral token",
}

BROWSER = "Chromium"


@dataclass(frozen=True)
class Client:
    """One client in one version."""

    title: str
    environment: str
    """Where it is installed; empty if there is nothing to install."""
    runs_in: str
    lacks: Mapping[str, str] = field(default_factory=dict)
    """Features that it was not seen to have, and why."""
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What its program is told besides the scenario."""

    @property
    def always(self) -> bool:
        """Whether every run of the tests has it."""
        return not self.environment or self.environment in ALWAYS

    @property
    def tried(self) -> str:
        """The day on which this version was first tried with the emulator."""
        return TRIED[self.environment]

    @property
    def version(self) -> str:
        """The version that is installed, from the files that say so."""
        if not self.environment:
            return ""
        if self.environment.startswith("node-"):
            folder = HERE / "node" / self.environment.removeprefix("node-")
            packages = json.loads((folder / "package.json").read_text("utf-8"))
            version: str = packages["dependencies"]["@google/genai"]
            return version
        text = (HERE / "requirements" / f"{self.environment}.txt").read_text("utf-8")
        match = re.search(r"==(\S+)", text)
        assert match is not None
        return match[1]


NO_TOKENS = "It has no call that makes tokens."
NO_HANDLES = "It knows no resumption handles."
ON_A_SERVER = "It runs on a server, with the key."

CLIENTS = {
    client.title: client
    for client in (
        Client("google-genai 3", "google-genai-3", "Python"),
        Client("google-genai 2", "google-genai-2", "Python"),
        Client("google-genai 1, the last", "google-genai-1.75", "Python"),
        Client(
            "google-genai 1, an early one",
            "google-genai-1.9",
            "Python",
            lacks={"resumption": NO_HANDLES, "token": NO_TOKENS},
        ),
        Client("@google/genai 3", "node-genai-3", "node"),
        Client("@google/genai 2", "node-genai-2", "node"),
        Client("@google/genai 1", "node-genai-1", "node"),
        Client(
            "@google/genai 0.14",
            "node-genai-0.14",
            "node",
            lacks={"token": NO_TOKENS},
            # As live-api-web-console has it: audio goes into `media` and becomes
            # mediaChunks, and the key is not read from the environment.
            options={
                "model": "gemini-2.5-flash-native-audio-latest",
                "media": "media",
                "client": {"apiKey": "emulator"},
            },
        ),
        Client("@google/genai 3, web build", "node-genai-3", BROWSER),
        Client("WebSocket", "", BROWSER),
        Client(
            "google-adk",
            "google-adk",
            "Python",
            lacks={"token": ON_A_SERVER},
        ),
        Client(
            "pipecat-ai",
            "pipecat",
            "Python",
            lacks={"token": ON_A_SERVER},
        ),
        Client(
            "livekit-agents",
            "livekit",
            "Python",
            lacks={"token": ON_A_SERVER},
        ),
    )
}

TRIED = {
    "google-genai-3": "2026-11-30",
    "google-genai-2": "2026-11-21",
    "google-genai-1.75": "2026-11-21",
    "google-genai-1.9": "2026-11-21",
    "node-genai-3": "2026-11-30",
    "node-genai-2": "2026-11-21",
    "node-genai-1": "2026-11-21",
    "node-genai-0.14": "2026-11-21",
    "google-adk": "2026-11-21",
    "pipecat": "2026-11-21",
    "livekit": "2026-11-21",
    "": "2026-11-21",
}
"""When each environment's version was first seen passing these tests. Later runs are no
reason to change a day, a new version is."""

_PROVEN: set[tuple[str, str]] = set()


def that_do(feature: str, *titles: str) -> pytest.MarkDecorator:
    """Run a test with those of these clients that have a feature, as `client`."""
    chosen = [CLIENTS[title] for title in titles]
    able = [client for client in chosen if feature not in client.lacks]
    _PROVEN.update((client.title, feature) for client in able)
    return with_names(*(client.title for client in able))


def with_names(*titles: str) -> pytest.MarkDecorator:
    """Run a test with these clients, as `client`."""
    return pytest.mark.parametrize(
        "client",
        [
            pytest.param(
                client,
                id=f"{client.title}",
                marks=() if client.always else pytest.mark.all_clients,
            )
            for client in (CLIENTS[title] for title in titles)
        ],
    )


def proven() -> frozenset[tuple[str, str]]:
    """Return titles and features that the modules imported so far test."""
    return frozenset(_PROVEN)
