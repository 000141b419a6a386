"""Carry one conversation between a page and the Live API, until either side ends it.

Five tasks in one group: two for each direction, with a bounded queue between them, and
one that watches the clock. Whichever ends first ends them all. What they do with
messages is in `exchange`. Chapter 8 builds this module.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from chapter_03.live_events import Event
from chapter_03.live_socket import LiveClosed, LiveSocket
from chapter_08.closes import PageGone
from chapter_08.exchange import Exchange
from chapter_08.limits import Refused
from chapter_08.send_queue import TooFull
from chapter_08.webm_audio import NotForStreaming

__all__ = ["BEAT_S", "Page", "converse"]

ENDINGS = (Refused, NotForStreaming, TooFull, PageGone, LiveClosed)
"""What a task may raise to end its conversation."""

BEAT_S = 2.0
"""So often the page hears that the server is there, and what is left."""


class Page(Protocol):
    """What a bridge needs of the connection to a page."""

    async def receive(self) -> str | bytes:
        """Wait for a message; raises `PageGone`."""
        ...

    async def send(self, message: str | bytes) -> None:
        """Send a message; raises `PageGone`. Waits while the page does not read."""


async def listen(page: Page, exchange: Exchange) -> None:
    """Take in what the page sends."""
    clock = asyncio.get_running_loop().time
    goes_on = True
    while goes_on:
        goes_on = exchange.from_page(await page.receive(), clock())
        # What has arrived at once is received without waiting, after a pause of the
        # network for example, and would fill the queue before anybody can empty it.
        await asyncio.sleep(0)
    raise Refused(1000, "")


async def forward(exchange: Exchange, service: LiveSocket) -> None:
    """Send on what waits for the service."""
    while True:
        await service.send(await exchange.to_service.get())


async def receive(
    service: LiveSocket, exchange: Exchange, on_event: Callable[[Event], object]
) -> None:
    """Take in what the service sends."""
    clock = asyncio.get_running_loop().time
    async for event in service:
        on_event(event)
        exchange.from_service(event, clock())


async def speak(exchange: Exchange, page: Page) -> None:
    """Send on what waits for the page."""
    while True:
        await page.send(await exchange.to_page.get())


async def watch(exchange: Exchange) -> None:
    """Keep an eye on the clock."""
    clock = asyncio.get_running_loop().time
    while True:
        exchange.tick(clock())
        await asyncio.sleep(BEAT_S)


async def converse(
    page: Page,
    service: LiveSocket,
    exchange: Exchange,
    on_event: Callable[[Event], object] = lambda event: None,
) -> Exception:
    """Carry a conversation to its end; returns why it ended."""
    endings: list[Exception] = []
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(listen(page, exchange))
            tasks.create_task(forward(exchange, service))
            tasks.create_task(receive(service, exchange, on_event))
            tasks.create_task(speak(exchange, page))
            tasks.create_task(watch(exchange))
    except* ENDINGS as group:
        endings += group.exceptions
    return endings[0]
