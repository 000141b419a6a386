"""Everything that happens to a session waits in one line."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from live_emulator.session.actions import Action

__all__ = ["Inbox", "Step"]

_SIZE = 64

Step = Callable[[float], list[Action]]
"""Tells the session what happened, at a time; returns what it wants done."""


class Inbox:
    """A bounded queue of steps: who puts too many waits, and nothing is lost."""

    def __init__(self) -> None:
        self._steps: asyncio.Queue[Step] = asyncio.Queue(_SIZE)

    async def put(self, step: Step) -> None:
        """Add a step as soon as there is room."""
        await self._steps.put(step)

    def offer(self, step: Step) -> None:
        """Add a step that may be lost: with a full inbox the session is awake."""
        with suppress(asyncio.QueueFull):
            self._steps.put_nowait(step)

    def wake(self) -> None:
        """Let the session's owner look around."""
        self.offer(lambda now: [])

    async def get(self) -> Step:
        """Return the next step."""
        return await self._steps.get()
