"""Everything that happens to a session waits in one line."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from live_emulator.session.actions import Action

__all__ = ["Inbox", "Item", "Step"]

_SIZE = 64

Step = Callable[[float], list[Action]]
"""Tells the session what happened, at a time; returns what it wants done."""

Item = Step | str | bytes
"""A step, or a message of the client."""


class Inbox:
    """A bounded queue of steps: who puts too many waits, and nothing is lost."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[Item] = asyncio.Queue(_SIZE)

    async def put(self, item: Item) -> None:
        """Add something as soon as there is room."""
        await self._items.put(item)

    def offer(self, step: Step) -> None:
        """Add a step that may be lost: with a full inbox the session is awake."""
        with suppress(asyncio.QueueFull):
            self._items.put_nowait(step)

    def wake(self) -> None:
        """Let the session's owner look around."""
        self.offer(lambda now: [])

    async def get(self) -> Item:
        """Return what comes next."""
        return await self._items.get()
