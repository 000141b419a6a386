"""What every worker process does at its own end of the pipes."""

import logging
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

from live_emulator.voice.process.frames import read_frame, write_frame

__all__ = ["Inbox", "Outbox", "serve"]

Inbox = queue.SimpleQueue[tuple[dict[str, Any], bytes] | None]
"""Frames for the worker; None when the other process is gone."""


class Outbox:
    """Sends frames to the other process; safe from any thread."""

    def __init__(self) -> None:
        # Whatever a library prints must not end up between the frames.
        self._pipe = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        """Send one frame; ends the process if nobody is left to read it."""
        with self._lock:
            try:
                write_frame(self._pipe, message, payload)
            except OSError:
                os._exit(0)

    def log(self, level: int, text: str) -> None:
        """Have a line logged by the other process."""
        self.send({"log": text, "level": level})


def serve(work: Callable[[Inbox, Outbox], None]) -> None:
    """Run a worker until the other process is gone.

    A failure is reported to the other process, and ends this one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inbox: Inbox = queue.SimpleQueue()
    outbox = Outbox()

    def read() -> None:
        while (frame := read_frame(sys.stdin.buffer)) is not None:
            inbox.put(frame)
        inbox.put(None)

    threading.Thread(target=read, daemon=True).start()
    try:
        work(inbox, outbox)
    except BaseException as error:
        outbox.log(logging.DEBUG, traceback.format_exc())
        outbox.send({"failure": f"{type(error).__name__}: {error}"})
        os._exit(1)
    # The reader may still block on its pipe, and would hold up an orderly end.
    os._exit(0)
