"""The emulator's end of a session, where aiohttp needs help."""

import asyncio
from contextlib import suppress

from aiohttp import WSMsgType, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web import BaseRequest

from live_emulator.protocol.closing import DROPPED, NO_CODE, cut_reason

__all__ = ["ClientGone", "ClientSocket", "PlainSocket"]

_SEND_TIMEOUT_S = 10.0
"""A client that reads nothing for so long is dropped."""


class ClientGone(ConnectionError):
    """Nobody takes what is sent; the connection was dropped."""


class PlainSocket(web.WebSocketResponse):
    """A WebSocket to a client, whose closes are left to whoever reads it.

    No deflate: it costs 160 µs a message and gains nothing on loopback. No size
    limit: whole files and images come in one frame.
    """

    def __init__(self, *, answers_pings: bool) -> None:
        super().__init__(
            compress=False,
            max_msg_size=0,
            timeout=2.0,
            autoclose=False,
            autoping=answers_pings,
        )

    async def write_eof(self, data: bytes = b"") -> None:
        """End the response; leaves an answered close alone.

        Browsers take a second close frame for an error.
        """
        if self.close_code is None:
            await super().write_eof()


class ClientSocket(PlainSocket):
    """A WebSocket to a client, which passes on frames and closes as they are.

    Pings are answered here.
    """

    def __init__(self) -> None:
        super().__init__(answers_pings=True)
        self._transport: asyncio.Transport | None = None

    async def prepare(self, request: BaseRequest) -> AbstractStreamWriter:
        """Accept the upgrade."""
        self._transport = request.transport
        return await super().prepare(request)

    async def send(self, data: bytes, *, is_text: bool) -> None:
        """Send a frame as it is.

        Raises:
            ClientGone: If nobody takes it.

        """
        try:
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                opcode = WSMsgType.TEXT if is_text else WSMsgType.BINARY
                await self.send_frame(data, opcode)
        except (ConnectionError, TimeoutError):
            self.abort()
            raise ClientGone from None

    async def end(self, code: int, reason: str = "") -> None:
        """Close as the other side did: with a code, without one, or not at all.

        Nobody else may be reading from the socket.

        Args:
            code: `NO_CODE` and `DROPPED` are codes as well.
            reason: Cut to what fits into a close frame.

        """
        with suppress(ConnectionError):
            if code == DROPPED:
                self.abort()
            elif code == NO_CODE:  # aiohttp itself always names a code
                await self.send_frame(b"", WSMsgType.CLOSE)
                await self._wait_for_close()
            else:
                await self.close(code=code, message=cut_reason(reason).encode())
                self._hang_up()

    async def _wait_for_close(self) -> None:
        """Wait a moment for the client's close frame, if it was not the first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(2.0):
                while self.close_code is None and not self.closed:
                    await self.receive()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()
