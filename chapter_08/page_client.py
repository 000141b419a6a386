"""A page without a browser: the other end of ``/ws/audio-live``, in Python.

For scripts, load and tests. Chapter 8 uses it.
"""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

__all__ = ["PageClient", "ServerRefused", "get_cookie"]

ANSWERS_WITHIN_S = 10.0


class ServerRefused(Exception):
    """The server is not there, refused, or ended the conversation."""

    def __init__(self, sentence: str, code: int = 0) -> None:
        self.code = code
        super().__init__(sentence)


class PageClient:
    """A conversation: send pieces and messages, iterate over what comes."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.ready: dict[str, Any] = {}
        """What the server said first."""

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, url: str, cookie: str, **start: Any
    ) -> AsyncIterator["PageClient"]:
        """Begin a conversation, which ends with the ``async with`` block.

        Args:
            url: The server's, such as ``http://localhost:8008``.
            cookie: See `get_cookie`.
            start: Fields of `page_messages.Start`.

        Raises:
            ServerRefused: There is none to be had.

        """
        try:
            socket = await connect(
                f"{url.replace('http', 'ws', 1)}/ws/audio-live",
                additional_headers={"Cookie": cookie},
                compression=None,
                max_size=2**20,
                proxy=None,
            )
        except InvalidStatus as refused:
            words = (refused.response.body or b"").decode("utf-8", "replace")
            raise ServerRefused(words, refused.response.status_code) from None
        except OSError:
            raise _not_there(url) from None
        client = cls(socket)
        try:
            await client.send(type="start", **start)
            async for message in client:
                if isinstance(message, dict) and message["type"] == "ready":
                    client.ready = message
                    break
            yield client
        finally:
            await socket.close()

    async def send(self, **message: Any) -> None:
        """Send a message, such as ``type="text", text="Hello."``.

        Raises:
            ServerRefused: The conversation is over.

        """
        await self._send(json.dumps(message))

    async def send_audio(self, piece: bytes) -> None:
        """Send a piece of a recording, in the format that was announced.

        Raises:
            ServerRefused: The conversation is over.

        """
        await self._send(piece)

    async def __aiter__(self) -> AsyncIterator[dict[str, Any] | bytes]:
        """Yield messages, and the model's voice as bytes, until the server closes.

        Raises:
            ServerRefused: It closed for a reason.

        """
        sentence = ""
        try:
            async for data in self._socket:
                if isinstance(data, bytes):
                    yield data
                    continue
                message: dict[str, Any] = json.loads(data)
                if message["type"] == "closed":
                    sentence = message["message"]
                yield message
        except ConnectionClosed:
            pass
        code = self._socket.close_code or 1006
        if code != 1000:
            reason = sentence or self._socket.close_reason or "The server has gone."
            raise ServerRefused(reason, code)

    async def _send(self, data: str | bytes) -> None:
        try:
            await self._socket.send(data)
        except ConnectionClosed:
            code = self._socket.close_code or 1006
            reason = self._socket.close_reason or "The server has gone."
            raise ServerRefused(reason, code) from None


async def get_cookie(url: str) -> str:
    """Return a cookie that makes its bearer a user of the server.

    Raises:
        ServerRefused: There is no server.

    """
    return await asyncio.to_thread(_get_cookie, url)


def _get_cookie(url: str) -> str:
    # Proxies are for the network, not for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/api/me", timeout=ANSWERS_WITHIN_S) as response:
            cookie = response.headers.get("Set-Cookie", "")
    except (OSError, ValueError):
        raise _not_there(url) from None
    return str(cookie).partition(";")[0]


def _not_there(url: str) -> ServerRefused:
    return ServerRefused(
        f"No server answers at {url}. Start it with: python chapter_08/server.py"
    )
