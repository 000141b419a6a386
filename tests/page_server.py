"""The page server, for the tests of every chapter's page."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from guide.loopback import listen
from guide.pages.__main__ import serve
from guide.pages.settings import Settings


@contextlib.contextmanager
def page_server(**settings: Any) -> Iterator[int]:
    """Run a page server in a thread; yields its port."""
    sockets = listen(0)
    port: int = sockets[0].getsockname()[1]
    loop = asyncio.new_event_loop()
    task = loop.create_task(serve(Settings(port=port, **settings), sockets))

    def run() -> None:
        asyncio.set_event_loop(loop)
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
