"""Hold a live session over a plain WebSocket.

A thin shell around `websockets`: it connects, sends the setup, waits for the answer,
and then sends messages and yields events. The messages are in
`live_messages`. Chapter 3 builds a part of it; live-socket.js is its twin.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ssl import SSLContext
from typing import Literal, Protocol
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_websocket
from websockets.exceptions import (
    ConnectionClosed,
    InvalidStatus,
    WebSocketException,
)

from chapter_03.close_codes import (
    SETUP_TIMEOUT,
    TOO_SLOW,
    Explanation,
    explain_close,
)
from chapter_03.live_events import Event, SetupComplete
from chapter_03.live_messages import Message, read_message

__all__ = [
    "SERVICE",
    "FrameLog",
    "LiveClosed",
    "LiveSocket",
    "bearer_headers",
    "key_headers",
    "live_url",
    "vertex_model",
    "vertex_url",
]

SERVICE = "wss://generativelanguage.googleapis.com"
"""Google's; an emulator on this machine is ``ws://localhost:8765``, say."""

MAX_WAITING = 5_000
"""Events; so many wait only if they are not taken."""

MAX_FRAME_BYTES = 16 * 1024 * 1024
"""The library's own limit, 1 MiB, would end a session for one long frame."""

CLOSE_TIMEOUT_S = 2.0
PING_TIMEOUT_S = 60.0


class FrameLog(Protocol):
    """Anything that wants to see the frames; a `guide.wire_log.WireLog` does."""

    def sent(self, message: str) -> None:
        """Take note of a frame that is about to be sent."""

    def received(self, message: str | bytes) -> None:
        """Take note of a frame that has come."""

    def closed(
        self, code: int, reason: str = "", *, by: Literal["sent", "received"]
    ) -> None:
        """Take note of the end, once, no matter who closed.

        That an ``async with`` block ends in good order is no news.
        """


class LiveClosed(Exception):
    """The other side closed the session, or never let it begin."""

    def __init__(self, code: int, reason: str = "") -> None:
        self.code = code
        self.reason = reason
        self.explanation: Explanation = explain_close(code, reason)
        super().__init__(str(self.explanation))


class LiveSocket:
    """A session that has begun: send messages, iterate over events.

    Made by `connect`. One task at a time may iterate; any may send.
    """

    def __init__(
        self, connection: ClientConnection, log: FrameLog | None = None
    ) -> None:
        self._connection = connection
        self._log = log
        self._waiting: deque[Event] = deque()
        self._end: tuple[int, str] | None = None
        self._is_own_end = False

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        url: str,
        setup: Message,
        *,
        headers: Mapping[str, str] | None = None,
        ssl: SSLContext | None = None,
        log: FrameLog | None = None,
        setup_timeout_s: float = 10.0,
    ) -> "AsyncIterator[LiveSocket]":
        """Open a session, and close it at the end of the ``async with`` block.

        Args:
            url: See `live_url`.
            setup: See `live_messages.setup_message`.
            headers: See `key_headers`.
            ssl: Whom to trust; by default, whom the system trusts.
            log: Is told of every frame, in both directions.
            setup_timeout_s: Limit for connecting, and again for the answer to the
                setup.

        Raises:
            LiveClosed: The connection or the setup was refused.
            OSError: There is no connection.

        """
        connection = await _open(url, headers, ssl, setup_timeout_s)
        socket = cls(connection, log)
        try:
            await socket._begin(setup, setup_timeout_s)
            yield socket
        finally:
            await socket._leave()

    async def send(self, message: Message) -> None:
        """Send one message.

        Raises:
            LiveClosed: The session is over.

        """
        if self._end:
            raise LiveClosed(*self._end)
        text = json.dumps(message)
        if self._log:
            self._log.sent(text)
        try:
            await self._connection.send(text)
        except ConnectionClosed as closed:
            raise self._finish(*_end_of(closed)) from None

    def __aiter__(self) -> "LiveSocket":
        return self

    async def __anext__(self) -> Event:
        """Return the next event; the iteration ends after `close`.

        Raises:
            LiveClosed: The other side closed the session.

        """
        while not self._waiting:
            if self._is_own_end:
                raise StopAsyncIteration
            try:
                await self._receive()
            except LiveClosed:
                if not self._is_own_end:
                    raise
        return self._waiting.popleft()

    async def close(self) -> None:
        """End the session; events that were not taken are dropped."""
        self._is_own_end = True
        self._finish(1000, "", by="sent")
        await self._leave()

    async def _begin(self, setup: Message, timeout_s: float) -> None:
        """Send the setup and wait until it is accepted."""
        await self.send(setup)
        try:
            async with asyncio.timeout(timeout_s):
                while not any(isinstance(it, SetupComplete) for it in self._waiting):
                    await self._receive()
        except TimeoutError:
            reason = f"no setupComplete within {timeout_s:g} s"
            error = self._finish(SETUP_TIMEOUT, reason, by="sent")
            await self._connection.close(SETUP_TIMEOUT, reason)
            raise error from None

    async def _receive(self) -> None:
        """Wait for a frame and keep its events."""
        if self._end:
            raise LiveClosed(*self._end)
        try:
            frame = await self._connection.recv()
        except ConnectionClosed as closed:
            raise self._finish(*_end_of(closed)) from None
        if self._log:
            self._log.received(frame)
        self._waiting.extend(read_message(frame))
        if len(self._waiting) > MAX_WAITING:
            self._finish(TOO_SLOW, "", by="sent")
            await self._connection.close(TOO_SLOW)

    async def _leave(self) -> None:
        self._is_own_end = True
        self._waiting.clear()
        await self._connection.close()

    def _finish(
        self, code: int, reason: str, *, by: Literal["sent", "received"] = "received"
    ) -> LiveClosed:
        """Note the end, unless it is noted already, and say what there is to say."""
        if not self._end:
            self._end = code, reason
            if self._log and not (self._is_own_end and by == "received"):
                self._log.closed(code, reason, by=by)
        return LiveClosed(*self._end)


def live_url(
    base: str = SERVICE, *, version: str = "v1beta", token: str | None = None
) -> str:
    """Return the address of the Live API; with a token, of its other method."""
    # Tokens work with v1alpha everywhere (observed); keys with any version.
    base = re.sub("^http", "ws", base.rstrip("/"))
    service = f"google.ai.generativelanguage.{version}.GenerativeService"
    url = f"{base}/ws/{service}.BidiGenerateContent"
    if token:
        url = f"{url}Constrained?access_token={quote(token, safe='')}"
    return url


def vertex_url(location: str, base: str | None = None) -> str:
    """Return the address of the Live API on Vertex AI.

    Args:
        location: Such as ``us-central1``, or ``global``.
        base: Another than the location's host, such as that of an emulator.

    """
    if location == "global":
        host = "aiplatform.googleapis.com"
    elif location in ("us", "eu"):
        host = f"aiplatform.{location}.rep.googleapis.com"
    else:
        host = f"{location}-aiplatform.googleapis.com"
    start = re.sub("^http", "ws", base.rstrip("/")) if base else f"wss://{host}"
    service = "google.cloud.aiplatform.v1beta1.LlmBidiService"
    return f"{start}/ws/{service}/BidiGenerateContent"


def vertex_model(model: str, project: str, location: str) -> str:
    """Return a model's name on Vertex AI, which holds project and location."""
    place = f"projects/{project}/locations/{location}"
    return f"{place}/publishers/google/models/{model}"


def bearer_headers(token: str) -> dict[str, str]:
    """Return what shows a bearer token, for Vertex AI; pages can't send it."""
    return {"Authorization": f"Bearer {token}"}


def key_headers(key: str) -> dict[str, str]:
    """Return what shows the key; in an address it would end up in logs.

    Raises:
        ValueError: The key holds what no key does; the error does not show it.

    """
    if not re.fullmatch("[!-~]*", key):
        raise ValueError(
            "The key holds what no key does, such as a blank or a line break."
        )
    return {"x-goog-api-key": key}


async def _open(
    url: str,
    headers: Mapping[str, str] | None,
    ssl: SSLContext | None,
    timeout_s: float,
) -> ClientConnection:
    try:
        return await connect_websocket(
            url,
            additional_headers=headers,
            ssl=ssl,
            open_timeout=timeout_s,
            close_timeout=CLOSE_TIMEOUT_S,
            max_size=MAX_FRAME_BYTES,
            # Answers to pings were seen to take half a minute (observed).
            ping_timeout=PING_TIMEOUT_S,
            # Base64 audio does not get smaller, and this costs processor time.
            compression=None,
        )
    except InvalidStatus as error:
        raise LiveClosed(1006, f"HTTP {error.response.status_code}") from None
    except WebSocketException as error:
        raise LiveClosed(1006, str(error)) from None


def _end_of(closed: ConnectionClosed) -> tuple[int, str]:
    """Return code and reason of the close that came, if one came."""
    if closed.rcvd is None:
        return 1006, ""
    return closed.rcvd.code, closed.rcvd.reason
