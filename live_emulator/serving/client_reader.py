"""Read what the client sends: frames for the session, pings, its close."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import WSMsgType

from live_emulator.protocol.closing import NO_CODE
from live_emulator.serving.line import Line

__all__ = ["ClientReader"]

log = logging.getLogger("live_emulator")

_MOST_PONGS = 64
"""So many answers to pings can be held back; pings beyond them get none."""


class ClientReader:
    """Reads from a socket in a task of its own until the client is gone.

    Args:
        line: Where to read and to answer.
        take: Gets each frame; nothing more is read until it returns.
        pong_delay_s: How long the answer to a ping that came now is held back.
        on_gone: Called when no more frames will come.

    """

    def __init__(
        self,
        line: Line,
        take: Callable[[str | bytes], Awaitable[None]],
        pong_delay_s: Callable[[], float],
        on_gone: Callable[[], None],
    ) -> None:
        self._line = line
        self._take = take
        self._pong_delay_s = pong_delay_s
        self._on_gone = on_gone
        self._pongs: set[asyncio.Task[None]] = set()
        self.client_code: int | None = None
        """The code with which the client closed."""
        self._task = asyncio.create_task(self._read(), name="read")

    async def stop(self) -> None:
        """Read no more; answers to pings that are held back stay so."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def end(self) -> None:
        """Leave nothing running."""
        for pong in self._pongs:
            pong.cancel()
        self._task.cancel()
        await asyncio.gather(self._task, *self._pongs, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for message in self._line.socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await self._take(message.data)
                elif message.type is WSMsgType.ERROR:
                    log.warning("What a client sends is refused: %s", message.data)
                elif message.type is WSMsgType.PING:
                    await self._answer_ping(message.data)
            await self._answer_close()
        finally:
            self._on_gone()

    async def _answer_ping(self, data: bytes) -> None:
        delay_s = self._pong_delay_s()
        if not delay_s:
            await self._pong(data, 0.0)
        elif len(self._pongs) < _MOST_PONGS:
            task = asyncio.create_task(self._pong(data, delay_s))
            self._pongs.add(task)
            task.add_done_callback(self._pongs.discard)

    async def _pong(self, data: bytes, delay_s: float) -> None:
        """Answer a ping after so many seconds."""
        if delay_s:
            await asyncio.sleep(delay_s)
        with suppress(ConnectionError):
            await self._line.socket.pong(data)

    async def _answer_close(self) -> None:
        """Echo the client's close: its own code, or none (RFC 6455, 5.5.1)."""
        socket = self._line.socket
        code = socket.close_code
        if not socket.closed:  # else it was lost
            self.client_code = code or NO_CODE
        with suppress(ConnectionError):
            if code:
                await socket.close(code=code, drain=False)
            else:  # aiohttp itself always names a code
                await socket.send_frame(b"", WSMsgType.CLOSE)
        self._line.transport.close()
