"""Take what may take long beside the event loop, which is everybody's."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["LargeFrames"]

_Result = TypeVar("_Result")


class LargeFrames:
    """Has large frames read in a thread, one at a time, so that memory is bounded."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def take(self, step: Callable[[float], _Result], now: float) -> _Result:
        """Return what a step returns."""
        async with self._turn:
            with _uncollected():
                return await asyncio.to_thread(step, now)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Don't look for garbage meanwhile.

    A message can hold a million objects. Python would go through all of them again
    and again while they are made, and stop every thread for that.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
