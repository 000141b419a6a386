"""A relay between a page and Vertex AI, which lets no page in.

A browser can't send the header that Vertex AI wants with a WebSocket, and Vertex AI
has no short-lived tokens. So the page gets a ticket for one session of this server,
which opens the session with the reader's access token and passes frames on, both ways
and unchanged. For the Gemini API there is no relay: pages reach it by themselves.
"""

import asyncio
import json
import secrets
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
from aiohttp import WSMsgType, web

__all__ = ["PATH", "RELAY", "Relay", "Route", "Tickets", "locked_setup"]

PATH = "/api/live"

LIVES_S = 60.0
"""As long as the service's tokens may wait for the session they open."""

MAX_FRAME_BYTES = 16 * 1024 * 1024
CONNECT_WITHIN_S = 15.0

_REFUSED = 1011
_NOT_SENT = (1005, 1006, 1015)
_LONGEST_REASON_BYTES = 123


@dataclass(frozen=True)
class Route:
    """How a session is opened."""

    url: str
    """Of the WebSocket."""
    headers: dict[str, str] = field(repr=False)
    """With the access token."""
    ssl: ssl.SSLContext | None
    model: str
    """The one model that the page may use."""
    is_local: bool
    """An emulator on this machine: no proxy may stand in between."""


class Tickets:
    """Each opens one session, within a minute.

    Args:
        now: Any steady clock, in seconds.

    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._waiting: dict[str, tuple[float, Route]] = {}

    def issue(self, route: Route) -> str:
        """Return a new ticket."""
        now = self._now()
        for old, (until, _) in list(self._waiting.items()):
            if until <= now:
                del self._waiting[old]
        ticket = secrets.token_urlsafe(24)
        self._waiting[ticket] = now + LIVES_S, route
        return ticket

    def take(self, ticket: str) -> Route | None:
        """Return what a ticket opens, and make it worthless."""
        until, route = self._waiting.pop(ticket, (0.0, None))
        return route if self._now() < until else None


def locked_setup(text: str, model: str) -> str:
    """Return a setup with the one model and in speech; anything else unchanged.

    The same is locked in the tokens that pages get for the Gemini API.
    """
    try:
        message = json.loads(text)
    except ValueError:
        return text
    setup = message.get("setup") if isinstance(message, dict) else None
    if not isinstance(setup, dict):
        return text
    setup["model"] = model
    config = setup.get("generationConfig")
    if not isinstance(config, dict):
        config = setup["generationConfig"] = {}
    config["responseModalities"] = ["AUDIO"]
    return json.dumps(message)


class Relay:
    """Answers at `PATH`."""

    def __init__(self) -> None:
        self.tickets = Tickets()
        self._pages: set[web.WebSocketResponse] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Pass a session on; the page shows its ticket as ``access_token``."""
        route = self.tickets.take(request.query.get("access_token", ""))
        if route is None:
            return web.Response(status=401, text="This ticket is used or expired.")
        page = web.WebSocketResponse(max_msg_size=MAX_FRAME_BYTES, compress=False)
        await page.prepare(request)
        self._pages.add(page)
        try:
            await _carry(page, route)
        finally:
            self._pages.discard(page)
        return page

    async def close(self, _app: web.Application | None = None) -> None:
        """End all sessions, because the server stops."""
        for page in list(self._pages):
            await page.close(code=1001, message=b"The guide stops.")


RELAY = web.AppKey("relay", Relay)


async def _carry(page: web.WebSocketResponse, route: Route) -> None:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_WITHIN_S)
    async with aiohttp.ClientSession(
        timeout=timeout, trust_env=not route.is_local
    ) as session:
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                service = await session.ws_connect(
                    route.url,
                    headers=route.headers,
                    ssl=route.ssl or True,
                    max_msg_size=MAX_FRAME_BYTES,
                )
        except aiohttp.WSServerHandshakeError as refused:
            reason = f"Vertex AI refused the connection with HTTP {refused.status}."
            await page.close(code=_REFUSED, message=reason.encode())
            return
        except (aiohttp.ClientError, TimeoutError, OSError):
            reason = "Vertex AI can't be reached. Check the network connection."
            await page.close(code=_REFUSED, message=reason.encode())
            return
        async with service:
            await _pump_both(page, service, route.model)


async def _pump_both(
    page: web.WebSocketResponse, service: aiohttp.ClientWebSocketResponse, model: str
) -> None:
    """Pass frames on until one side closes, then close the other likewise."""
    up = asyncio.create_task(_pump(page, service, model))
    down = asyncio.create_task(_pump(service, page))
    try:
        await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (up, down):
            task.cancel()
        await asyncio.gather(up, down, return_exceptions=True)


_Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


async def _pump(source: _Socket, target: _Socket, model: str | None = None) -> None:
    """Pass frames on one way; sending waits for a side that reads slowly.

    Args:
        source: Where they come from.
        target: Where they go.
        model: What the setup, the first frame from here, is locked to.

    """
    with suppress(ConnectionError):  # of a side that is gone
        while True:
            message = await source.receive()
            match message.type:
                case WSMsgType.TEXT | WSMsgType.BINARY if model is not None:
                    # JSON in a binary frame is as good as in a text frame.
                    text = message.data
                    if isinstance(text, bytes):
                        text = text.decode("utf-8", "replace")
                    await target.send_str(locked_setup(text, model))
                    model = None
                case WSMsgType.TEXT:
                    await target.send_str(message.data)
                case WSMsgType.BINARY:
                    await target.send_bytes(message.data)
                case WSMsgType.CLOSE:
                    await _close(target, message.data, message.extra or "")
                    return
                case _:
                    await _close(target, source.close_code, "")
                    return


async def _close(target: _Socket, code: int | None, reason: str) -> None:
    if code is None or code in _NOT_SENT:
        code = 1000
    await target.close(code=code, message=reason.encode()[:_LONGEST_REASON_BYTES])
