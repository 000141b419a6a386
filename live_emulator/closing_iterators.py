"""Close what is not read to its end: at once, and in the task that stops reading."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

__all__ = ["closing"]

_Item = TypeVar("_Item")


@asynccontextmanager
async def closing(
    items: AsyncIterator[_Item],
) -> AsyncIterator[AsyncIterator[_Item]]:
    """Give an iterator to a block, and close it with the block if it can be closed.

    Brains and speakers are mostly async generators, which hold a request or a place in
    a worker for as long as they are open.
    """
    try:
        yield items
    finally:
        if isinstance(items, AsyncGenerator):
            await items.aclose()
