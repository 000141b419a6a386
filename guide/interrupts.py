"""Let Ctrl-C end what blocks: a pipe that nobody writes to, a terminal's input.

While an event loop runs, the first Ctrl-C only asks the loop's task to end, which it
does not before the call that blocks has returned.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["interruptible"]


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt at once, within the block, on Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
