"""One worker process, from its start to its end, and the channels through it.

Works on every event loop and platform: two threads move the frames, and answers
reach the loop through `call_soon_threadsafe`. A worker runs in a process group
of its own, so Ctrl-C in a terminal reaches this process alone, and it ends by
itself when its standard input ends, that is, whenever this process does.
"""

import asyncio
import logging
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from live_emulator.errors import EmulatorError
from live_emulator.voice.process.frames import Message, read_frame, write_frame

__all__ = ["Channel", "Owner", "WorkerLost", "WorkerProcess"]

log = logging.getLogger(__name__)

_MAX_QUEUED_BYTES = 64 * 1024 * 1024
_PATIENCE_S = 2.0

_PACKAGE = Path(__file__).resolve().parents[2]
_START = """
import runpy, sys, types
package = types.ModuleType("live_emulator")
package.__path__ = [sys.argv[1]]
sys.modules["live_emulator"] = package
runpy.run_module(sys.argv[2], run_name="__main__")
"""
"""Starts a worker with an empty package around it: whatever the emulator itself
imports would only cost time there, and has no business beside a GPL library. So
the worker also finds this very package, wherever it was imported from, and (with
-P) no module that happens to lie in the current folder.
"""

_OWN_NUMBER = 0
"""What the process itself asks under; channels count from 1."""


class WorkerLost(EmulatorError, RuntimeError):
    """The worker process ended, or could not start, while it was needed."""


class Owner(Protocol):
    """Whoever runs the process; called from its threads."""

    def ready_to_take_over(self, process: "WorkerProcess") -> None:
        """Know that the process has started up, as `ask_when_ready` asked."""
        ...

    def worn(self, process: "WorkerProcess", wear: int) -> None:
        """Know how worn the process says that it is."""
        ...

    def ended(self, process: "WorkerProcess") -> None:
        """Know that the process ended, wanted or not."""
        ...


@dataclass(eq=False)
class Channel:
    """One conversation with a worker, bound to the event loop that opened it."""

    number: int
    _process: "WorkerProcess"
    _loop: asyncio.AbstractEventLoop
    _receive: Callable[[Message, bytes], None]

    def send(self, message: Message, payload: bytes = b"") -> bool:
        """Queue a frame; False if the worker is gone or far behind."""
        return self._process.send({**message, "id": self.number}, payload)

    def close(self) -> None:
        """Receive nothing more."""
        self._process.remove(self)

    def end_if_hung(self, patience_s: float) -> None:
        """Kill the worker if nothing has come from it for so long."""
        if self._process.silent_s >= patience_s:
            log.warning("%s does not answer and is ended.", self._process.module)
            self._process.kill()

    def deliver(self, message: Message, payload: bytes) -> None:
        """Hand a frame to the event loop; called from any thread."""
        with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
            self._loop.call_soon_threadsafe(self._accept, message, payload)

    def _accept(self, message: Message, payload: bytes) -> None:
        if self.number in self._process.channels or "lost" in message:
            self._receive(message, payload)


class WorkerProcess:
    """One life of a worker process, with the two threads that serve it."""

    def __init__(self, module: str, arguments: Sequence[str], owner: Owner) -> None:
        self.module = module
        self.channels: dict[int, Channel] = {}
        self._owner = owner
        self._ended = threading.Event()
        self._retired = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._ready = False
        self._failure = ""
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[tuple[Message, bytes] | None]
        self._queue = queue.SimpleQueue()
        self._queued_bytes = 0
        self._heard_at = time.monotonic()
        self._process = _spawn(module, arguments)
        self._threads = [
            threading.Thread(target=work, name=f"{module}-{name}", daemon=True)
            for name, work in (("reader", self._read), ("writer", self._write))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def process_id(self) -> int:
        """Of the running process, or of that which ran."""
        return self._process.pid

    @property
    def is_ready(self) -> bool:
        """Whether the process has said that it has started up."""
        return self._ready

    @property
    def silent_s(self) -> float:
        """How long ago something came from the process, or it was started."""
        return time.monotonic() - self._heard_at

    def kill(self) -> None:
        """End the process at once; its channels learn that it is lost."""
        self._process.kill()

    @property
    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self._ended.is_set()

    def add(self, channel: Channel) -> bool:
        """Open a channel; False if the process takes none any more."""
        with self._lock:
            if self._ended.is_set() or self._retired:
                return False
            self.channels[channel.number] = channel
            return True

    def remove(self, channel: Channel) -> None:
        """Close a channel; the last one of a retired process ends it."""
        with self._lock:
            self.channels.pop(channel.number, None)
            is_done = self._retired and not self.channels
        if is_done:
            self._queue.put(None)

    def send(self, message: Message, payload: bytes = b"") -> bool:
        """Queue a frame; False if the process is gone or far behind."""
        with self._lock:
            too_much = self._queued_bytes + len(payload) > _MAX_QUEUED_BYTES
            if self._ended.is_set() or too_much:
                return False
            self._queued_bytes += len(payload)
        self._queue.put((message, payload))
        return True

    def ask_when_ready(self) -> None:
        """Have the owner told when the process has started up."""
        self.send({"do": "ping", "id": _OWN_NUMBER})

    def retire(self) -> None:
        """Take no more channels, and end with the last that is open."""
        with self._lock:
            self._retired = True
            is_done = not self.channels
        if is_done:
            self._queue.put(None)

    async def finish(self) -> None:
        """End the process and its threads."""
        self._queue.put(None)
        event = asyncio.Event()
        with self._lock:
            if not self._ended.is_set():
                self._waiting.append((asyncio.get_running_loop(), event))
            else:
                event.set()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await event.wait()
        except TimeoutError:
            self._process.kill()
            await event.wait()
        finally:
            if not event.is_set():  # Cancelled: there is no time to be polite.
                self._process.kill()
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def _write(self) -> None:
        assert self._process.stdin is not None
        pipe = self._process.stdin
        with suppress(OSError, ValueError):
            while (frame := self._queue.get()) is not None:
                with self._lock:
                    self._queued_bytes -= len(frame[1])
                write_frame(pipe, *frame)
        with suppress(OSError, ValueError):
            pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):
            while (frame := read_frame(self._process.stdout)) is not None:
                self._heard_at = time.monotonic()
                self._sort(*frame)
        code = self._process.wait()
        self._process.stdout.close()
        why = self._failure or f"it ended with exit code {code}"
        message = {"lost": f"{self.module}: {why}", "broken": not self._ready}
        # Before anybody else, who may ask for another process at once.
        self._owner.ended(self)
        with self._lock:
            self._ended.set()
            channels, self.channels = list(self.channels.values()), {}
            waiting, self._waiting = self._waiting, []
        self._queue.put(None)
        for channel in channels:
            channel.deliver(message, b"")
        for loop, event in waiting:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    def _sort(self, message: dict[str, Any], payload: bytes) -> None:
        if "ready" in message:
            self._ready = True
        elif "failure" in message:
            self._failure = message["failure"]
        elif "log" in message:
            log.log(message["level"], "%s: %s", self.module, message["log"])
        elif "wear" in message:
            self._owner.worn(self, message["wear"])
        elif message["id"] == _OWN_NUMBER:
            self._owner.ready_to_take_over(self)
        elif channel := self.channels.get(message["id"]):
            channel.deliver(message, payload)


def _spawn(module: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    if not sys.executable:
        raise WorkerLost(
            f"{module} needs a process of its own, but sys.executable is empty, so "
            "the path of the Python interpreter is not known. Set sys.executable."
        )
    options: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        options = {"creationflags": flags}
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(_PACKAGE), module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            **options,
        )
    except OSError as error:
        raise WorkerLost(f"{module} cannot be started: {error}") from error
