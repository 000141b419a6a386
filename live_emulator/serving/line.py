"""What a session sends, and the end of its socket; all of it is recorded."""

import asyncio
from contextlib import suppress

from aiohttp import web

from live_emulator.journal.journal import Journal, SessionRecord
from live_emulator.loopback.limits import READ_WITHIN_S
from live_emulator.protocol.closing import Close, cut_reason
from live_emulator.protocol.fault import Fault

__all__ = ["Line"]


class Line:
    """One socket and its record in the journal."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        journal: Journal,
        record: SessionRecord,
    ) -> None:
        self.socket = socket
        self.transport = transport
        self._journal = journal
        self._record = record

    @property
    def number(self) -> int:
        """Which of the emulator's connections this is, from 1 on."""
        return self._record.number

    def took(self, frame: str | bytes) -> None:
        """Record a frame of the client."""
        is_text = isinstance(frame, str)
        data = frame.encode() if isinstance(frame, str) else frame
        self._journal.add(self._record, "client", data, is_text=is_text)

    async def send(self, frame: bytes) -> bool:
        """Send a frame; return whether the connection goes on."""
        self._journal.add(self._record, "server", frame)
        try:
            async with asyncio.timeout(READ_WITHIN_S):
                await self.socket.send_bytes(frame)
        except (ConnectionError, TimeoutError):
            # Gone, or it does not read: nobody is left to be told.
            self.abort()
            return False
        return True

    def mark(self, fault: Fault) -> None:
        """Record that a fault happened."""
        self._journal.mark(self._record, str(fault))

    def will_close(self, close: Close) -> None:
        """Record why, before the client knows: who then looks finds the reason."""
        self._record.close = close

    async def close(self, close: Close) -> None:
        """Close the socket; nobody may be reading from it any more.

        aiohttp waits for the client's own close frame only if nobody reads at the
        same time; without the wait a client that is sending may get a reset
        connection instead of the reason.
        """
        reason = cut_reason(close.reason)
        with suppress(ConnectionError):
            await self.socket.close(code=close.code, message=reason.encode())

    def abort(self) -> None:
        """Break the connection: no close frame, and what is unsent is lost."""
        self.transport.abort()

    def end(self, close: Close | None, client_code: int | None) -> None:
        """Record that the connection is over."""
        self._journal.end(self._record, close, client_code)
