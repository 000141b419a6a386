"""The emulator's end of a session, where aiohttp needs help."""

import asyncio
from contextlib import suppress
from typing import Any

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.web import BaseRequest

from live_emulator.loopback.limits import MAX_FRAME_BYTES, READ_WITHIN_S
from live_emulator.protocol.closing import DROPPED, NO_CODE, cut_reason

__all__ = ["ClientGone", "ClientSocket", "PlainSocket"]


class ClientGone(ConnectionError):
    """Nobody takes what is sent; the connection was dropped."""


class PlainSocket(web.WebSocketResponse):
    """A WebSocket to a client, whose closes are left to whoever reads it.

    No deflate: it costs 160 µs a message and gains nothing on loopback. What breaks
    the protocol (RFC 6455) ends the connection, frames without a mask too, and so
    does a message beyond `MAX_FRAME_BYTES`, with 1009.
    """

    def __init__(self, *, answers_pings: bool) -> None:
        super().__init__(
            compress=False,
            max_msg_size=MAX_FRAME_BYTES,
            timeout=2.0,
            autoclose=False,
            autoping=answers_pings,
        )

    def _post_start(self, request: BaseRequest, *writer: Any) -> None:
        # aiohttp reads frames without a mask like any others.
        protocol = request.protocol
        early, protocol._message_tail = protocol._message_tail, b""
        super()._post_start(request, *writer)
        protocol._payload_parser = masked = _MaskedFrames(self._parser, self._reader)
        if early:
            masked.feed_data(early)

    async def write_eof(self, data: bytes = b"") -> None:
        """End the response; leaves an answered close alone.

        Browsers take a second close frame for an error.
        """
        if self.close_code is None:
            await super().write_eof()


class _MaskedFrames:
    """Stands before aiohttp's reader of frames, and lets masked ones through."""

    def __init__(self, parser: Any, queue: Any) -> None:
        self._parser = parser
        self._queue = queue
        self._header = bytearray()
        self._header_bytes = 2
        self._skip = 0
        """Bytes of mask and payload that are still to come."""
        self._failed = False

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Read what came; says whether the connection is at its end."""
        if self._failed or not self._is_masked(data):
            if not self._failed:
                self._failed = True
                told = "A frame of the client is not masked."
                self._queue.set_exception(
                    WebSocketError(WSCloseCode.PROTOCOL_ERROR, told)
                )
            return True, b""
        ended: tuple[bool, bytes] = self._parser.feed_data(data)
        return ended

    def feed_eof(self) -> None:
        """Pass on that nothing more comes."""
        self._parser.feed_eof()

    def _is_masked(self, data: bytes) -> bool:
        """Follow the headers of the frames; a header may come in pieces."""
        at = 0
        while at < len(data):
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            self._header.append(data[at])
            at += 1
            if len(self._header) == 2:
                if not self._header[1] & 0x80:
                    return False
                self._header_bytes += {126: 2, 127: 8}.get(self._header[1] & 0x7F, 0)
            if len(self._header) == self._header_bytes:
                length = self._header[2:] or bytes([self._header[1] & 0x7F])
                self._skip = int.from_bytes(length, "big") + 4
                self._header_bytes = 2
                self._header.clear()
        return True


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
            async with asyncio.timeout(READ_WITHIN_S):
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
