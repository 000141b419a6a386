"""Watch a bridge at work: pages in memory, a service that echoes, the time of each hop.

For the notebook of chapter 8, and for yours.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from chapter_03.live_events import Event
from chapter_03.live_messages import audio_message, setup_message
from chapter_03.live_socket import LiveSocket
from chapter_08.bridge import converse
from chapter_08.closes import PageGone
from chapter_08.exchange import Exchange
from chapter_08.limits import Limits, Spent
from chapter_08.page_messages import Start
from chapter_08.send_queue import SendQueue
from chapter_08.server import make_app
from guide.loopback import listen
from guide.pages.settings import Settings
from guide.servers import server_of

__all__ = [
    "PageInMemory",
    "direct_ms",
    "echo_service",
    "hops_ms",
    "new_exchange",
    "own_server",
    "waiting_over_time",
]

CHUNK = bytes(640)
"""20 ms of PCM at 16 kHz."""


class PageInMemory:
    """A page that says what it was given, and goes when a turn is complete."""

    def __init__(self, *says: str | bytes) -> None:
        self.told: list[str | bytes] = []
        """All that the bridge has sent."""
        self._says = list(says)
        self._is_over = asyncio.Event()

    async def receive(self) -> str | bytes:
        """Return the next message, 20 ms later, and at last that this is all."""
        if self._says:
            await asyncio.sleep(0.02)
            return self._says.pop(0)
        await self._is_over.wait()
        return '{"type": "stop"}'

    async def send(self, message: str | bytes) -> None:
        """Keep a message."""
        self.told.append(message)
        if isinstance(message, str) and '"turnComplete"' in message:
            self._is_over.set()

    def words(self, kind: str = "outputTranscript") -> str:
        """Return all texts of one kind."""
        told = [json.loads(one) for one in self.told if isinstance(one, str)]
        return "".join(one["text"] for one in told if one["type"] == kind)


class _TimedExchange(Exchange):
    """Notes when something comes from either side."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.from_page_s: list[float] = []
        self.from_service_s: list[float] = []

    def from_page(self, frame: str | bytes, now_s: float) -> bool:
        self.from_page_s.append(perf_counter())
        return super().from_page(frame, now_s)

    def from_service(self, event: Event, now_s: float) -> None:
        self.from_service_s.append(perf_counter())
        super().from_service(event, now_s)


class _SocketPage:
    """A page at the other end of a WebSocket."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket

    async def receive(self) -> str | bytes:
        try:
            return await self._socket.recv()
        except ConnectionClosed:
            raise PageGone from None

    async def send(self, message: str | bytes) -> None:
        try:
            await self._socket.send(message)
        except ConnectionClosed:
            raise PageGone from None


def new_exchange(kind: type[Exchange] = Exchange, **start: Any) -> Exchange:
    """Return the core of a conversation that begins now; see `page_messages.Start`."""
    limits, now_s = Limits(), asyncio.get_running_loop().time()
    return kind(Start(type="start", **start), limits, Spent(limits, now_s))


async def waiting_over_time(
    queue: SendQueue[int], chunks: int = 100, chunk_ms: float = 100.0
) -> tuple[list[float], list[float]]:
    """Fill a queue ten times as fast as speech, and empty it four times as fast.

    Returns:
        Times, and how much sound waited then, both in seconds.

    """
    clock = asyncio.get_running_loop().time
    began_s, times, waiting = clock(), [], []

    async def empty() -> None:
        while True:
            await queue.get()
            await asyncio.sleep(chunk_ms / 4_000)

    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(empty())
        for number in range(chunks):
            queue.put(number, chunk_ms)
            times.append(clock() - began_s)
            waiting.append(queue.audio_ms / 1000)
            await asyncio.sleep(chunk_ms / 10_000)
        reading.cancel()
    return times, waiting


async def echo_service(socket: ServerConnection) -> None:
    """Stand in for the Live API: accept a setup, and answer each chunk with itself."""
    await socket.recv()
    await socket.send('{"setupComplete": {}}')
    async for text in socket:
        audio = json.loads(text)["realtimeInput"]["audio"]
        part = {"inlineData": {**audio, "mimeType": "audio/pcm;rate=24000"}}
        content = {"modelTurn": {"parts": [part]}}
        await socket.send(json.dumps({"serverContent": content}))


async def direct_ms(url: str, chunks: int = 100) -> list[float]:
    """Send chunks to a service that echoes; return each round trip."""
    trips = []
    async with LiveSocket.connect(url, setup_message("echo")) as socket:
        events = aiter(socket)
        await anext(events)
        for _ in range(chunks):
            began_s = perf_counter()
            await socket.send(audio_message(CHUNK))
            await anext(events)
            trips.append((perf_counter() - began_s) * 1000)
            await asyncio.sleep(0.02)
    return trips


async def hops_ms(url: str, chunks: int = 100) -> list[tuple[float, float, float]]:
    """Send chunks through a bridge to a service that echoes.

    Returns:
        For each: to the bridge, to the service and back, and to the page.

    """
    exchanges: list[_TimedExchange] = []

    async def bridge(socket: ServerConnection) -> None:
        exchange = new_exchange(_TimedExchange)
        assert isinstance(exchange, _TimedExchange)
        exchanges.append(exchange)
        async with LiveSocket.connect(url, setup_message("echo")) as service:
            await converse(_SocketPage(socket), service, exchange)

    hops = []
    async with serve(bridge, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", proxy=None) as page:
            await page.recv()  # the first beat
            for number in range(chunks):
                began_s = perf_counter()
                await page.send(CHUNK)
                while isinstance(await page.recv(), str):
                    pass  # a beat
                ended_s = perf_counter()
                up_s = exchanges[0].from_page_s[number]
                down_s = exchanges[0].from_service_s[number + 1]
                times = (up_s - began_s, down_s - up_s, ended_s - down_s)
                hops.append(tuple(time_s * 1000 for time_s in times))
                await asyncio.sleep(0.02)
            await page.send('{"type": "stop"}')
    return hops  # type: ignore[return-value]


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """Run this chapter's server in a thread, on a free port; yields its address."""
    sockets = listen(0)
    settings = Settings(port=sockets[0].getsockname()[1])
    server = server_of(make_app(folder, settings), settings)
    thread = threading.Thread(target=server.run, args=[sockets])
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.02)
        yield f"http://localhost:{settings.port}"
    finally:
        server.should_exit = True
        thread.join()
