"""The queue between a device that never waits and a program that may."""

import asyncio

from chapter_02.chunk_queue import ChunkQueue


async def test_chunks_come_out_in_order():
    """The oldest first."""
    queue = ChunkQueue(5)
    for number in range(3):
        queue.put(bytes([number]))
    assert [await queue.get() for _ in range(3)] == [b"\0", b"\1", b"\2"]
    assert queue.dropped == 0


async def test_when_there_is_no_room_the_oldest_chunk_goes():
    """It is counted, and the newest is always there."""
    queue = ChunkQueue(3)
    for number in range(10):
        queue.put(bytes([number]))
    assert [await queue.get() for _ in range(3)] == [b"\7", b"\10", b"\11"]
    assert queue.dropped == 7


async def test_who_wants_a_chunk_waits_for_it():
    """Also for the second time, after the queue was empty."""
    queue = ChunkQueue(3)
    for _ in range(2):
        getting = asyncio.create_task(queue.get())
        await asyncio.sleep(0)
        assert not getting.done()
        queue.put(b"x")
        assert await getting == b"x"
