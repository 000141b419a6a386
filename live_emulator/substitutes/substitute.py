"""What may stand in for the emulated model: a relay to the service, a recording."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from live_emulator.clock import Clock
from live_emulator.journal.journal import Journal, SessionRecord
from live_emulator.protocol.endpoints import LiveEndpoint

__all__ = ["HostServer", "Substitute"]


@dataclass(frozen=True)
class HostServer:
    """What a server lends to the sessions of a substitute."""

    clock: Clock
    journal: Journal
    track: Callable[
        [web.WebSocketResponse, SessionRecord | None], AbstractContextManager[Any]
    ]
    """While it is entered, the server closes the socket when it stops, and counts the
    session among those that may still wait for their first frame."""


class Substitute(Protocol):
    """Serves the live sessions of a server in its own way."""

    async def run_session(
        self, request: web.Request, endpoint: LiveEndpoint, host: HostServer
    ) -> web.StreamResponse:
        """Answer an upgrade request, and serve the session to its end."""

    async def answer(self, request: web.Request) -> web.StreamResponse | None:
        """Answer any other request; None leaves it to the emulator."""
