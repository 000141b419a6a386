"""A bounded queue between a device that never waits and a program that may.

A microphone keeps recording whether or not the program keeps up. When the program
falls behind, the oldest chunks are dropped: what was said just now matters more than
what was said two seconds ago. Chapter 2 builds this module.
"""

import asyncio
from collections import deque

__all__ = ["ChunkQueue"]


class ChunkQueue:
    """Chunks on their way from a device to the program; the newest win."""

    def __init__(self, max_chunks: int) -> None:
        self._chunks: deque[bytes] = deque(maxlen=max_chunks)
        self._filled = asyncio.Event()
        self.dropped = 0

    def put(self, chunk: bytes) -> None:
        """Add a chunk without waiting; if there is no room, the oldest goes."""
        self.dropped += len(self._chunks) == self._chunks.maxlen
        self._chunks.append(chunk)
        self._filled.set()

    async def get(self) -> bytes:
        """Wait until there is a chunk, and take the oldest."""
        while not self._chunks:
            self._filled.clear()
            await self._filled.wait()
        return self._chunks.popleft()
