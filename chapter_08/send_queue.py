"""A bounded queue between two sides, one of which may be slower than the other.

The policy: when there is more audio than the queue may hold, the oldest goes, because
what is heard late is worth little. What is no audio (transcripts, ends of turns, tool
calls) is never dropped. If even that piles up, the reader is gone. Chapter 8 builds it.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Generic, TypeVar

__all__ = ["Pace", "SendQueue", "TooFull"]

T = TypeVar("T")


class TooFull(Exception):
    """Things that may not be dropped pile up: nobody takes them."""


class Pace:
    """Lets audio pass as it will be heard, and some time ahead.

    A service may send a minute of speech in a second. What has been passed on can't
    be taken back when the user interrupts, and waits in buffers that nobody counts.
    """

    def __init__(self, ahead_s: float) -> None:
        self._ahead_s = ahead_s
        self._heard_until_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Return how long the next audio has to wait."""
        return max(0.0, self._heard_until_s - now_s - self._ahead_s)

    def passed(self, ms: float, now_s: float) -> None:
        """Note audio that was passed on."""
        self._heard_until_s = max(self._heard_until_s, now_s) + ms / 1000

    def reset(self) -> None:
        """Note that what was passed on will not be heard."""
        self._heard_until_s = 0.0


class SendQueue(Generic[T]):
    """Items in order, audio by its length. One task puts, one gets."""

    def __init__(
        self, max_audio_ms: float, *, max_others: int = 1_000, pace: Pace | None = None
    ) -> None:
        self._items: deque[tuple[T, float]] = deque()
        self._urgent: deque[T] = deque()
        self._changed = asyncio.Event()
        self._max_audio_ms = max_audio_ms
        self._max_others = max_others
        self._others = 0
        self._pace = pace
        self.audio_ms = 0.0
        """Audio that waits."""
        self.dropped_ms = 0.0
        """Audio that had to go, so far."""

    def put(self, item: T, audio_ms: float = 0.0, *, is_urgent: bool = False) -> None:
        """Add an item without waiting.

        Args:
            item: What to send.
            audio_ms: Its length if it is audio; 0 if it may not be dropped.
            is_urgent: It overtakes what waits, and is no audio.

        Raises:
            TooFull: Too much waits that may not be dropped.

        """
        if is_urgent:
            self._urgent.append(item)
        else:
            self._items.append((item, audio_ms))
        self.audio_ms += audio_ms
        self._others += not audio_ms
        while self.audio_ms > self._max_audio_ms and self.audio_ms > audio_ms:
            self._drop_oldest_audio()
        if self._others > self._max_others:
            raise TooFull
        self._changed.set()

    def flush_audio(self) -> float:
        """Forget all audio that waits; returns how much, in ms."""
        flushed_ms = self.audio_ms
        self._items = deque(pair for pair in self._items if not pair[1])
        self.audio_ms = 0.0
        if self._pace:
            self._pace.reset()
        self._changed.set()
        return flushed_ms

    async def get(self) -> T:
        """Wait until there is an item whose time has come, and take it."""
        clock = asyncio.get_running_loop().time
        while (wait_s := self._wait_s(clock())) != 0.0:
            self._changed.clear()
            if wait_s is None:
                await self._changed.wait()
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
        item, ms = (
            (self._urgent.popleft(), 0.0) if self._urgent else self._items.popleft()
        )
        self.audio_ms -= ms
        self._others -= not ms
        if ms and self._pace:
            self._pace.passed(ms, clock())
        return item

    def _wait_s(self, now_s: float) -> float | None:
        """Return how long to wait for the first item; None as long as there is none."""
        if self._urgent:
            return 0.0
        if not self._items:
            return None
        is_audio = self._items[0][1] > 0
        return self._pace.wait_s(now_s) if self._pace and is_audio else 0.0

    def _drop_oldest_audio(self) -> None:
        at = next(at for at, (_, ms) in enumerate(self._items) if ms)
        self.audio_ms -= self._items[at][1]
        self.dropped_ms += self._items[at][1]
        del self._items[at]
